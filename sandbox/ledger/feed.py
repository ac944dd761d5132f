"""How an account is read: windows, positions, and the order of rows.

The order of a feed, newest first: pending rows by (authorised_at, sequence), then posted rows by (posted_at, sequence),
both descending. A `Position` names the last row given and the instant as of which the walk began, so that a walk shows
every row once although the clock moves meanwhile.
"""

from dataclasses import dataclass
from datetime import datetime

from sandbox.ledger.entries import Entry, EntryStatus


@dataclass(frozen=True, slots=True)
class Window:
    """Half-open in time: `start` <= instant < `end`; None is unbounded. Posted rows are judged by their posting,
    pending ones by their authorisation."""

    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class Position:
    """Where a walk stands: as of which instant, and after which row (its status, instant and sequence)."""

    as_of: int
    status: EntryStatus
    instant: int
    sequence: int
    ordinal: int
    """Posted rows of the template that are still to come have a lower ordinal than this."""


@dataclass(frozen=True, slots=True)
class FeedRow:
    """An entry as a reader sees it now."""

    entry: Entry
    status: EntryStatus
    balance: int | None
    """The account's balance once the row had posted; None while it is pending."""
    wire: bytes | None
    """The stored wire form of a posted row; None where it has to be rendered."""
    ordinal: int | None = None
    """Its place among the template's posted rows; None for pending rows and rows of a world's own."""


@dataclass(frozen=True, slots=True)
class Page:
    rows: tuple[FeedRow, ...]
    total: int
    next: Position | None


@dataclass(frozen=True, slots=True)
class WirePage:
    """A page of which only the wire form was asked for."""

    rows: list[bytes]
    total: int
    next: Position | None


@dataclass(frozen=True, slots=True)
class Balances:
    """Signed positions in minor units: what is owed is negative.

    `available` of a deposit account is what can be spent (current less holds, plus the agreed overdraft); of a credit
    line what is left of the limit; of a loan zero; of a brokerage account its cash less holds."""

    current: int
    available: int
    held: int
    opening_day: int
    """The position when the bank's day began."""
    as_of: datetime
