"""Luck that can be had again."""

from collections.abc import Callable

from sandbox.kernel import ids

Draw = Callable[[str], float]
"""A number from 0 to 1, always the same for the same purpose."""


def draw_of(*key: object) -> Draw:
    return lambda purpose: ids.number("fault", *key, purpose) / 2**64
