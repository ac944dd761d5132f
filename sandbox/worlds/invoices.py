"""Invoices: what billers ask for, told from the rows that pay them, those of the future included."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sandbox.kernel import ids
from sandbox.ledger.entries import Entry, EntryKind
from sandbox.ledger.invoices import Invoice, InvoiceLine, InvoicePayment
from sandbox.worlds.purchases import Teller

NOTICE_DAYS = (12, 21)
"""How long before a bill is due it is sent; a subscription is billed as it is charged."""
AUTOPAY_SHARE = 60
"""In percent, of those who are paid by bank transfer."""
EARLY_DAYS = 5
"""Whoever pays by hand pays up to so many days before it is due."""
NEAR = timedelta(days=40)
"""So near to the first try to pay it, and nearer, an invoice is issued."""
SUBSCRIPTION_NOTICE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Wording:
    """What stands on the lines of a bill, with the shares of it in percent, and a fixed sum that comes first."""

    fixed: tuple[tuple[str, int], ...] = ()
    """(description, minor units)."""
    shares: tuple[tuple[str, int], ...] = (("Amount due", 100),)


WORDINGS = {
    "Electricity": Wording((("Basic service charge", 12_50),), (("Energy", 58), ("Delivery", 36), ("Surcharges", 6))),
    "Gas": Wording((("Customer charge", 9_75),), (("Gas supply", 57), ("Delivery", 40), ("Public purpose", 3))),
    "Water": Wording((("Meter service", 8_40),), (("Water", 48), ("Sewer", 44), ("Stormwater", 8))),
    "Waste": Wording((), (("Collection", 88), ("Recycling fee", 12))),
    "Internet": Wording((("Equipment rental", 10_00),), (("Internet service", 94), ("Taxes and fees", 6))),
    "Telecom": Wording((), (("Wireless plan", 86), ("Taxes and regulatory fees", 14))),
    "Rent": Wording((), (("Rent", 100),)),
    "Insurance": Wording((), (("Premium", 97), ("Policy fee", 3))),
    "Streaming": Wording((), (("Plan", 100),)),
}  # fmt: skip
USUAL = Wording()


class Bills:
    """The invoices of one account in one world."""

    def __init__(self, teller: Teller) -> None:
        self.teller = teller
        self.account = teller.account
        self.zone = ZoneInfo(teller.account.time_zone)

    def issued(self, start: datetime, end: datetime) -> Iterator[Invoice]:
        """Newest first; lazily."""
        first, last = start - NEAR, end + NEAR
        near = (row for row in self.teller.recurring() if first <= row.authorised_at < last)
        told = ((self._issued_at(row), row.sequence, row) for row in near)
        for issued_at, _, row in sorted(told, reverse=True, key=lambda item: item[:2]):
            if start <= issued_at < end:
                yield self.of(row)

    def of(self, row: Entry) -> Invoice:
        """`row` is the first try to pay it; one that a stopped card declined was none."""
        sequence, total = row.sequence, -row.amount
        merchant = self.teller.merchant_of(row)
        due_on = self._due(row).date()
        first = [] if self.teller.declined(sequence) is not None else [row]
        tries = [*first, *self.teller.rows("parts", sequence)]
        name = merchant.name if merchant is not None else row.counterparty
        return Invoice(
            invoice_id=self.teller.names.name("inv", sequence),
            account_id=self.account.account_id,
            number=f"{_initials(name)}-{ids.digits(8, 'invoice', self.account.account_id, sequence)}",
            biller=name,
            merchant=row.merchant,
            currency=self.account.currency,
            issued_at=self._issued_at(row),
            due_at=self._midnight_after(row),
            due_on=due_on,
            total=total,
            lines=lines(total, row.category),
            payments=tuple(
                InvoicePayment(paid.sequence, paid.authorised_at, -paid.amount, paid.dropped_at) for paid in tries
            ),
            autopay=self._autopay(row),
            recurrence=row.order.recurrence if row.order is not None else "",
            pay_url=f"{merchant.url}/pay/{ids.short('pay', self.account.account_id, sequence, length=10)}"
            if merchant is not None and merchant.url
            else "",
            previous_total=self.teller.previous_total(sequence),
        )

    def _autopay(self, row: Entry) -> bool:
        if row.kind is EntryKind.PURCHASE:
            return True
        if row.kind is EntryKind.CHECK:
            return False
        payee = row.merchant or row.counterparty
        return ids.number("autopay", self.account.account_id, payee) % 100 < AUTOPAY_SHARE

    def _due(self, row: Entry) -> datetime:
        """Local: the day of the first try, or some days later where it is paid by hand."""
        at = row.authorised_at.astimezone(self.zone)
        if self._autopay(row):
            return at
        return at + timedelta(days=ids.number("early", self.account.account_id, row.sequence) % (EARLY_DAYS + 1))

    def _midnight_after(self, row: Entry) -> datetime:
        day = self._due(row).date() + timedelta(days=1)
        return datetime.combine(day, time(), self.zone).astimezone(UTC)

    def _issued_at(self, row: Entry) -> datetime:
        if row.kind is EntryKind.PURCHASE:
            return row.authorised_at - SUBSCRIPTION_NOTICE
        payee = row.merchant or row.counterparty
        low, high = NOTICE_DAYS
        days = low + ids.number("notice", self.account.account_id, payee) % (high - low + 1)
        minute = ids.number("issued", self.account.account_id, row.sequence) % (9 * 60)
        day = self._due(row).date() - timedelta(days=days)
        return datetime.combine(day, time(6 + minute // 60, minute % 60), self.zone).astimezone(UTC)


def lines(total: int, category: str) -> tuple[InvoiceLine, ...]:
    """Lines that sum to the total."""
    wording = WORDINGS.get(category, USUAL)
    fixed = wording.fixed if sum(amount for _, amount in wording.fixed) < total // 2 else ()
    found = [InvoiceLine(text, amount) for text, amount in fixed]
    left = rest = total - sum(amount for _, amount in fixed)
    for text, share in wording.shares[:-1]:
        amount = left * share // 100
        found.append(InvoiceLine(text, amount))
        rest -= amount
    return (*found, InvoiceLine(wording.shares[-1][0], rest))


def _initials(name: str) -> str:
    return "".join(word[0] for word in name.upper().split() if word[0].isascii() and word[0].isalpha())[:3] or "INV"
