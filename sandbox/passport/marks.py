"""By what an account's data can be told wherever it turns up: four digits, a balance, the amount of a row."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import islice

from sandbox.kernel.money import exponent
from sandbox.ledger.feed import Window
from sandbox.passport import shapes
from sandbox.worlds.accounts import AccountView

LOOK_BACK = timedelta(days=60)
ROWS = 300


@dataclass(frozen=True, slots=True)
class Mark:
    account_id: str
    value: str
    """Four digits, or an amount with two decimals, without its sign."""
    what: str
    """Of what it is: which balance, which row."""


def of_account(view: AccountView, at: datetime) -> list[Mark]:
    """As of an instant at which somebody was to forget it."""
    return list(_marks(view, at))


def _marks(view: AccountView, at: datetime) -> Iterator[Mark]:
    account = view.account
    yield Mark(account.account_id, account.last4, "the last four digits")
    scale = exponent(account.currency)
    if scale != 2:
        return
    then, now = view.edge(at).balance, view.balances()
    for minor, what in ((then, "the balance then"), (now.current, "the balance"), (now.available, "what is available")):
        yield Mark(account.account_id, _decimal(minor), what)
    for row in islice(view.scan(Window(at - LOOK_BACK, at)), ROWS):
        if row.entry.amount % 100:  # whole amounts are everybody's
            what = f"row {row.entry.sequence} of {row.entry.authorised_at:%Y-%m-%d}, {row.entry.description!r}"
            yield Mark(account.account_id, _decimal(row.entry.amount), what)


def seen(marks: Iterable[Mark], text: str) -> list[Mark]:
    """Those that stand in a text, each value once."""
    fours = shapes.fours(text)
    written = {f"{amount:.2f}" for amount in shapes.amounts(text)}
    found = (
        mark for mark in marks if mark.value in (fours if len(mark.value) == 4 and mark.value.isdecimal() else written)
    )
    return list({mark.value: mark for mark in found}.values())


def _decimal(minor: int) -> str:
    return f"{Decimal(abs(minor)).scaleb(-2):.2f}"
