"""Offers of partners: cash back at a merchant, as the instants of its life. Amounts are minor units, positive."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sandbox.ledger.merchants import Merchant


class RewardType(StrEnum):
    PERCENT = "percent"
    FIXED = "fixed"
    POINTS = "points"


class Targeting(StrEnum):
    """By what an offer was chosen for a person."""

    NONE = "none"
    DECLARED = "declared"
    """By interests that the person named."""
    PURCHASE_DATA = "purchase_data"
    """By what the person bought: needs a consent of its own."""


class OfferState(StrEnum):
    AVAILABLE = "available"
    ACTIVATED = "activated"
    REDEEMED = "redeemed"
    EXPIRED = "expired"
    DECLINED = "declined"


class RedemptionStatus(StrEnum):
    PENDING = "pending"
    POSTED = "posted"
    REVERSED = "reversed"


@dataclass(frozen=True, slots=True)
class Reward:
    type: RewardType
    value: int
    """Hundredths of a percent, minor units, or points."""
    currency: str = "USD"
    max_reward: int | None = None
    min_spend: int = 0


@dataclass(frozen=True, slots=True)
class Activation:
    """An offer that somebody had taken up before any world began."""

    persona: str
    days: int
    """From the anchor; negative: before it."""


@dataclass(frozen=True, slots=True)
class OfferPlan:
    """An offer as the seeds tell it: made to everybody whom it fits, at every bank, in days from the anchor."""

    slug: str
    merchant: str
    """Slug in the catalogue."""
    title: str
    description: str
    terms: str
    reward: Reward
    first_day: int
    days: int
    """How long it is open."""
    every: int = 0
    """Days until it comes again; 0: it comes once."""
    withdrawn_after: int = 0
    """Days until it is withdrawn; 0: it is not."""
    targeting: Targeting = Targeting.NONE
    interests: tuple[str, ...] = ()
    """Categories of merchants. purchase_data: who bought in one of them lately; declared: who may have named one."""
    share: int = 100
    """In percent: how many of those whom it fits it is made to."""
    max_redemptions: int = 1
    activation_required: bool = True
    credit_days: int = 4
    """From the purchase's posting to the statement credit."""
    activations: tuple[Activation, ...] = ()


@dataclass(frozen=True, slots=True)
class Redemption:
    """A purchase that earned a reward. It is credited days later, and taken back where the purchase is refunded."""

    account_id: str
    sequence: int
    """The purchase's entry."""
    purchase_id: str
    at: datetime
    reward: int
    credit_sequence: int | None = None
    """The entry that credits it."""
    posts_at: datetime | None = None
    reversed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """One offer to one customer at one bank."""

    offer_id: str
    bank: str
    customer_id: str
    merchant: Merchant
    title: str
    description: str
    terms: str
    reward: Reward
    valid_from: datetime
    valid_to: datetime
    targeting: Targeting
    account_ids: tuple[str, ...]
    """Whose card purchases count."""
    max_redemptions: int = 1
    activation_required: bool = True
    activated_at: datetime | None = None
    activation_channel: str = ""
    declined_at: datetime | None = None
    withdrawn_at: datetime | None = None
    redemptions: tuple[Redemption, ...] = ()


def state_at(offer: Offer, at: datetime) -> OfferState | None:
    """None before it is made, and after it was withdrawn."""
    if at < offer.valid_from or (offer.withdrawn_at is not None and offer.withdrawn_at <= at):
        return None
    if sum(redemption.at <= at for redemption in offer.redemptions) >= offer.max_redemptions:
        return OfferState.REDEEMED
    if offer.declined_at is not None and offer.declined_at <= at:
        return OfferState.DECLINED
    if at >= offer.valid_to:
        return OfferState.EXPIRED
    if offer.activated_at is not None and offer.activated_at <= at:
        return OfferState.ACTIVATED
    return OfferState.AVAILABLE


def redemption_status_at(redemption: Redemption, at: datetime) -> RedemptionStatus | None:
    """None before the purchase."""
    if at < redemption.at:
        return None
    if redemption.reversed_at is not None and redemption.reversed_at <= at:
        return RedemptionStatus.REVERSED
    if redemption.posts_at is not None and redemption.posts_at <= at:
        return RedemptionStatus.POSTED
    return RedemptionStatus.PENDING
