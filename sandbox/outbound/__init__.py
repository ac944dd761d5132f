"""What the sandbox asks of other machines: nothing, except of those that a setting names."""
