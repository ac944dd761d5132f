"""Smooth noise over time, for what drifts: exchange rates and security prices."""

from functools import lru_cache

from sandbox.kernel import ids


@lru_cache(maxsize=65_536)
def corner(name: str, period: int, cell: int) -> float:
    return ids.number("wave", name, period, cell) / 2**63 - 1


def wave(name: str, day: int, period: int) -> float:
    """Between -1 and 1, the same for ever for (name, day); turns about once in `period` days."""
    cell, inside = divmod(day, period)
    left, right = corner(name, period, cell), corner(name, period, cell + 1)
    share = inside / period
    return left + (right - left) * share * share * (3 - 2 * share)
