"""The operations of openapi/events.yaml on subscriptions and deliveries, by operationId; and what they show."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import orjson

from sandbox.dialect.bank import Handler
from sandbox.dialect.call import Call, Reply
from sandbox.events.subscribers import Owner, Subscribers, good_types
from sandbox.kernel.clock import from_millis, iso
from sandbox.kernel.errors import InvalidInput, Violation
from sandbox.kernel.money import exponent, minor
from sandbox.ledger.subscriptions import (
    Attempt,
    Delivery,
    DeliveryState,
    Form,
    RetryClock,
    Subscription,
    SubscriptionStatus,
    Threshold,
    Wanted,
)

Json = dict[str, Any]
Operation = Callable[[Subscribers, Call], Reply]

SLOW = 1000
"""Milliseconds after which an answer is called slow."""
TOGETHER = 1000
"""Messages that are replayed at once."""


def table(subscribers: Subscribers) -> Mapping[str, Handler]:
    return {name: partial(operation, subscribers) for name, operation in OPERATIONS.items()}


def _owner(call: Call) -> Owner:
    return Owner(call.world, call.bank, call.client_id)


def _named(subscribers: Subscribers, call: Call) -> Subscription:
    return subscribers.get(_owner(call), call.path["subscriptionId"])


# --- Subscriptions ------------------------------------------------------------------------------------------------


def list_subscriptions(subscribers: Subscribers, call: Call) -> Reply:
    return Reply({"subscriptions": [shown(subscribers, one) for one in subscribers.of(_owner(call))]})


def create_subscription(subscribers: Subscribers, call: Call) -> Reply:
    one = subscribers.add(_owner(call), base_url=call.base_url, **new_members(call.body))
    location = f"{call.base_url}/events/v1/subscriptions/{one.subscription_id}"
    return Reply(with_secret(subscribers, one), 201, headers={"Location": location})


def get_subscription(subscribers: Subscribers, call: Call) -> Reply:
    return Reply(shown(subscribers, _named(subscribers, call)))


def update_subscription(subscribers: Subscribers, call: Call) -> Reply:
    one = _named(subscribers, call)
    return Reply(shown(subscribers, subscribers.change(one, **changed_members(one, call.body))))


def delete_subscription(subscribers: Subscribers, call: Call) -> Reply:
    subscribers.delete(_named(subscribers, call))
    return Reply(None, 204)


def rotate_secret(subscribers: Subscribers, call: Call) -> Reply:
    return Reply(with_secret(subscribers, subscribers.rotate(call.world, _named(subscribers, call))))


# --- Messages -----------------------------------------------------------------------------------------------------


def ping_subscription(subscribers: Subscribers, call: Call) -> Reply:
    return Reply({"message_id": subscribers.ping(call.world, _named(subscribers, call))}, 202)


def list_deliveries(subscribers: Subscribers, call: Call) -> Reply:
    return Reply(page(subscribers, _named(subscribers, call), call.query))


def get_delivery(subscribers: Subscribers, call: Call) -> Reply:
    return Reply(in_full(subscribers, _named(subscribers, call), call.path["messageId"]))


def replay_deliveries(subscribers: Subscribers, call: Call) -> Reply:
    return Reply({"replayed": replayed(subscribers, _named(subscribers, call), call.body)}, 202)


# --- From the wire ------------------------------------------------------------------------------------------------


def new_members(body: Json) -> Json:
    """What Subscribers.add takes, from a body."""
    members: Json = {
        "url": body["url"],
        "wanted": _wanted(Wanted(), body),
        "form": Form(body.get("format", "cloudevents")),
        "clock": RetryClock(body.get("retry_clock", "world")),
    }
    return members | {name: body[name] for name in ("description", "secret") if name in body}


def changed_members(one: Subscription, body: Json) -> Json:
    members: Json = {"wanted": _wanted(one.wanted, body)}
    if "status" in body:
        members["status"] = SubscriptionStatus(body["status"])
    return members | {name: body[name] for name in ("url", "description") if name in body}


def _wanted(before: Wanted, body: Json) -> Wanted:
    over = body.get("amount_over", before.amount_over)
    return Wanted(
        types=good_types(body["event_types"]) if "event_types" in body else before.types,
        account_ids=tuple(body.get("account_ids", before.account_ids)),
        consent_ids=tuple(body.get("consent_ids", before.consent_ids)),
        amount_over=_threshold(over) if isinstance(over, dict) else over,
        merchant=body.get("merchant", before.merchant) or "",
        strictly=before.strictly,
    )


def _threshold(over: Json) -> Threshold:
    try:
        return Threshold(minor(over["amount"], over["currency"]), over["currency"])
    except ValueError as error:
        raise InvalidInput([Violation("body", "/amount_over", "value", f"/amount_over: {error}")]) from None


def replayed(subscribers: Subscribers, one: Subscription, body: Json) -> int:
    """How many messages were queued anew: those that a body names, or those in a state."""
    wanted = body.get("message_ids")
    if wanted is None:
        wanted = subscribers.in_state(one, DeliveryState(body["state"]), TOGETHER)
    return subscribers.replay(one, wanted)


# --- To the wire --------------------------------------------------------------------------------------------------


def shown(subscribers: Subscribers, one: Subscription) -> Json:
    wanted = one.wanted
    return {
        "subscription_id": one.subscription_id,
        "url": one.url,
        "status": one.status.value,
        "disabled_reason": one.why_disabled or None,
        "description": one.description,
        "format": one.form.value,
        "retry_clock": one.clock.value,
        "event_types": list(wanted.types),
        "account_ids": list(wanted.account_ids),
        "consent_ids": list(wanted.consent_ids),
        "amount_over": _money(wanted.amount_over) if wanted.amount_over else None,
        "merchant": wanted.merchant or None,
        "created_at": iso(one.created_at),
        "second_secret_until": iso(one.previous_until) if one.previous_until else None,
        "deliveries": subscribers.deliveries.counts(one.world_id, one.subscription_id),
    }


def with_secret(subscribers: Subscribers, one: Subscription) -> Json:
    return {**shown(subscribers, one), "secret": one.secret}


def _money(over: Threshold) -> Json:
    places = exponent(over.currency)
    return {"amount": f"{over.amount / 10**places:.{places}f}", "currency": over.currency}


def page(subscribers: Subscribers, one: Subscription, query: Mapping[str, Any]) -> Json:
    """One page of deliveries, as the query's `state`, `before` and `limit` ask for."""
    state, limit = query.get("state"), query["limit"]
    found = subscribers.latest(
        one, before=query.get("before"), limit=limit + 1, state=DeliveryState(state) if state else None
    )
    more = len(found) > limit
    return {
        "deliveries": [delivery(told) for told in found[:limit]],
        "next_before": found[limit - 1].place if more else None,
        "lost": subscribers.deliveries.lost(one.world_id, one.subscription_id),
    }


def delivery(one: Delivery) -> Json:
    waits = one.state is DeliveryState.QUEUED and one.due_at
    return {
        "message_id": one.message_id,
        "type": f"sandbox.{one.type}",
        "consent_id": one.consent_id or None,
        "state": one.state.value,
        "attempts": one.attempts,
        "next_attempt_at": iso(from_millis(one.due_at)) if waits else None,
        "created_at": iso(from_millis(one.created_at)),
        "faults": one.faults.split(),
    }


def in_full(subscribers: Subscribers, one: Subscription, message_id: str) -> Json:
    found = subscribers.delivery(one, message_id)
    tries = subscribers.deliveries.attempts(one.world_id, one.subscription_id, message_id)
    return {**delivery(found), "body": found.body, "tries": [_try(made) for made in tries]}


def _try(made: Attempt) -> Json:
    return {
        "number": made.number,
        "at": iso(from_millis(made.at)),
        "took_ms": made.took,
        "slow": made.took > SLOW,
        "status": made.status or None,
        "problem": made.problem or None,
        "answer": made.answer,
        "headers": orjson.loads(made.headers),
    }


OPERATIONS: Mapping[str, Operation] = {
    "listSubscriptions": list_subscriptions,
    "createSubscription": create_subscription,
    "getSubscription": get_subscription,
    "updateSubscription": update_subscription,
    "deleteSubscription": delete_subscription,
    "rotateSecret": rotate_secret,
    "pingSubscription": ping_subscription,
    "listDeliveries": list_deliveries,
    "getDelivery": get_delivery,
    "replayDeliveries": replay_deliveries,
}
