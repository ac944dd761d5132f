"""What happens in the lives of things, as happenings: pure functions of a value and a span of time. Asked again, they
give the same ids."""
