"""Alternating rounds: what is compared is measured in turn, and in the reverse order every other round, so that a
machine that gets faster or slower meanwhile does so for everybody."""

from collections.abc import Callable, Sequence
from statistics import median
from typing import TypeVar

S = TypeVar("S")
T = TypeVar("T")


def alternate(count: int, subjects: Sequence[S], measure: Callable[[S], T]) -> list[list[T]]:
    """For each subject what was measured in each round."""
    taken: list[list[T]] = [[] for _ in subjects]
    for turn in range(count):
        order = range(len(subjects))
        for place in order if turn % 2 == 0 else reversed(order):
            taken[place].append(measure(subjects[place]))
    return taken


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """The median of the rounds' ratios."""
    return median(a / b for a, b in zip(ours, theirs, strict=True))
