"""What banks do by themselves: interest, monthly fees, the closing of card statements."""

from dataclasses import dataclass
from decimal import Decimal

from sandbox.ledger.accounts import CREDIT_LINES, DEPOSITS, AccountKind
from sandbox.ledger.entries import Channel, EntryKind
from sandbox.seeding.calendar import Month
from sandbox.seeding.story.book import FACT, NEVER, Book, Face, Row
from sandbox.seeding.story.rhythm import Rhythm
from sandbox.seeding.story.story import Story


@dataclass(frozen=True, slots=True, kw_only=True)
class Upkeep(Rhythm):
    label: str = "(upkeep)"

    def plan(self, story: Story, month: Month, days: range) -> None:
        for book in story.books.values():
            if book.plan.kind in DEPOSITS and book.ends < NEVER and story.home.day(book.ends - 1) in days:
                story.act(book.ends - 1, lambda now, book=book: close_account(story, book, now))  # type: ignore[misc]
            if book.plan.kind in CREDIT_LINES:
                cut = book.clearing.cut(month.day(book.plan.terms.statement_day)) - 1
                story.act(cut, lambda now, book=book: close_statement(book, now))  # type: ignore[misc]
            elif book.plan.kind in DEPOSITS and book.tracked:
                end = book.clearing.cut(month.last) - 1
                story.act(end, lambda now, book=book: end_month(book, now))  # type: ignore[misc]


def enter(book: Book, kind: EntryKind, description: str, *, category: str, amount: int, now: int) -> None:
    if amount and book.opens <= now < book.ends:
        face = Face(kind, Channel.INTERNAL, description, book.clearing.habits.name, category)
        book.enter(Row(book, face, amount, now, now, firm=FACT))


def close_account(story: Story, book: Book, now: int) -> None:
    """What is left goes to the account that covers this one, else to another of the first holder's, else by cheque."""
    left = book.opening + sum(row.amount for row in book.rows if not row.drop)
    if left <= 0:
        return
    first = book.plan.holders[0].login
    heirs = [
        other
        for other in [book.covers, *story.books.values()]
        if other is not None
        and other is not book
        and other.bank == book.bank
        and other.plan.kind in (AccountKind.CHECKING, AccountKind.SAVINGS)
        and first in (holder.login for holder in other.plan.holders)
        and other.alive(now)
    ]
    if heirs:
        draw = story.draw("closing", book.slug)
        story.move(book, heirs[0], left, now, draw, description="ACCOUNT CLOSED - BALANCE TRANSFER")
    else:
        enter(book, EntryKind.ADJUSTMENT, "ACCOUNT CLOSED - CASHIERS CHECK", category="Transfer", amount=-left, now=now)


def end_month(book: Book, now: int) -> None:
    """Interest on the daily balance, then the fee unless the balance waives it. Overdrawn money earns nothing."""
    if now < book.opens:
        return
    earned = book.interest(book.plan.terms.apy or Decimal(0), now)
    if earned > 0:
        enter(book, EntryKind.INTEREST, "INTEREST EARNED", category="Interest", amount=earned, now=now)
    fee = book.plan.monthly_fee
    if fee is None or (fee.waived_over and book.posted >= fee.waived_over):
        return
    if book.plan.overdraft or book.funds(now) >= fee.amount:
        enter(book, EntryKind.FEE, fee.description, category="Fees", amount=-fee.amount, now=now)


def close_statement(book: Book, now: int) -> None:
    """Charge interest if the last statement was not paid in full, and remember what is owed now."""
    if now < book.opens:
        return
    carried = book.statement > 0 and book.credited < book.statement
    interest = book.interest(book.plan.terms.apr or Decimal(0), now)
    if carried and interest < 0:
        enter(book, EntryKind.INTEREST, "INTEREST CHARGED ON PURCHASES", category="Interest", amount=interest, now=now)
    book.statement = max(0, -book.settle(now + 1))
    book.credited = 0
