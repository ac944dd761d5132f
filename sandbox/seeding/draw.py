"""The seeded door: every random choice of the seeds comes through here."""

import struct
from bisect import bisect
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from math import sqrt
from random import Random
from typing import TypeVar

T = TypeVar("T")

EIGHT_NUMBERS = struct.Struct("<8Q").unpack


def stream(name: str) -> Iterator[float]:
    """Numbers in [0, 1), the same for ever for a name.

    Most streams are asked for a handful, and a Mersenne twister takes longer to start than a hash takes for the first
    eight; so it only takes over after those.
    """
    digest = blake2b(name.encode()).digest()
    for number in EIGHT_NUMBERS(digest):
        yield (number >> 11) * 2**-53
    random = Random(int.from_bytes(digest)).random
    while True:
        yield random()


class Draw:
    """A stream of choices named by (seed, path), such as (7, "maya", "shopping-1", "2026-11").

    All arithmetic is such as every machine rounds alike (no log, no cos): the same path gives the same choices
    everywhere. One stream a month keeps a story causal: a longer horizon draws from further streams and leaves the
    earlier ones alone.
    """

    __slots__ = ("random",)

    def __init__(self, seed: int, *path: object) -> None:
        self.random = stream("\x1f".join(map(str, (seed, *path)))).__next__
        """A float in [0, 1)."""

    def below(self, count: int) -> int:
        return int(self.random() * count)

    def chance(self, share: float) -> bool:
        return self.random() < share

    def between(self, low: int, high: int) -> int:
        """Both ends included."""
        return low + int(self.random() * (high - low + 1))

    def pick(self, options: Sequence[T]) -> T:
        return options[int(self.random() * len(options))]

    def weighted(self, options: Sequence[T], cumulative: Sequence[float]) -> T:
        """`cumulative` are the running sums of the options' weights."""
        return options[bisect(cumulative, self.random() * cumulative[-1], 0, len(options) - 1)]

    def times(self, expected: float) -> int:
        """A count near `expected`: its floor or ceiling, so that averages come true."""
        return int(expected + self.random())

    def spread(self, value: int, share: float) -> int:
        """`value` give or take up to `share` of it, mostly near it."""
        return value + round(value * share * (self.random() + self.random() - 1))

    def price(self, low: int, typical: int, high: int, endings: Sequence[int] = ()) -> int:
        """Minor units from `low` to `high`, gathered around `typical`; `endings` are the cents that prices end in."""
        place = self.random()
        if place < 0.55:
            amount = low + (typical - low) * sqrt(place / 0.55)
        else:
            beyond = (place - 0.55) / 0.45
            amount = typical + (high - typical) * beyond * beyond
        cents = int(amount)
        if endings and low < high:
            cents = cents - cents % 100 + endings[int(self.random() * len(endings))]
            if cents > high:
                cents -= 100
            if cents < low:
                cents += 100
        return cents if cents > 0 else 1
