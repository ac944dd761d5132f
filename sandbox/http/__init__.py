"""From the wire to a call and back: one adapter reads and writes, everything between is values and one ordered list."""
