"""Disputes: a customer says that a charge is wrong, and what the bank makes of it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum


class DisputeReason(StrEnum):
    UNRECOGNIZED = "unrecognized"
    FRAUD = "fraud"
    DUPLICATE = "duplicate"
    NOT_RECEIVED = "not_received"
    NOT_AS_DESCRIBED = "not_as_described"
    WRONG_AMOUNT = "wrong_amount"
    CANCELLED_SUBSCRIPTION = "cancelled_subscription"


class DisputeStatus(StrEnum):
    OPENED = "opened"
    NEEDS_INFO = "needs_info"
    PROVISIONAL_CREDIT = "provisional_credit"
    WON = "won"
    LOST = "lost"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class DisputePlan:
    """A dispute of the seeds. The rows that credit the account, and take the credit back, are told there too, each as
    related to the charge."""

    about: str
    """The charge, by the plan of its `OrderPart`."""
    day: date
    """On which it was made."""
    opened_after: timedelta
    """From the charge, as `decided_after`."""
    decided_after: timedelta
    """It is won then, unless the credit has been taken back."""
    reason: DisputeReason
    explanation: str


@dataclass(frozen=True, slots=True)
class DisputeStep:
    at: datetime
    status: DisputeStatus
    note: str
    sequence: int | None = None
    """The entry that credits the account, or takes the credit back."""


@dataclass(frozen=True, slots=True)
class Dispute:
    """Amounts are minor units of the account's currency, positive. `steps` are in order of time, those to come
    included; the first opens it."""

    dispute_id: str
    account_id: str
    sequence: int
    """The entry in dispute."""
    amount: int
    reason: DisputeReason
    explanation: str
    steps: tuple[DisputeStep, ...]


def passed(dispute: Dispute, at: datetime) -> tuple[DisputeStep, ...]:
    return tuple(step for step in dispute.steps if step.at <= at)


def status_at(dispute: Dispute, at: datetime) -> DisputeStatus | None:
    """None before it is opened."""
    steps = passed(dispute, at)
    return steps[-1].status if steps else None
