"""What happens, told to those who may know it: the events API, and all that stands behind it."""
