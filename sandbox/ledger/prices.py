"""What a security costs on a day: an invented walk, the same at every bank and in every world."""

from datetime import date

from sandbox.kernel import ids
from sandbox.ledger.waves import wave

REFERENCE = date(2010, 1, 1).toordinal()


def level(symbol: str, day: int) -> float:
    """How high the symbol stands, in its own units: a slow rise of 1 to 7 percent of its start a year, under waves."""
    growth = 0.01 + ids.number("growth", symbol) % 7 / 100
    swing = 0.10 * wave(symbol, day, 400) + 0.04 * wave(symbol, day, 45) + 0.012 * wave(symbol, day, 5)
    return (1 + growth * (day - REFERENCE) / 365) * (1 + swing + 0.005 * wave(symbol, day, 1))


def price_on(symbol: str, price: int, since: date, on: date) -> int:
    """The price in minor units on a day, for a symbol that stood at `price` on `since` (an account's history start)."""
    return max(1, round(price * level(symbol, on.toordinal()) / level(symbol, since.toordinal())))
