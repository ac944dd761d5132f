"""Where a call looks: the accounts that its consent shares, and one thing among them by its id."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from itertools import takewhile
from typing import TypeVar

from sandbox.dialect import fdx
from sandbox.dialect.call import Call
from sandbox.dialect.paging import HEAD
from sandbox.dialect.windows import midnight_of
from sandbox.kernel.clock import parse_instant
from sandbox.kernel.errors import InvalidDateRange, NotFound, TransactionNotFound
from sandbox.ledger.accounts import AccountStatus
from sandbox.ledger.consents import history_start
from sandbox.ledger.entries import EntryStatus
from sandbox.ledger.feed import FeedRow, Window
from sandbox.ledger.purchases import Purchase
from sandbox.worlds.accounts import AccountView

T = TypeVar("T")


def views(call: Call) -> list[AccountView]:
    """The account that the call names, or all that are shared; one that the bank has locked shows nothing. Raises
    AccountNotFound or AccountLocked."""
    named = call.query.get("account_id") or (call.body or {}).get("account_id")
    if named is not None:
        return [fdx.not_locked(call.account(named))]
    return [view for view in call.accounts().values() if view.status is not AccountStatus.LOCKED]


def among(call: Call, kind: type[NotFound], find: Callable[[AccountView], T], asked: str) -> tuple[AccountView, T]:
    """The one account in which something is found, and that. Raises `kind` where it is in none."""
    for view in views(call):
        try:
            found = find(view)
        except NotFound:
            continue
        call.touched = (view.account.account_id,)
        return view, found
    raise kind(f"no {asked!r} is in a shared account", asked=asked)


def in_sight(call: Call, purchase: Purchase, kind: type[NotFound], asked: str) -> Purchase:
    """Raises `kind` for what was bought before the consent's look-back."""
    if purchase.placed_at < history_start(call.consent):
        raise kind(f"{asked!r} is older than the consent looks back", asked=asked)
    return purchase


def transaction(call: Call, asked: str) -> tuple[AccountView, FeedRow]:
    """The row that the bank's feed names so, and whose it is. Raises TransactionNotFound."""
    for view in views(call):
        for row in _candidates(call, view, asked):
            known = call.bank.transaction_ref(view.account, row.entry, row.status) == asked
            if known and row.entry.authorised_at >= history_start(call.consent):
                return view, row
    raise TransactionNotFound("no transaction of that id is in a shared account and in sight", asked=asked)


def _candidates(call: Call, view: AccountView, asked: str) -> Iterator[FeedRow]:
    """The row that a name leads to; the pending ones as well, since at some banks their names lead nowhere."""
    sequence = call.bank.sequence_of(view.account, asked)
    row = view.entry(sequence) if sequence is not None else None
    if row is not None:
        yield row
    yield from takewhile(lambda one: one.status is EntryStatus.PENDING, view.page(Window(), HEAD).rows)


def window(call: Call) -> Window:
    """From `from` to `to`, clipped to the consent's look-back. Raises InvalidDateRange."""
    start = _edge(call, "from", timedelta(0))
    end = _edge(call, "to", timedelta(days=1))
    if start is not None and end is not None and start >= end:
        raise InvalidDateRange(f"from {call.query['from']} is later than to {call.query['to']}", parameter="from")
    return call.in_sight(Window(start, end))


def _edge(call: Call, name: str, beyond: timedelta) -> datetime | None:
    """An instant as it stands; of a day the midnight at the bank with which it begins, or ends."""
    text = call.query.get(name)
    if text is None:
        return None
    try:
        if len(text) > len("2026-06-15"):
            return parse_instant(text)
        return midnight_of(date.fromisoformat(text) + beyond, call.bank.time_zone)
    except (ValueError, OverflowError) as error:
        raise InvalidDateRange(f"{name} {text} is no day of the calendar", parameter=name) from error
