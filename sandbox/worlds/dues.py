"""What is owed and when: bills of credit lines, instalments of loans. Derived from statements and rows."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sandbox.ledger.accounts import AccountKind
from sandbox.ledger.entries import Entry, EntryKind
from sandbox.worlds.accounts import AccountView
from sandbox.worlds.statements import Statement, latest_statement

LEAST = 3500
"""A card's minimum payment is 35 dollars, or one percent of the balance with the month's interest, or all of it."""


@dataclass(frozen=True, slots=True)
class Bill:
    """A credit line's latest bill. Amounts are minor units, positive."""

    statement: Statement
    due: date
    total: int
    """What is left of the statement's balance after the payments since."""
    minimum: int
    past_due: int
    autopay: bool
    last_payment: Entry | None

    @property
    def statement_balance(self) -> int:
        return -self.statement.closing


@dataclass(frozen=True, slots=True)
class Instalment:
    """A loan's next payment and its running totals. Amounts are minor units, positive."""

    due: date
    amount: int
    principal: int
    interest_this_year: int
    last_payment: Entry | None
    autopay: bool


def bill(view: AccountView) -> Bill | None:
    """The latest bill; None before the first statement."""
    statement = latest_statement(view)
    if statement is None:
        return None
    owed = max(-statement.closing, 0)
    paid = view.edge(view.now).credited - view.edge(statement.end).credited
    interest = sum(
        -row.amount for row in view.latest(EntryKind.INTEREST, 2) if statement.start <= row.ends_at < statement.end
    )
    minimum = min(owed, max(LEAST, owed // 100 + max(interest, 0)))
    due = statement.date + timedelta(days=view.account.terms.due_days)
    left = max(minimum - paid, 0)
    overdue = view.now.astimezone(ZoneInfo(view.account.time_zone)).date() > due
    return Bill(
        statement=statement,
        due=due,
        total=max(owed - paid, 0),
        minimum=left,
        past_due=left if overdue else 0,
        autopay=view.account.terms.autopay,
        last_payment=next(iter(view.latest(EntryKind.PAYMENT)), None),
    )


def instalment(view: AccountView) -> Instalment:
    """The next payment of a loan."""
    account, terms = view.account, view.account.terms
    zone = ZoneInfo(account.time_zone)
    today = view.now.astimezone(zone).date()
    principal = max(-view.balances().current, 0)
    due = _next_day(today, terms.payment_day)
    year = datetime(today.year, 1, 1, tzinfo=zone)
    interest = sum(-row.amount for row in view.latest(EntryKind.INTEREST, 24) if row.ends_at >= year)
    return Instalment(
        due=due,
        amount=min(terms.monthly_payment, principal) + (terms.escrow_payment if principal else 0),
        principal=principal,
        interest_this_year=max(interest, 0),
        last_payment=next(iter(view.latest(EntryKind.PAYMENT)), None),
        autopay=terms.autopay,
    )


def interest_this_year(view: AccountView) -> int:
    """What a deposit earned since New Year."""
    zone = ZoneInfo(view.account.time_zone)
    year = datetime(view.now.astimezone(zone).year, 1, 1, tzinfo=zone)
    return sum(row.amount for row in view.latest(EntryKind.INTEREST, 24) if row.ends_at >= year and row.amount > 0)


def rewards_earned(view: AccountView) -> tuple[int, int]:
    """(ever, this year) in minor units of cash-back: the account's rate on what was spent and not paid back."""
    zone, began = ZoneInfo(view.account.time_zone), view.account.history_start
    year = datetime(view.now.astimezone(zone).year, 1, 1, tzinfo=zone)
    return rewards_between(view, began, view.now), rewards_between(view, max(year, began), view.now)


def rewards_between(view: AccountView, start: datetime, end: datetime) -> int:
    return _spent(view, start, end) * view.account.terms.reward_rate_bp // 10_000


def _spent(view: AccountView, start: datetime, end: datetime) -> int:
    if view.account.kind is not AccountKind.CREDIT_CARD:
        return 0
    before, after = view.edge(start), view.edge(end)
    return max((after.credited - before.credited) - (after.balance - before.balance), 0)


def _next_day(today: date, day: int) -> date:
    this_month = today.replace(day=min(day, 28))
    if this_month >= today:
        return this_month
    return (this_month.replace(day=1) + timedelta(days=32)).replace(day=min(day, 28))
