"""Sandbank: an open-banking sandbox mock server."""

__version__ = "0.1.0"
