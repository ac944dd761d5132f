"""A report as somebody reads it: a machine, a build server, a person."""
