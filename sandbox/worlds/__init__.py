"""Worlds: (template, clock, overlay). Creating, forking and resetting one costs the overlay, never the history."""
