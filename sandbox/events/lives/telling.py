"""What all happenings have in common: their names, and how they say money and instants."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox.kernel import ids
from sandbox.kernel.clock import to_millis
from sandbox.kernel.money import exponent
from sandbox.ledger.accounts import Account
from sandbox.ledger.happenings import Happening


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time, open at its start and closed at its end."""

    since: datetime
    until: datetime

    def __contains__(self, at: datetime | None) -> bool:
        return at is not None and self.since < at <= self.until


def event_id(kind: str, whose: str, subject: object, at: datetime, *more: object) -> str:
    """It follows from what happened, to what, and when: not from the world in which it did."""
    return "evt_" + ids.short("event", kind, whose, subject, to_millis(at), *more, length=24)


def of_account(
    account: Account,
    kind: str,
    subject: object,
    at: datetime,
    data: dict[str, Any],
    *,
    sequences: tuple[int, ...] = (),
) -> Happening:
    return Happening(
        event_id(kind, account.account_id, subject, at),
        kind,
        at,
        account.bank,
        account_id=account.account_id,
        sequences=sequences,
        data=data,
    )


def amount(minor_units: int, currency: str) -> dict[str, str]:
    """Money on the wire: a decimal text and a currency."""
    places = exponent(currency)
    whole, part = divmod(abs(minor_units), 10**places)
    sign = "-" if minor_units < 0 else ""
    return {"amount": f"{sign}{whole}.{part:0{places}d}" if places else f"{sign}{whole}", "currency": currency}
