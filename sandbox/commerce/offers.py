"""Offers: list, one, activate, decline. They are shown to those alone who agreed to them, apart from sharing data."""

from sandbox.commerce import pages, telling, wire
from sandbox.dialect.call import Call, Reply
from sandbox.dialect.shapes import Json
from sandbox.events.lives.offers import of_offer
from sandbox.kernel.clock import iso
from sandbox.kernel.errors import MarketingNotGranted, OfferNotFound
from sandbox.ledger.offers import Offer, Redemption, Reward, RewardType, Targeting, redemption_status_at, state_at
from sandbox.worlds.accounts import AccountView


def list_offers(call: Call) -> Reply:
    states = call.query.get("state")
    _willing(call)
    found = call.commerce.offers(call.world, call.customer(), call.consent.bank)
    told = [offer(call, one) for one in found if _may_show(call, one)]
    return Reply(
        pages.short(call, "offers", [one for one in told if states is None or one["activation"]["state"] in states])
    )


def get_offer(call: Call) -> Reply:
    return Reply(offer(call, _asked(call)))


def activate_offer(call: Call) -> Reply:
    found, channel = _asked(call), (call.body or {}).get("channel", "app")
    with telling.deed(call):
        after = call.commerce.activate(call.world, call.customer(), found, channel=channel)
        call.events.tell(call.world, list(of_offer(after, telling.just_now(call))))
    return Reply(offer(call, after))


def decline_offer(call: Call) -> Reply:
    found = _asked(call)
    return Reply(offer(call, call.commerce.decline(call.world, call.customer(), found)))


def _willing(call: Call) -> None:
    """Raises MarketingNotGranted."""
    if not call.consent.marketing:
        raise MarketingNotGranted(
            "the customer shares data with this client, and did not agree to offers",
            hint="Register with asks_for_marketing, and let the customer tick the box that stands apart.",
        )


def _asked(call: Call) -> Offer:
    """Raises MarketingNotGranted, or OfferNotFound."""
    _willing(call)
    asked = call.path["offer_id"]
    found = call.commerce.offer(call.world, call.customer(), call.consent.bank, asked)
    if not _may_show(call, found):
        raise OfferNotFound("the offer was chosen by the customer's data, and they did not agree to that", asked=asked)
    return found


def _may_show(call: Call, value: Offer) -> bool:
    shown = state_at(value, call.world.now) is not None
    return shown and (value.targeting is Targeting.NONE or call.consent.targeting)


# --- On the wire ----------------------------------------------------------------------------------------------------


def offer(call: Call, value: Offer) -> Json:
    now, shared = call.world.now, {view.account.account_id: view for view in call.accounts().values()}
    state = state_at(value, now)
    assert state is not None, "an offer that is shown was made"
    active = value.activated_at is not None and value.activated_at <= now
    return {
        "offer_id": value.offer_id,
        "merchant": wire.merchant(call.base_url, value.merchant),
        "title": value.title,
        "description": value.description,
        "terms": value.terms,
        "reward": reward(value.reward),
        "valid": {"from": iso(value.valid_from), "to": iso(value.valid_to)},
        "max_redemptions": value.max_redemptions,
        "activation": {
            "required": value.activation_required,
            "state": state.value,
            **({"activated_at": iso(value.activated_at)} if value.activated_at is not None and active else {}),
            **({"channel": value.activation_channel} if active and value.activation_channel else {}),
        },
        "eligible_account_ids": [
            wire.account_ref(call, shared[account_id]) for account_id in value.account_ids if account_id in shared
        ],
        "redemptions": [
            _redemption(call, shared[one.account_id], one, value.reward.currency)
            for one in value.redemptions
            if one.at <= now and one.account_id in shared
        ],
        "targeting_basis": value.targeting.value,
    }


def reward(value: Reward) -> Json:
    worth = {
        RewardType.PERCENT: lambda: wire.percent(value.value),
        RewardType.FIXED: lambda: wire.decimal(value.value, value.currency),
        RewardType.POINTS: lambda: str(value.value),
    }
    return {
        "type": value.type.value,
        "value": worth[value.type](),
        **({"max_reward": wire.money(value.max_reward, value.currency)} if value.max_reward is not None else {}),
        **({"min_spend": wire.money(value.min_spend, value.currency)} if value.min_spend else {}),
        "currency": value.currency,
    }


def _redemption(call: Call, view: AccountView, value: Redemption, currency: str) -> Json:
    status = redemption_status_at(value, call.world.now)
    assert status is not None, "a redemption that is shown has happened"
    return wire.known(
        {
            "transaction_id": wire.first(wire.transaction_ids(call, view, [value.sequence])),
            "purchase_id": value.purchase_id,
            "at": iso(value.at),
            "reward_amount": wire.money(value.reward, currency),
            "status": status.value,
        }
    )
