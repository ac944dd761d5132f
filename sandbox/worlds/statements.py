"""Statements: derived from the feed, so that their numbers cannot disagree with it.

A statement is cut at midnight in the bank's zone, at the end of the account's statement day; it covers what posted
since the cut before, and can be fetched some hours later, when the bank has printed it.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sandbox.kernel import ids
from sandbox.ledger.accounts import Account
from sandbox.ledger.feed import FeedRow, Window
from sandbox.worlds.accounts import AccountView

PRINTING = timedelta(hours=9)
KEPT = 84
"""Months of statements that a bank keeps."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One period, half-open in time. Money is signed like the account's balance; debits are positive sums."""

    statement_id: str
    date: date
    """The statement day that the period ends with."""
    start: datetime
    end: datetime
    ready_at: datetime
    opening: int
    closing: int
    credits: int
    debits: int
    count: int

    def processing(self, at: datetime) -> bool:
        return at < self.ready_at


def statements(view: AccountView, most: int = KEPT) -> list[Statement]:
    """Every statement cut so far, newest first."""
    found: list[Statement] = []
    end_day = last_cut(view.account, view.now)
    while len(found) < most:
        start_day = _month_before(end_day)
        statement = _between(view, start_day, end_day)
        if statement.end <= view.account.opened_at or statement.end <= view.account.history_start:
            break
        if view.account.closed_at is None or statement.start < view.account.closed_at:
            found.append(statement)
        end_day = start_day
    return found


def statement_named(view: AccountView, statement_id: str) -> Statement | None:
    return next((statement for statement in statements(view) if statement.statement_id == statement_id), None)


def latest_statement(view: AccountView) -> Statement | None:
    return next(iter(statements(view, most=1)), None)


def rows_of(view: AccountView, statement: Statement) -> list[FeedRow]:
    """The statement's rows, oldest first."""
    rows = [row for row in view.scan(Window(statement.start, statement.end)) if row.balance is not None]
    return rows[::-1]


def _between(view: AccountView, start_day: date, end_day: date) -> Statement:
    account = view.account
    start, end = cut(account.time_zone, start_day), cut(account.time_zone, end_day)
    before, after = view.edge(start), view.edge(end)
    credits = after.credited - before.credited
    return Statement(
        statement_id=ids.digits(15, "statement", account.account_id, end_day),
        date=end_day,
        start=start,
        end=end,
        ready_at=end + PRINTING,
        opening=before.balance,
        closing=after.balance,
        credits=credits,
        debits=credits - (after.balance - before.balance),
        count=after.count - before.count,
    )


def cut(zone: str, day: date) -> datetime:
    """The instant at which a day ends at the bank."""
    following = day + timedelta(days=1)
    local = datetime(following.year, following.month, following.day, tzinfo=ZoneInfo(zone))
    return local.astimezone(UTC)


def last_cut(account: Account, at: datetime) -> date:
    """The statement day that ended last."""
    today = at.astimezone(ZoneInfo(account.time_zone)).date()
    this_month = today.replace(day=account.terms.statement_day)
    return this_month if cut(account.time_zone, this_month) <= at else _month_before(this_month)


def _month_before(day: date) -> date:
    return day.replace(year=day.year - 1, month=12) if day.month == 1 else day.replace(month=day.month - 1)
