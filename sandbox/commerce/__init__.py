"""The commerce API: what was bought, sent, billed and offered, under every bank's prefix."""
