"""Reading a feed as Citi lets it be read: by whole days, by amounts, by a card's billing, twenty rows at a time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sandbox.dialect import paging, windows
from sandbox.dialect.call import Call
from sandbox.kernel.clock import from_millis, to_millis
from sandbox.kernel.errors import InvalidCursor, InvalidDateRange, InvalidInput, Violation
from sandbox.kernel.money import major
from sandbox.ledger.accounts import Account, AccountKind
from sandbox.ledger.entries import EntryStatus
from sandbox.ledger.feed import FeedRow, Position, Window
from sandbox.worlds.accounts import AccountView
from sandbox.worlds.statements import cut, last_cut

PAGE = 20
"""Rows of a page, whatever `requestSize` says."""
HISTORY = timedelta(days=365)
CARD_SPAN = timedelta(days=90)
LONGEST_INDEX = 9
"""Digits of a plain index; a longer text is a cursor of ours."""

Keep = Callable[[FeedRow], bool]


@dataclass(frozen=True, slots=True)
class Reading:
    """What one call asks of an account's feed, worked out."""

    view: AccountView
    window: Window
    position: Position | None
    keep: Keep | None
    """None: the window and the position say it all."""
    cut: datetime
    """The end of the latest statement, as of the beginning of the walk."""
    context: tuple[object, ...]

    def take(self) -> tuple[list[FeedRow], str | None]:
        """A page of rows, and the index of the next."""
        rows, after = _take(self, self.position, PAGE)
        return rows, self.index_after(after)

    def index_after(self, position: Position | None) -> str | None:
        return paging.to_digits(position, *self.context) if position else None


def reading(call: Call, view: AccountView, asked: Mapping[str, Any]) -> Reading:
    """`asked` holds the filters by their names in the query, which are those in the body of the search as well. A walk
    keeps to the day on which it began. Raises InvalidDateRange, InvalidInput or InvalidCursor."""
    account, status = view.account, asked.get("transactionStatus", "ALL")
    is_card = account.kind is AccountKind.CREDIT_CARD
    first, last = asked.get("transactionFromDate"), asked.get("transactionToDate")
    least, most = asked.get("amountFrom"), asked.get("amountTo")
    _in_order(least, most)
    context = (call.consent.consent_id, account.account_id, status if is_card else "ALL", first, last, least, most)
    index: str = asked.get("nextStartIndex", "1")
    is_cursor = len(index) > LONGEST_INDEX
    position = paging.from_digits(index, *context) if is_cursor else None
    now = from_millis(position.as_of) if position else view.now
    billed_until = cut(account.time_zone, last_cut(account, now))
    window = call.in_sight(window_of(account, first, last, now))
    if is_card:
        window = _billed(window, status, billed_until)
    shows_pending = status in ("ALL", "PENDING") if is_card else account.kind is AccountKind.BROKERAGE
    if position is None and not shows_pending:
        position = paging.past_pending(to_millis(now))
    keep = _keep(least, most, pending_only=is_card and status == "PENDING")
    wanted = Reading(view, window, position, keep, billed_until, context)
    if is_cursor:
        return wanted
    return Reading(view, window, _skipped(wanted, int(index)), keep, billed_until, context)


def window_of(account: Account, first: str | None, last: str | None, now: datetime) -> Window:
    """The days asked for, inside the bank's history. Raises InvalidDateRange."""
    today = windows.local_day(now, account.time_zone)
    earliest, is_card = today - HISTORY, account.kind is AccountKind.CREDIT_CARD
    end = windows.day_of(last) if last else today
    begin = windows.day_of(first) if first else max(earliest, end - CARD_SPAN) if is_card else earliest
    if begin < earliest or end < earliest:
        name = "transactionFromDate" if begin < earliest else "transactionToDate"
        raise InvalidDateRange(
            f"{name} is more than 12 months back; history begins {earliest}.", parameter=name, earliest=str(earliest)
        )
    if begin > end:
        raise InvalidDateRange(
            f"transactionFromDate {begin} is later than transactionToDate {end}.", start=str(begin), end=str(end)
        )
    if is_card and end - begin > CARD_SPAN:
        raise InvalidDateRange(
            "A credit card can be asked for at most 90 days at once.",
            start=str(begin),
            end=str(end),
            hint=f"Ask from {end - CARD_SPAN} on, and for the days before in another call.",
        )
    return windows.days(begin, end, account.time_zone)


def _billed(window: Window, status: str, cut: datetime) -> Window:
    """A card's window by billing: what the latest statement and those before it hold, or what came since."""
    if status == "BILLED":
        return Window(window.start, cut if window.end is None else min(window.end, cut))
    if status == "UNBILLED":
        return Window(cut if window.start is None else max(window.start, cut), window.end)
    return window


def _keep(least: float | None, most: float | None, *, pending_only: bool) -> Keep | None:
    if least is None and most is None and not pending_only:
        return None

    def keep(row: FeedRow) -> bool:
        pending = row.status is EntryStatus.PENDING
        amount = major(abs(row.entry.held if pending else row.entry.amount))
        return (pending or not pending_only) and (least is None or amount >= least) and (most is None or amount <= most)

    return keep


def _in_order(least: float | None, most: float | None) -> None:
    if least is not None and most is not None and least > most:
        message = f"amountFrom {least:g} is greater than amountTo {most:g}"
        raise InvalidInput([Violation("query", "amountFrom", "maximum", message, most, least)])


def _skipped(wanted: Reading, index: int) -> Position | None:
    """Where the rows begin of which the first has this index. Raises InvalidCursor where there is no such row."""
    if index == 1:
        return wanted.position
    position = None
    if index > 1 and wanted.keep is None:
        position = paging.skipped(wanted.view, wanted.window, index - 1, wanted.position)
    elif index > 1:
        _, position = _take(wanted, wanted.position, index - 1)
    if position is None:
        raise InvalidCursor(f"the list has no row with the index {index}")
    return position


def _take(wanted: Reading, position: Position | None, most: int) -> tuple[list[FeedRow], Position | None]:
    if wanted.keep is None:
        page = wanted.view.client_page(wanted.window, most, position)
        return list(page.rows), page.next
    return paging.matching(wanted.view, wanted.window, wanted.keep, most, position)
