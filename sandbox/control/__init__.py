"""The control API under /_sandbox/: worlds, clock, people, rows, consents, clients, explanations."""
