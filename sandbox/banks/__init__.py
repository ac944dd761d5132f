"""Nothing but banks: one package each, the same furniture in all."""
