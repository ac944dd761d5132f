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
    revocation: Revocation | None = None
    history: tuple[Event, ...] = ()


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
    return ConsentStatus.ACTIVE


def expires_soon(consent: Consent, at: datetime) -> bool:
    live = status_at(consent, at) is ConsentStatus.ACTIVE
    return live and consent.expires_at is not None and consent.expires_at - at <= REMINDER


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
