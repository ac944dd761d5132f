"""What Sandbank is measured beside."""
