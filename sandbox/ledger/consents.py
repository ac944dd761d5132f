"""Consent: what a customer lets a client read, for what, and until when.

Data clusters are FDX's. A purpose says what the data may be used for; marketing is a consent of its own, off by
default.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from sandbox.ledger.clusters import Cluster
from sandbox.ledger.purposes import Purpose


class ConsentStatus(StrEnum):
    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    """The bank holds it back for a while."""
    EXPIRED = "EXPIRED"
    REVOKED = "REVOKED"


class DurationType(StrEnum):
    ONE_TIME = "ONE_TIME"
    PERSISTENT = "PERSISTENT"
    TIME_BOUND = "TIME_BOUND"


class Act(StrEnum):
    """What happens to a consent."""

    GRANTED = "GRANTED"
    REAUTHORIZED = "REAUTHORIZED"
    AMENDED = "AMENDED"
    REFUSED = "REFUSED"
    """Another holder does not want an account shared."""
    SUSPENDED = "SUSPENDED"
    RESUMED = "RESUMED"
    REVOKED = "REVOKED"


@dataclass(frozen=True, slots=True)
class Event:
    """A line of a consent's history."""

    at: datetime
    act: Act
    by: str
    """INDIVIDUAL, DATA_RECIPIENT or DATA_PROVIDER (FDX)."""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Another holder of a joint account took it out of a consent."""

    account_id: str
    customer_id: str
    at: datetime


class SuspensionReason(StrEnum):
    """Why a bank holds a consent back. Ours: FDX names none."""

    SUSPECTED_FRAUD = "SUSPECTED_FRAUD"
    CUSTOMER_REVIEW = "CUSTOMER_REVIEW"
    """The relationship with the customer is under review."""
    BUSINESS_RULE = "BUSINESS_RULE"


@dataclass(frozen=True, slots=True)
class Suspension:
    """A time in which the bank held the consent back. What became an event in it is never told of under the consent:
    those behind `told` in the world's log, up to `resumed_told`."""

    at: datetime
    reason: SuspensionReason
    told: int
    resumed_at: datetime | None = None
    resumed_told: int | None = None

    def over_at(self, at: datetime) -> bool:
        return self.resumed_at is not None and self.resumed_at <= at

    def hides(self, number: int) -> bool:
        return number > self.told and (self.resumed_told is None or number <= self.resumed_told)


@dataclass(frozen=True, slots=True)
class Revocation:
    at: datetime
    reason: str
    """BUSINESS_RULE or USER_ACTION (FDX)."""
    initiator: str
    """INDIVIDUAL, DATA_RECIPIENT or DATA_PROVIDER (FDX)."""


@dataclass(frozen=True, slots=True)
class Consent:
    """One grant of one customer to one client at one bank."""

    consent_id: str
    bank: str
    client_id: str
    customer_id: str
    account_ids: tuple[str, ...]
    clusters: tuple[Cluster, ...]
    purposes: tuple[Purpose, ...]
    """Each with the clusters that were granted for it."""
    scope: str
    created_at: datetime
    expires_at: datetime | None
    duration: DurationType = DurationType.TIME_BOUND
    lookback_days: int = 730
    marketing: bool = False
    """The customer agreed to offers, apart from the rest."""
    targeting: bool = False
    """And to offers that are chosen by their data. Never without `marketing`."""
    disclosure_version: str = ""
    disclosure_hash: str = ""
    """SHA-256 of the text that the customer agreed to."""
    persona: str = ""
    authorized_at: datetime | None = None
    """The latest authorization; None: `created_at`."""
    detailed: bool = False
    """Asked for by `authorization_details` (RFC 9396)."""
    managed: bool = False
    """The client uses grant management: it is told the id with the tokens."""
    unattended_reads: int | None = None
    """How often a day it may be read while the customer is away; None: as often as one likes."""
    two_factors: bool = True
    """Whether the latest sign-in was with a second factor."""
    updated_at: datetime | None = None
    refusals: tuple[Refusal, ...] = ()
    suspensions: tuple[Suspension, ...] = ()
    """The oldest first; none begins before the last one is over."""
    revocation: Revocation | None = None
    history: tuple[Event, ...] = ()


DATA_PROVIDER = "DATA_PROVIDER"
MAXIMUM = timedelta(days=365)
"""12 CFR 1033.421: an authorization lasts one year at most."""
ONE_TIME = timedelta(hours=24)
"""How long a consent for one time works, and its only token with it."""
REMINDER = timedelta(days=30)
"""So long before its end a consent asks for another authorization."""


def status_at(consent: Consent, at: datetime) -> ConsentStatus:
    if consent.revocation is not None and consent.revocation.at <= at:
        return ConsentStatus.REVOKED
    if consent.expires_at is not None and consent.expires_at <= at:
        return ConsentStatus.EXPIRED
    if any(one.at <= at and not one.over_at(at) for one in consent.suspensions):
        return ConsentStatus.SUSPENDED
    return ConsentStatus.ACTIVE


def lives(consent: Consent, at: datetime) -> bool:
    """Whether it has not ended: it works, or will again."""
    return status_at(consent, at) in (ConsentStatus.ACTIVE, ConsentStatus.SUSPENDED)


def expires_soon(consent: Consent, at: datetime) -> bool:
    return lives(consent, at) and consent.expires_at is not None and consent.expires_at - at <= REMINDER


def authorized_at(consent: Consent) -> datetime:
    return consent.authorized_at or consent.created_at


def history_start(consent: Consent) -> datetime:
    """Rows before this are out of the consent's sight; FDX counts the look-back from the request, not each call."""
    return authorized_at(consent) - timedelta(days=consent.lookback_days)


def changed(consent: Consent, event: Event, **members: object) -> Consent:
    """The consent after something happened to it, with that in its history."""
    return replace(consent, updated_at=event.at, history=(*consent.history, event), **members)  # type: ignore[arg-type]


def revoked(consent: Consent, *, at: datetime, reason: str, initiator: str) -> Consent:
    return changed(consent, Event(at, Act.REVOKED, initiator, reason), revocation=Revocation(at, reason, initiator))


def suspended(consent: Consent, *, at: datetime, reason: SuspensionReason, told: int) -> Consent:
    """`told`: how far the world's log has come."""
    held = (*consent.suspensions, Suspension(at, reason, told))
    return changed(consent, Event(at, Act.SUSPENDED, DATA_PROVIDER, reason), suspensions=held)


def resumed(consent: Consent, *, at: datetime, told: int) -> Consent:
    *earlier, last = consent.suspensions
    over = replace(last, resumed_at=at, resumed_told=told)
    return changed(consent, Event(at, Act.RESUMED, DATA_PROVIDER, "resumed"), suspensions=(*earlier, over))
