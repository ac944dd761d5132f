"""Entries: what happened on an account, as the instants of each row's life.

An entry is authorised, and then either posts or is dropped; cash and transfers post as they are authorised.
`amount` is signed for the holder: money out and charges on a card are negative. So for every kind of account
balance = opening balance + sum of posted amounts, and what is owed is a negative balance.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class EntryKind(StrEnum):
    PURCHASE = "PURCHASE"
    REFUND = "REFUND"
    DIRECT_DEPOSIT = "DIRECT_DEPOSIT"
    """Payroll and benefits."""
    DEPOSIT = "DEPOSIT"
    CHECK_DEPOSIT = "CHECK_DEPOSIT"
    ATM_DEPOSIT = "ATM_DEPOSIT"
    ATM_WITHDRAWAL = "ATM_WITHDRAWAL"
    CHECK = "CHECK"
    """A cheque that the holder wrote."""
    BILL_PAYMENT = "BILL_PAYMENT"
    TRANSFER = "TRANSFER"
    """Between accounts or people; the sign tells the direction."""
    PAYMENT = "PAYMENT"
    """Towards a card or a loan, seen from that account (positive)."""
    FEE = "FEE"
    INTEREST = "INTEREST"
    """Earned (positive) or charged (negative)."""
    ADJUSTMENT = "ADJUSTMENT"
    DIVIDEND = "DIVIDEND"
    BUY = "BUY"
    SELL = "SELL"


class Channel(StrEnum):
    CARD_PRESENT = "CARD_PRESENT"
    ONLINE = "ONLINE"
    ACH = "ACH"
    CHECK = "CHECK"
    ATM = "ATM"
    BRANCH = "BRANCH"
    INTERNAL = "INTERNAL"
    INSTANT = "INSTANT"
    """Real-time payments between people and banks."""
    WIRE = "WIRE"


class EntryStatus(StrEnum):
    UNBORN = "UNBORN"
    """Not authorised yet: nobody sees it."""
    PENDING = "PENDING"
    POSTED = "POSTED"
    DROPPED = "DROPPED"


@dataclass(frozen=True, slots=True)
class Foreign:
    """The amount as the merchant asked for it: minor units of `currency`, absolute; `rate` is USD per unit, as text."""

    amount: int
    currency: str
    rate: str


@dataclass(frozen=True, slots=True)
class Trade:
    """A brokerage entry: thousandths of a unit, price in minor units."""

    symbol: str
    units: int
    price: int


@dataclass(frozen=True, slots=True)
class OrderPart:
    """What a row knows of the order that it pays, or pays a part of."""

    first: int | None = None
    """Sequence of the row that began the order (its first parcel, the first try to pay); None: this one."""
    plan: str = ""
    """The name of the seeds' `OrderPlan`; empty: all of it is drawn."""
    recurrence: str = ""
    """weekly, monthly, quarterly, yearly: it comes again and again by itself; empty: it does not."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of an account's life. `sequence` counts the account's rows in the order of authorisation, from 0;
    with the account it is the row's name for ever."""

    sequence: int
    kind: EntryKind
    amount: int
    authorised_at: datetime
    posted_at: datetime | None
    """None: it never posts; then `dropped_at` tells when the hold vanishes."""
    description: str
    """As the bank's feed prints it: "BLUE FINCH COFFEE PORTLAND OR"."""
    dropped_at: datetime | None = None
    hold: int | None = None
    """The amount held while pending, signed like `amount`, where it differs from it."""
    channel: Channel = Channel.ACH
    merchant: str = ""
    """Slug in the merchant catalogue."""
    counterparty: str = ""
    """Merchant's, payer's or payee's display name."""
    mcc: str = ""
    category: str = ""
    card_last4: str = ""
    check_number: int | None = None
    memo: str = ""
    foreign: Foreign | None = None
    related: int | None = None
    """Sequence of the entry that this one refunds, reverses or is a fee for."""
    trade: Trade | None = None
    order: OrderPart | None = None
    """Of purchases and bills, where there is something to say."""

    @property
    def ends_at(self) -> datetime:
        """When it stops being pending."""
        end = self.posted_at or self.dropped_at
        assert end is not None
        return end

    @property
    def held(self) -> int:
        """What the row takes from (or promises to) the available balance while it is pending."""
        return self.amount if self.hold is None else self.hold

    @property
    def is_credit(self) -> bool:
        return self.amount > 0


def status_at(entry: Entry, at: datetime) -> EntryStatus:
    if at < entry.authorised_at:
        return EntryStatus.UNBORN
    if entry.posted_at is not None and entry.posted_at <= at:
        return EntryStatus.POSTED
    if entry.dropped_at is not None and entry.dropped_at <= at:
        return EntryStatus.DROPPED
    return EntryStatus.PENDING
