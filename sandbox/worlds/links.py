"""What the rows of an account have to do with each other: parcels of one order, refunds, pairs that look alike, what
comes again and again. Found once for all rows, so that a page of purchases looks up only what belongs to it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sandbox.kernel import ids
from sandbox.ledger.entries import Channel, Entry, EntryKind

ALIKE = timedelta(hours=2)
"""Two charges of the same amount at the same merchant within this time fit the same receipt."""
CASH_SHARE = 3
"""After one in so many withdrawals something is paid in cash where there are receipts."""
ERRAND = timedelta(minutes=25)


@dataclass(frozen=True, slots=True)
class Errand:
    """A purchase that was paid with the cash of a withdrawal."""

    merchant: str
    at: datetime


@dataclass(slots=True)
class Links:
    """All by sequence; of rows with nothing to say there is nothing."""

    parts: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    """The first row of an order → the others that pay it."""
    refunds: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    credits: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    """A row → what the bank adjusted because of it."""
    alike: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    doubles: dict[int, int] = field(default_factory=dict)
    """A row that was charged by mistake → the one that it repeats."""
    risen: dict[int, int] = field(default_factory=dict)
    """A row whose price has just changed → what was charged before (positive)."""
    recurring: list[Entry] = field(default_factory=list)
    """Oldest first; further tries to pay left out."""
    errands: dict[int, Errand] = field(default_factory=dict)

    @classmethod
    def between(cls, rows: Iterable[Entry], receipts: frozenset[str], account_id: str) -> "Links":
        """`rows` oldest first; `receipts` are the slugs of the merchants that give some."""
        links = cls()
        seen: dict[tuple[str, int, str], Entry] = {}
        paid: dict[tuple[str, str], Sequence[int]] = {}
        haunt, withdrawn = "", None
        for row in rows:
            if withdrawn is not None:
                gap = row.authorised_at - withdrawn.authorised_at
                links.errands[withdrawn.sequence] = Errand(haunt, withdrawn.authorised_at + min(ERRAND, gap / 2))
                withdrawn = None
            kind, order = row.kind, row.order
            if order is not None:
                if order.first is not None:
                    links.parts[order.first].append(row.sequence)
                    continue
                if order.recurrence:
                    links._again(row, paid)
                    continue
            if kind is EntryKind.PURCHASE:
                links._pair(row, seen)
                if row.channel is Channel.CARD_PRESENT and row.merchant in receipts:
                    haunt = row.merchant
            elif row.related is not None:
                links._follow(row, row.related)
            elif kind is EntryKind.ATM_WITHDRAWAL and haunt and row.foreign is None:
                withdrawn = row if ids.number("errand", account_id, row.sequence) % CASH_SHARE == 0 else None
        return links

    def _again(self, row: Entry, paid: dict[tuple[str, str], Sequence[int]]) -> None:
        self.recurring.append(row)
        key, amount = (row.merchant or row.counterparty, row.order.recurrence if row.order else ""), -row.amount
        before = paid.get(key, ())
        if len(before) == 2 and before[0] == before[1] != amount:
            self.risen[row.sequence] = before[1]
        paid[key] = (*before[-1:], amount)

    def _pair(self, row: Entry, seen: dict[tuple[str, int, str], Entry]) -> None:
        key = (row.merchant or row.description, row.amount, row.card_last4)
        before = seen.get(key)
        if before is not None and row.authorised_at - before.authorised_at <= ALIKE:
            self.alike[before.sequence].append(row.sequence)
            self.alike[row.sequence].append(before.sequence)
        seen[key] = row

    def _follow(self, row: Entry, cause: int) -> None:
        if row.kind is EntryKind.REFUND:
            self.refunds[cause].append(row.sequence)
        elif row.kind is EntryKind.ADJUSTMENT:
            self.credits[cause].append(row.sequence)
            if cause in self.alike and row.description.startswith("DUPLICATE REVERSAL"):
                self.doubles[cause] = self.alike[cause][0]
