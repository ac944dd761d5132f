"""Rows of accounts: they appear, post, vanish; and the balances that follow."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

from sandbox.dialect.bank import Bank
from sandbox.events.lives.telling import Span, amount, event_id, of_account
from sandbox.kernel.clock import iso
from sandbox.ledger.accounts import CREDIT_LINES, DEPOSITS, Account, AccountKind
from sandbox.ledger.entries import Entry, EntryKind, EntryStatus, status_at
from sandbox.ledger.happenings import Happening
from sandbox.worlds.witness import Change

LARGE = 500_00
"""Minor units. From here on a charge hits the rule `large`."""

INCOME = frozenset({EntryKind.DIRECT_DEPOSIT, EntryKind.DIVIDEND})

RULES: dict[str, Callable[[Entry], bool]] = {
    "large": lambda row: row.amount <= -LARGE,
    "foreign": lambda row: row.foreign is not None,
    "cash": lambda row: row.kind is EntryKind.ATM_WITHDRAWAL,
    "fee": lambda row: row.kind is EntryKind.FEE,
}
"""What a person may want to be woken for: `rule_hits` names those that a row keeps to."""

IN_SIGHT = (EntryStatus.PENDING, EntryStatus.POSTED)


def of_row(bank: Bank, account: Account, row: Entry, span: Span) -> Iterator[Happening]:
    """It appears, pending or posted at once; it posts; or its hold is dropped. One dropped at once never was."""
    begins, ends, posts = row.authorised_at, row.ends_at, row.posted_at is not None
    at_once = ends <= begins
    if at_once and not posts:
        return
    data: dict[str, Any] | None = None
    if begins in span:
        data = _data(bank, account, row, EntryStatus.POSTED if at_once else EntryStatus.PENDING)
        yield _told(account, "created", row, begins, data)
    if at_once or ends not in span:
        return
    pending = data if data is not None else _data(bank, account, row, EntryStatus.PENDING)
    if posts:
        yield _told(account, "posted", row, ends, _settled(bank, account, row, pending))
    else:
        yield _told(account, "removed", row, ends, {**pending, "status": "removed"})


def changed(bank: Bank, account: Account, change: Change, now: datetime, *, deed: int) -> Happening | None:
    """What somebody did to a row that was in sight, or is; `deed` tells it from others in the same instant."""
    before, after = change
    was = status_at(before, now) in IN_SIGHT if before is not None else False
    status = status_at(after, now) if after is not None else None
    if after is not None and status in IN_SIGHT:
        settled = before is not None and was and status_at(before, now) is not status
        kind = "posted" if settled and status is EntryStatus.POSTED else "updated" if was else "created"
        data = _data(bank, account, after, status)
        if kind != "created":
            shown = (before, status_at(before, now)) if before is not None else (after, EntryStatus.PENDING)
            _renamed(data, bank.transaction_ref(account, *shown))
        return _told(account, kind, after, now, data, deed=deed)
    if before is None or not was:
        return None
    data = _data(bank, account, before, status_at(before, now))
    return _told(account, "removed", before, now, {**data, "status": "removed"}, deed=deed)


def _told(account: Account, what: str, row: Entry, at: datetime, data: dict[str, Any], *, deed: int = 0) -> Happening:
    kind, begins = f"transaction.{what}", row.authorised_at
    return Happening(
        event_id(kind, account.account_id, row.sequence, at, *([deed] if deed else [])),
        kind,
        at,
        account.bank,
        account_id=account.account_id,
        sequences=(row.sequence,),
        of=begins if begins != at else None,
        data=data,
    )


def _data(bank: Bank, account: Account, row: Entry, status: EntryStatus) -> dict[str, Any]:
    shown = row.held if status is EntryStatus.PENDING else row.amount
    return {
        "transaction_id": bank.transaction_ref(account, row, status),
        "status": status.lower(),
        "amount": amount(abs(shown), account.currency),
        "direction": "credit" if row.is_credit else "debit",
        "merchant_name": row.counterparty or None,
        "card_last4": row.card_last4 or None,
        "categories": [row.category] if row.category else [],
        "is_income": row.kind in INCOME or (row.kind is EntryKind.INTEREST and row.is_credit),
        "rule_hits": [name for name, hits in RULES.items() if hits(row)],
    }


def _settled(bank: Bank, account: Account, row: Entry, pending: dict[str, Any]) -> dict[str, Any]:
    """What is told of a row that posts, made of what was told of it before."""
    data = {**pending, "transaction_id": bank.transaction_ref(account, row, EntryStatus.POSTED), "status": "posted"}
    if row.held != row.amount:
        data["amount"] = amount(abs(row.amount), account.currency)
    _renamed(data, pending["transaction_id"])
    return data


def _renamed(data: dict[str, Any], earlier: str) -> None:
    if earlier != data["transaction_id"]:
        data["previous_transaction_id"] = earlier


# --- Balances ------------------------------------------------------------------------------------------------------


class Position(NamedTuple):
    """Signed, in minor units. `held` is what pending rows take, positive."""

    current: int
    held: int

    def available(self, account: Account) -> int:
        """As `AccountView.balances` counts it."""
        count = _AVAILABLE.get(account.kind)
        return count(account, self) if count is not None else 0


def _own(account: Account, position: Position) -> int:
    extra = account.terms.overdraft_limit if account.kind in DEPOSITS else 0
    return position.current - position.held + extra


def _left(account: Account, position: Position) -> int:
    return account.terms.credit_limit + position.current - position.held


_AVAILABLE: dict[AccountKind, Callable[[Account, Position], int]] = {
    **dict.fromkeys((*DEPOSITS, AccountKind.BROKERAGE), _own),
    **dict.fromkeys(CREDIT_LINES, _left),
}


def moved(account: Account, before: Position, after: Position, at: datetime, *, deed: int = 0) -> Iterator[Happening]:
    """The balance that changed: what is available, or where that stayed, what is booked; and whether it is low now."""
    had, has = before.available(account), after.available(account)
    threshold = account.low_below
    if had != has:
        yield _balance(account, "updated", "available", has, at, deed=deed)
    elif before.current != after.current:
        yield _balance(account, "updated", "current", after.current, at, deed=deed)
    if account.kind in DEPOSITS and has < threshold <= had:
        yield _balance(account, "low", "available", has, at, deed=deed, threshold=amount(threshold, account.currency))


def _balance(
    account: Account, what: str, balance: str, value: int, at: datetime, *, deed: int, **more: object
) -> Happening:
    data = {"balance_type": balance, "amount": amount(value, account.currency), "as_of": iso(at), **more}
    return of_account(account, f"balance.{what}", deed or "", at, data)


# --- An account's span ---------------------------------------------------------------------------------------------


def of_rows(
    bank: Bank,
    account: Account,
    rows: Sequence[Entry],
    *,
    opening: int,
    span: Span,
) -> Iterator[Happening]:
    """All that happens on an account in a span, in order. `rows` are those that lived in it or at its start; `opening`
    is the booked balance at its start."""
    happenings = [one for row in rows for one in of_row(bank, account, row, span)]
    happenings.sort(key=attrgetter("at"))
    by_sequence = {row.sequence: row for row in rows}
    held = sum(-row.held for row in rows if row.authorised_at <= span.since and row.held < 0)
    position = Position(opening, held)
    for at, together in groupby(happenings, attrgetter("at")):
        group = list(together)
        yield from group
        after = position
        for one in group:
            after = _step(after, one, by_sequence[one.sequences[0]])
        yield from moved(account, position, after, at)
        yield synced(account, group, at)
        position = after


def _step(position: Position, one: Happening, row: Entry) -> Position:
    held = max(-row.held, 0)
    match one.type:
        case "transaction.created" if row.ends_at > row.authorised_at:
            return Position(position.current, position.held + held)
        case "transaction.created":
            return Position(position.current + (row.amount if row.posted_at is not None else 0), position.held)
        case "transaction.posted":
            return Position(position.current + row.amount, position.held - held)
        case _:
            return Position(position.current, position.held - held)


_SYNCED = {
    "transaction.created": "added",
    "transaction.posted": "modified",
    "transaction.updated": "modified",
    "transaction.removed": "removed",
}
"""As what the sync endpoint tells a row."""


def synced(account: Account, group: Iterable[Happening], at: datetime, *, deed: int = 0) -> Happening:
    """That the sync endpoint has something new: what these tell of rows."""
    counts: dict[str, Any] = {"added": 0, "modified": 0, "removed": 0, "initial_complete": True}
    for one in group:
        if (what := _SYNCED.get(one.type)) is not None:
            counts[what] += 1
    return of_account(account, "transactions.sync_updates_available", deed or "", at, counts)
