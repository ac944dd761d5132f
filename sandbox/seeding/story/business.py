"""What a small business does: card takings, invoices, wages."""

from dataclasses import dataclass, field

from sandbox.kernel import ids
from sandbox.ledger.entries import Channel, EntryKind
from sandbox.seeding.calendar import EVERY_OTHER_FRIDAY, Month, Schedule, business_days_after, on_or_before
from sandbox.seeding.story.book import BILL, FACT, Face, Row
from sandbox.seeding.story.rhythm import Rhythm
from sandbox.seeding.story.story import Story
from sandbox.seeding.zones import HOUR


@dataclass(frozen=True, slots=True, kw_only=True)
class Sales(Rhythm):
    """A day's card takings, paid out by the processor on the next business day, less its fee."""

    into: str
    processor: str
    low: int
    high: int
    weights: tuple[float, ...] = (1.0,) * 7
    season: dict[int, float] = field(default_factory=dict)
    fee_bp: int = 0

    def plan(self, story: Story, month: Month, days: range) -> None:
        book = story.books[self.into]
        draw = story.draw(self.label, month.key)
        busiest = max(self.weights)
        face = Face(EntryKind.DEPOSIT, Channel.ACH, f"{self.processor.upper()} SETTLEMENT", self.processor, "Income")
        for day in month.days:
            weight = self.weights[(day + 6) % 7] / busiest * self.season.get(month.month, 1.0)
            takings = round(draw.price(self.low, (self.low + self.high) // 2, self.high) * weight)
            takings -= takings * self.fee_bp // 10_000
            if takings > 0 and day in days:
                row = Row(
                    book, face, takings, *story.electronic(book, business_days_after(day + 1, 0), draw), firm=FACT
                )
                story.add(row)


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoices(Rhythm):
    """Customers who pay by invoice, each in a way of its own unless `channel` says how."""

    into: str
    customers: tuple[str, ...]
    per_month: float = 4.0
    low: int = 200_00
    high: int = 2400_00
    channel: Channel | None = None

    def plan(self, story: Story, month: Month, days: range) -> None:
        book = story.books[self.into]
        draw = story.draw(self.label, month.key)
        number = 1000 + (month.index % 1200) * 17
        for count in range(draw.times(self.per_month * (0.7 + 0.6 * draw.random()))):
            day = on_or_before(month.day(draw.between(4, 30)))
            customer = draw.pick(self.customers)
            way = (
                self.channel
                or (Channel.ACH, Channel.ACH, Channel.CHECK, Channel.WIRE)[ids.number("pays", customer) % 4]
            )
            amount = draw.price(self.low, (2 * self.low + self.high) // 3, self.high, (0, 0, 50))
            at = story.home.at(day, draw.between(9 * HOUR, 16 * HOUR))
            if way is Channel.WIRE:
                face = Face(EntryKind.DEPOSIT, way, f"WIRE IN {customer.upper()}", customer, "Income")
                row = Row(book, face, amount, at, at, firm=FACT)
            elif way is Channel.CHECK:
                face = Face(EntryKind.CHECK_DEPOSIT, Channel.BRANCH, "BRANCH CHECK DEPOSIT", customer, "Income")
                row = Row(book, face, amount, at, book.clearing.settled(at, 1, draw.between(0, 5000)), firm=FACT)
            else:
                face = Face(EntryKind.DEPOSIT, way, f"{customer.upper()} VENDOR PMT", customer, "Income")
                row = Row(book, face, amount, *story.electronic(book, day, draw), firm=FACT)
            row.memo = f"INV {number + count}"
            if day in days:
                story.add(row)


@dataclass(frozen=True, slots=True, kw_only=True)
class PayrollRun(Rhythm):
    """Wages to employees, all on one day, and the tax that is due with them."""

    source: str
    employees: tuple[tuple[str, int], ...]
    schedule: Schedule = EVERY_OTHER_FRIDAY
    tax_percent: float = 0.0

    def plan(self, story: Story, month: Month, days: range) -> None:
        book = story.books[self.source]
        draw = story.draw(self.label, month.key)
        for day in self.schedule.dates(month, story.phase(self.label)):
            payday = on_or_before(day)
            for name, net in self.employees:
                face = Face(EntryKind.BILL_PAYMENT, Channel.ACH, f"PAYROLL {name.upper()}", name, "Payroll")
                row = Row(book, face, -net, *story.electronic(book, payday, draw), firm=BILL)
                if day in days:
                    story.add(row)
            tax = round(sum(net for _, net in self.employees) * self.tax_percent / 100)
            row = Row(
                book,
                Face(EntryKind.BILL_PAYMENT, Channel.ACH, "PAYROLL TAX DEPOSIT", "Tax Authority", "Government"),
                -tax,
                *story.electronic(book, business_days_after(payday, 1), draw),
                firm=BILL,
            )
            if tax and day in days:
                story.add(row)
