"""Offers of partners to one customer at one bank."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sandbox.events.lives.shopping import merchant
from sandbox.events.lives.telling import Span, amount, event_id
from sandbox.kernel.clock import iso
from sandbox.ledger.happenings import Happening
from sandbox.ledger.offers import Offer, OfferState, Redemption, Reward, RewardType, state_at

EXPIRING = timedelta(days=3)
"""So long before its end an offer that nobody used is told of again."""
LIVE = (OfferState.AVAILABLE, OfferState.ACTIVATED)


def of_offer(offer: Offer, span: Span) -> Iterator[Happening]:
    yield from sorted(_steps(offer, span), key=lambda one: one.at)


def _steps(offer: Offer, span: Span) -> Iterator[Happening]:
    if offer.valid_from in span:
        yield _told(offer, "available", offer.valid_from)
    if offer.activated_at is not None and offer.activated_at in span:
        yield _told(offer, "activated", offer.activated_at)
    for redemption in offer.redemptions:
        if redemption.at in span:
            yield _told(offer, "redeemed", redemption.at, redemption)
    soon = offer.valid_to - EXPIRING
    if offer.valid_from < soon and soon in span and state_at(offer, soon) in LIVE:
        yield _told(offer, "expiring", soon)
    if offer.withdrawn_at is not None and offer.withdrawn_at in span:
        yield _told(offer, "withdrawn", offer.withdrawn_at)


def _told(offer: Offer, what: str, at: datetime, redemption: Redemption | None = None) -> Happening:
    state = state_at(offer, at)
    data: dict[str, Any] = {
        "offer_id": offer.offer_id,
        "merchant": merchant(offer.merchant),
        "reward": _reward(offer.reward),
        "valid": {"from": iso(offer.valid_from), "to": iso(offer.valid_to)},
        "state": state.value if state is not None else "withdrawn",
        "targeting_basis": offer.targeting.value,
    }
    if redemption is not None:
        data["reward_amount"] = amount(redemption.reward, offer.reward.currency)
    kind, subject = f"offer.{what}", f"{offer.offer_id}#{redemption.sequence if redemption else ''}"
    return Happening(
        event_id(kind, offer.customer_id, subject, at),
        kind,
        at,
        offer.bank,
        account_id=redemption.account_id if redemption is not None else "",
        customer_id=offer.customer_id,
        sequences=(redemption.sequence,) if redemption is not None else (),
        data=data,
    )


def _reward(reward: Reward) -> dict[str, Any]:
    told: dict[str, Any] = {"type": reward.type.value, "currency": reward.currency}
    match reward.type:
        case RewardType.PERCENT:
            told["value"] = f"{reward.value / 100:.2f}"
        case RewardType.FIXED:
            told["value"] = amount(reward.value, reward.currency)["amount"]
        case RewardType.POINTS:
            told["value"] = str(reward.value)
    if reward.max_reward is not None:
        told["max_reward"] = amount(reward.max_reward, reward.currency)
    if reward.min_spend:
        told["min_spend"] = amount(reward.min_spend, reward.currency)
    return told
