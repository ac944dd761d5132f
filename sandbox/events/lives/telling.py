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
    s, rest = ids.SEPARATOR, "".join([f"{ids.SEPARATOR}{part}" for part in more]) if more else ""
    return f"evt_{ids.letters(f'event{s}{kind}{s}{whose}{s}{subject}{s}{to_millis(at)}{rest}')}"


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
    places, sign = exponent(currency), "-" if minor_units < 0 else ""
    if places == 0:
        return {"amount": str(minor_units), "currency": currency}
    whole, part = divmod(abs(minor_units), 10**places)
    return {"amount": f"{sign}{whole}.{part:0{places}d}", "currency": currency}
