"""Personas and merchants become timelines. Everything is drawn from (seed, entity): no clock, no order of calls."""
