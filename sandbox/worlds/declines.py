"""What follows from a card that is stopped: charges that never come to be, with what would have followed from them, and
payments that are smaller, since the statement is."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sandbox.kernel.clock import to_millis
from sandbox.ledger.accounts import Account
from sandbox.ledger.cards import CHARGES, Span
from sandbox.ledger.commerce_facts import CommerceFacts, stopped
from sandbox.ledger.entries import Channel, Entry, EntryKind
from sandbox.store.timelines import Edge, StoredAccount, Timelines
from sandbox.worlds.statements import cut, last_cut

Placed = tuple[int | None, Entry]
"""(ordinal, row) of the template."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A row of the template as it is with the card stopped; None: it does not come."""

    placed: Placed
    now: Entry | None


@dataclass(frozen=True, slots=True)
class Declines:
    """Both in order of time."""

    rows: tuple[Placed, ...] = ()
    """Those that never came to be."""
    payments: tuple[Changed, ...] = ()
    """Those from an account at the same bank that are smaller for it."""


NONE = Declines()


def declines(
    timelines: Timelines,
    account: Account,
    stored: StoredAccount,
    facts: CommerceFacts,
    own: Mapping[int, Entry | None],
) -> Declines:
    """What the facts about its cards do to an account's rows. `own` are the rows that the world has put over it, by
    sequence; those stay as they were said."""
    spans = stopped(account, facts)
    if not spans:
        return NONE
    first = min(start for starts in spans.values() for start, _ in starts)
    coming = [
        placed
        for placed in timelines.authorised_from(stored.pk, to_millis(first))
        if placed[1].sequence not in own
    ]  # fmt: skip
    gone = tuple(_declined(coming, spans))
    payments = [placed for placed in coming if _pays_inside(placed[1])]
    if not gone or not payments:
        return Declines(gone)
    books = _Books(timelines, account, stored)
    hidden = [found[1] for sequence in own if (found := timelines.by_sequence(stored.pk, sequence)) is not None]
    books.move(came=[row for row in own.values() if row is not None], went=[*hidden, *(row for _, row in gone)])
    return Declines(gone, tuple(_lessened(books, payments)))


def other_legs(timelines: Timelines, stored: StoredAccount, payments: Sequence[Changed]) -> Iterator[Changed]:
    """The rows of the account that pays, for those of a debt's payments which it made."""
    for payment in payments:
        told, at = payment.placed[1], to_millis(payment.placed[1].authorised_at)
        for row in timelines.authorised(stored.pk, at, at + 1):
            if row.kind is EntryKind.BILL_PAYMENT and row.amount == -told.amount:
                found = timelines.by_sequence(stored.pk, row.sequence)
                assert found is not None
                yield Changed(found[:2], replace(row, amount=-payment.now.amount) if payment.now else None)


def _declined(coming: Iterable[Placed], spans: Mapping[str, Sequence[Span]]) -> Iterator[Placed]:
    gone = set[int]()
    for placed in coming:
        row = placed[1]
        causes = {row.related, row.order.first if row.order else None}
        dead = row.kind in CHARGES and any(
            start <= row.authorised_at and (end is None or row.authorised_at < end)
            for start, end in spans.get(row.card_last4, ())
        )
        if dead or not gone.isdisjoint(causes):
            gone.add(row.sequence)
            yield placed


def _pays_inside(row: Entry) -> bool:
    return row.kind is EntryKind.PAYMENT and row.channel is Channel.INTERNAL


class _Books:
    """A debt's books as the template has them, and as they are."""

    def __init__(self, timelines: Timelines, account: Account, stored: StoredAccount) -> None:
        self._timelines = timelines
        self._account = account
        self._stored = stored
        self._moved: list[tuple[int, Entry]] = []

    def move(self, *, came: Iterable[Entry], went: Iterable[Entry]) -> None:
        self._moved += [(1, row) for row in came] + [(-1, row) for row in went]

    def left(self, at: datetime) -> tuple[int, int]:
        """What is left to pay of the latest statement at an instant: (in the template, as it is)."""
        start = cut(self._account.time_zone, last_cut(self._account, at))
        told, as_is = (
            -before.balance - (after.credited - before.credited)
            for before, after in zip(self._edges(start), self._edges(at), strict=True)
        )
        return told, as_is

    def _edges(self, at: datetime) -> tuple[Edge, Edge]:
        told = self._timelines.edge(self._stored.pk, self._account.opening_balance, to_millis(at))
        moved = [(sign, row.amount) for sign, row in self._moved if row.posted_at is not None and row.posted_at < at]
        balance = told.balance + sum(sign * amount for sign, amount in moved)
        credited = told.credited + sum(sign * max(amount, 0) for sign, amount in moved)
        return told, Edge(told.count, balance, credited)


def _lessened(books: _Books, payments: Iterable[Placed]) -> Iterator[Changed]:
    """A payment is at most what is left of the statement, where that is less than in the template."""
    for placed in payments:
        row = placed[1]
        told, as_is = books.left(row.authorised_at)
        if as_is >= min(told, row.amount):
            continue
        now = replace(row, amount=as_is) if as_is > 0 else None
        books.move(came=[now] if now else [], went=[row])
        yield Changed(placed, now)
