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
    if row.posted_at is None and row.ends_at <= row.authorised_at:
        return
    if row.authorised_at in span:
        yield _told(bank, account, "created", row, row.authorised_at)
    if row.ends_at > row.authorised_at and row.ends_at in span:
        yield _told(bank, account, "posted" if row.posted_at is not None else "removed", row, row.ends_at)


def changed(bank: Bank, account: Account, change: Change, now: datetime, *, deed: int) -> Happening | None:
    """What somebody did to a row that was in sight, or is; `deed` tells it from others in the same instant."""
    before, after = change
    was = status_at(before, now) in IN_SIGHT if before is not None else False
    shows = status_at(after, now) in IN_SIGHT if after is not None else False
    if after is not None and shows:
        settled = before is not None and was and status_at(before, now) is not status_at(after, now)
        posted = settled and status_at(after, now) is EntryStatus.POSTED
        kind = "posted" if posted else "updated" if was else "created"
        return _told(bank, account, kind, after, now, deed=deed, before=before)
    return _told(bank, account, "removed", before, now, deed=deed) if before is not None and was else None


def _told(
    bank: Bank, account: Account, what: str, row: Entry, at: datetime, *, deed: int = 0, before: Entry | None = None
) -> Happening:
    kind = f"transaction.{what}"
    status = status_at(row, at)
    if what == "removed":
        status = EntryStatus.POSTED if row.posted_at is not None and row.posted_at <= at else EntryStatus.PENDING
    data = _data(bank, account, row, status)
    if what == "removed":
        data["status"] = "removed"
    elif what != "created":
        earlier = bank.transaction_ref(account, before or row, status_at(before, at) if before else EntryStatus.PENDING)
        if earlier != data["transaction_id"]:
            data["previous_transaction_id"] = earlier
    return Happening(
        event_id(kind, account.account_id, row.sequence, at, *([deed] if deed else [])),
        kind,
        at,
        account.bank,
        account_id=account.account_id,
        sequences=(row.sequence,),
        of=row.authorised_at if row.authorised_at != at else None,
        data=data,
    )


def _data(bank: Bank, account: Account, row: Entry, status: EntryStatus) -> dict[str, Any]:
    shown = row.held if status is EntryStatus.PENDING else row.amount
    return {
        "transaction_id": bank.transaction_ref(account, row, status),
        "status": status.value.lower(),
        "amount": amount(abs(shown), account.currency),
        "direction": "credit" if row.is_credit else "debit",
        "merchant_name": row.counterparty or None,
        "card_last4": row.card_last4 or None,
        "categories": [row.category] if row.category else [],
        "is_income": row.kind in INCOME or (row.kind is EntryKind.INTEREST and row.is_credit),
        "rule_hits": [name for name, hits in RULES.items() if hits(row)],
    }


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


def synced(account: Account, group: Iterable[Happening], at: datetime, *, deed: int = 0) -> Happening:
    """That the sync endpoint has something new: what these tell of rows."""
    kinds = [one.type for one in group]
    counts = {
        "added": kinds.count("transaction.created"),
        "modified": kinds.count("transaction.posted") + kinds.count("transaction.updated"),
        "removed": kinds.count("transaction.removed"),
        "initial_complete": True,
    }
    return of_account(account, "transactions.sync_updates_available", deed or "", at, counts)
