"""What goes wrong on order: levers and rules, what they do to an answer, and the names of it all."""
