"""Consent: what a customer lets a client read, for what, and until when.

Data clusters are FDX's. A purpose says what the data may be used for; marketing is a consent of its own, off by
default.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum


class Cluster(StrEnum):
    """FDX data clusters (6.4)."""

    ACCOUNT_BASIC = "ACCOUNT_BASIC"
    ACCOUNT_DETAILED = "ACCOUNT_DETAILED"
    BALANCES = "BALANCES"
    TRANSACTIONS = "TRANSACTIONS"
    STATEMENTS = "STATEMENTS"
    CUSTOMER_CONTACT = "CUSTOMER_CONTACT"
    CUSTOMER_PERSONAL = "CUSTOMER_PERSONAL"
    PAYMENT_SUPPORT = "PAYMENT_SUPPORT"
    BILLS = "BILLS"
    IMAGES = "IMAGES"
    INVESTMENTS = "INVESTMENTS"
    REWARDS = "REWARDS"
    TERMS_AND_CONDITIONS = "TERMS_AND_CONDITIONS"
    NOTIFICATIONS = "NOTIFICATIONS"


class ConsentStatus(StrEnum):
    ACTIVE = "ACTIVE"
    EXPIRED = "EXPIRED"
    REVOKED = "REVOKED"


class DurationType(StrEnum):
    ONE_TIME = "ONE_TIME"
    PERSISTENT = "PERSISTENT"
    TIME_BOUND = "TIME_BOUND"


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
    purposes: tuple[str, ...]
    scope: str
    created_at: datetime
    expires_at: datetime | None
    duration: DurationType = DurationType.TIME_BOUND
    lookback_days: int = 730
    marketing: bool = False
    disclosure_version: str = "1"
    persona: str = ""
    updated_at: datetime | None = None
    revocation: Revocation | None = None


MAXIMUM = timedelta(days=365)
"""12 CFR 1033.421: an authorization lasts one year at most."""


def status_at(consent: Consent, at: datetime) -> ConsentStatus:
    if consent.revocation is not None and consent.revocation.at <= at:
        return ConsentStatus.REVOKED
    if consent.expires_at is not None and consent.expires_at <= at:
        return ConsentStatus.EXPIRED
    return ConsentStatus.ACTIVE


def history_start(consent: Consent) -> datetime:
    """Rows before this are out of the consent's sight; FDX counts the look-back from the request, not each call."""
    return consent.created_at - timedelta(days=consent.lookback_days)


def revoked(consent: Consent, *, at: datetime, reason: str, initiator: str) -> Consent:
    return replace(consent, revocation=Revocation(at=at, reason=reason, initiator=initiator), updated_at=at)
