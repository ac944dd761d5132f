"""Scenarios: stories played on a server through its public APIs, and what they prove."""
