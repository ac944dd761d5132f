"""What the tests of the seeds share: the day on which they usually play, and questions about rows."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sandbox.ledger.accounts import Account
from sandbox.ledger.entries import Entry, EntryKind, EntryStatus, status_at
from sandbox.ledger.timelines import AccountTimeline, Timeline

ANCHOR = date(2026, 11, 23)
SEED = 7
BANKS = ("chase", "wellsfargo", "usbank", "citi")

Play = Callable[..., Timeline]
"""play("maya", "chase", anchor=…, seed=…, until=…)"""


def moment(day: date, hours: float = 0) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=hours)


def account(timeline: Timeline, kind: str, nth: int = 0) -> AccountTimeline:
    return [line for line in timeline.accounts if line.account.kind == kind][nth]


def rows(line: AccountTimeline, kind: EntryKind | None = None, text: str = "") -> list[Entry]:
    """The rows of a kind whose description holds a text."""
    return [row for row in line.entries if kind in (None, row.kind) and text in row.description]


def pending(line: AccountTimeline, at: datetime) -> list[Entry]:
    return [row for row in line.entries if status_at(row, at) is EntryStatus.PENDING]


def posted(line: AccountTimeline, before: datetime) -> list[Entry]:
    return [row for row in line.entries if row.posted_at is not None and row.posted_at < before]


def balance(line: AccountTimeline, before: datetime) -> int:
    return line.account.opening_balance + sum(row.amount for row in posted(line, before))


def balances(line: AccountTimeline) -> Iterator[tuple[datetime, int]]:
    """(instant, balance from then on), at every instant at which something posts."""
    current = line.account.opening_balance
    settled = sorted((row.posted_at, row.amount) for row in line.entries if row.posted_at is not None)
    for index, (instant, amount) in enumerate(settled):
        current += amount
        if index + 1 == len(settled) or settled[index + 1][0] != instant:
            yield instant, current


def local(account: Account, instant: datetime) -> datetime:
    """At the bank."""
    return instant.astimezone(ZoneInfo(account.time_zone))
