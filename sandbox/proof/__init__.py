"""What can be said of a client by what it asked: shown, verified, counted, judged, reported."""
