"""The canonical model and its rules. A row records the instants of its life; what a reader sees is a function of the
row and the world's clock."""
