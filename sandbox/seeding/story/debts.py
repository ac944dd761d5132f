"""Paying what is owed: cards, lines of credit, loans."""

from dataclasses import dataclass
from decimal import Decimal

from sandbox.ledger.entries import Channel, EntryKind
from sandbox.seeding.calendar import Month, on_or_after
from sandbox.seeding.clearing import BATCH
from sandbox.seeding.story.book import FACT, Book, Face, Row
from sandbox.seeding.story.rhythm import Rhythm
from sandbox.seeding.story.story import Story
from sandbox.seeding.zones import HOUR

LEAST_PAYMENT = 35_00


def pay(story: Story, source: Book, debt: Book, amount: int, *, at: int, category: str, label: str) -> Row:
    """One payment towards a debt: both legs. Inside a bank in the nightly batch, else by ACH. Returns the debt's
    row."""
    name = debt.plan.product(debt.bank)
    inside = source.bank == debt.bank
    out = f"PAYMENT TO {name.upper()}" if inside else f"{debt.clearing.habits.descriptor} {category.upper()}"
    channel = Channel.INTERNAL if inside else Channel.ACH
    sent = received = at
    if not inside:
        draw = story.draw(label, "pay", at)
        sent = source.clearing.settled(at, 1, draw.between(0, BATCH))
        received = debt.clearing.settled(at, 1, draw.between(0, BATCH))
    story.take(Row(source, Face(EntryKind.BILL_PAYMENT, channel, out, name, category), -amount, at, sent, firm=FACT))
    row = Row(
        debt, Face(EntryKind.PAYMENT, channel, "PAYMENT - THANK YOU", "", category), amount, at, received, firm=FACT
    )
    story.take(row)
    return row


@dataclass(frozen=True, slots=True, kw_only=True)
class PayCard(Rhythm):
    """Pays a card or a line of credit before its due date. `pays`: statement, minimum, part (of the statement),
    fixed."""

    card: str
    source: str
    pays: str = "statement"
    share: float = 1.0
    amount: int = 0
    days_before: int = 2
    miss: float = 0.0
    late_fee: int = 29_00

    def plan(self, story: Story, month: Month, days: range) -> None:
        debt, source = story.books[self.card], story.books[self.source]
        due = month.day(debt.plan.terms.statement_day) + debt.plan.terms.due_days
        day = due - self.days_before
        draw = story.draw(self.label, month.key)
        place = draw.between(0, BATCH)
        if month.day(debt.plan.terms.statement_day) not in days:
            return
        if draw.chance(self.miss):
            story.act(debt.clearing.zone.at(due + 1, 6 * HOUR + place // 10), lambda now: self._charge(story, now))
        else:
            settles = on_or_after(day)
            settles = min(settles, due)
            story.act(source.clearing.batch(settles) + place, lambda now: self._pay(story, now))

    def _charge(self, story: Story, now: int) -> None:
        debt = story.books[self.card]
        if debt.statement > 0 and debt.credited < self.least(debt):
            fee = Face(EntryKind.FEE, Channel.INTERNAL, "LATE FEE", debt.clearing.habits.name, "Fees")
            story.take(Row(debt, fee, -self.late_fee, now, now, firm=FACT))

    def _pay(self, story: Story, now: int) -> None:
        debt, source = story.books[self.card], story.books[self.source]
        if not (debt.alive(now) and source.alive(now)):
            return
        owed = max(0, min(debt.statement - debt.credited, debt.allowance - debt.funds(now)))
        wanted = {
            "statement": owed,
            "minimum": self.least(debt),
            "part": max(self.least(debt), round(owed * self.share)),
            "fixed": max(self.least(debt), self.amount),
        }[self.pays]
        wanted = min(wanted, owed)
        here = source.funds(now) - source.allowance
        if here < wanted and story.cover(source, wanted - here, now):
            here = source.funds(now) - source.allowance
        amount = min(wanted, here)
        if amount > 0:
            pay(story, source, debt, amount, at=now, category="Credit Card Payment", label=self.label)

    @staticmethod
    def least(debt: Book) -> int:
        """The minimum payment: a floor, or one percent and the interest of a month."""
        monthly = round(debt.statement * (1 + float(debt.plan.terms.apr or 0) / 12) / 100)
        return min(debt.statement, max(LEAST_PAYMENT, monthly))


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawLine(Rhythm):
    """Money borrowed on a line of credit now and then."""

    line: str
    target: str
    low: int
    high: int
    per_year: float = 4.0

    def plan(self, story: Story, month: Month, days: range) -> None:
        draw = story.draw(self.label, month.key)
        for _ in range(draw.times(self.per_year / 12)):
            day = month.day(draw.between(2, 26))
            amount = draw.price(self.low, (self.low + self.high) // 2, self.high, (0,))
            at = story.home.at(day, draw.between(9 * HOUR, 18 * HOUR))
            if day in days:
                story.act(at, lambda now, amount=amount: self._draw(story, amount, now))  # type: ignore[misc]

    def _draw(self, story: Story, amount: int, now: int) -> None:
        line = story.books[self.line]
        if line.alive(now) and line.funds(now) >= amount:
            story.move(line, story.books[self.target], amount, now, story.draw(self.label, now))


@dataclass(frozen=True, slots=True, kw_only=True)
class PayLoan(Rhythm):
    """The monthly instalment: the loan gets the payment, bears a month's interest, and passes the escrow share on."""

    loan: str
    source: str
    extra: int = 0

    def plan(self, story: Story, month: Month, days: range) -> None:
        loan = story.books[self.loan]
        day = month.day(loan.plan.terms.payment_day)
        if day in days:
            draw = story.draw(self.label, month.key)
            at = story.books[self.source].clearing.batch(on_or_after(day)) + draw.between(0, BATCH)
            story.act(at, lambda now: self._pay(story, now))

    def _pay(self, story: Story, now: int) -> None:
        loan, source = story.books[self.loan], story.books[self.source]
        owed = -loan.funds(now)
        if owed <= 0 or not (loan.alive(now) and source.alive(now)):
            return
        terms = loan.plan.terms
        interest = monthly_interest(owed, terms.apr)
        amount = min(terms.monthly_payment + self.extra, owed + interest) + terms.escrow_payment
        here = source.funds(now) - source.allowance
        if here < amount and not story.cover(source, amount - here, now) and not source.plan.overdraft:
            story.unpaid += 1
            return
        paid = pay(story, source, loan, amount, at=now, category="Loan Payment", label=self.label)
        bank = loan.clearing.habits.name
        if interest:
            face = Face(EntryKind.INTEREST, Channel.INTERNAL, "INTEREST PORTION OF PAYMENT", bank, "Interest")
            story.take(Row(loan, face, -interest, now, now, firm=FACT, of=paid))
        if terms.escrow_payment:
            face = Face(EntryKind.ADJUSTMENT, Channel.INTERNAL, "ESCROW PORTION OF PAYMENT", bank, "Escrow")
            story.take(Row(loan, face, -terms.escrow_payment, now, now, firm=FACT, of=paid))


def monthly_interest(owed: int, apr: Decimal | None) -> int:
    return round(owed * (apr or Decimal(0)) / 1200)


def instalment(principal: int, apr: Decimal | None, months: int) -> int:
    """The level monthly payment that repays `principal` cents in so many months."""
    rate = (apr or Decimal(0)) / 1200
    if not rate:
        return -(-principal // months)
    return round(principal * rate / (1 - (1 + rate) ** -months))


def amortised(principal: int, apr: Decimal | None, payment: int, months: int) -> int:
    """What is still owed after so many level payments."""
    for _ in range(months):
        principal = max(0, principal + monthly_interest(principal, apr) - payment)
    return principal
