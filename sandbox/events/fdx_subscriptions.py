"""FDX notification subscriptions, at the banks whose documents have them (FDX 5.2 event notifications): a subscription
like any other, in the bank's own form, to one type and category."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from sandbox.dialect.bank import Handler
from sandbox.dialect.call import Call, Reply
from sandbox.dialect.notifications import event_types
from sandbox.events.subscribers import Owner, Subscribers
from sandbox.kernel.clock import iso
from sandbox.kernel.errors import SubscriptionNotFound
from sandbox.ledger.subscriptions import Form, Subscription, Wanted


def table(subscribers: Subscribers) -> Mapping[str, Handler]:
    return {name: partial(operation, subscribers) for name, operation in OPERATIONS.items()}


def create(subscribers: Subscribers, call: Call) -> Reply:
    body = call.body
    one = subscribers.add(
        Owner(call.world, call.bank, call.client_id),
        body["callbackUrl"],
        call.base_url,
        member="/callbackUrl",
        form=Form.BANK,
        wanted=Wanted(types=event_types(body["type"], body["category"]), strictly=True),
        fdx_type=body["type"],
        fdx_category=body["category"],
    )
    return Reply({**_shown(one), "secret": one.secret}, 201)


def get(subscribers: Subscribers, call: Call) -> Reply:
    return Reply(_shown(_named(subscribers, call)))


def delete(subscribers: Subscribers, call: Call) -> Reply:
    subscribers.delete(_named(subscribers, call))
    return Reply(None, 204)


def _named(subscribers: Subscribers, call: Call) -> Subscription:
    found = subscribers.get(Owner(call.world, call.bank, call.client_id), call.path["subscriptionId"])
    if not found.fdx_type:
        raise SubscriptionNotFound(f"{found.subscription_id} is no notification subscription")
    return found


def _shown(one: Subscription) -> dict[str, Any]:
    return {
        "subscriptionId": one.subscription_id,
        "type": one.fdx_type,
        "category": one.fdx_category,
        "callbackUrl": one.url,
        "subscriber": {"name": one.client_id, "type": "DATA_ACCESS_PLATFORM"},
        "effectiveDate": iso(one.created_at)[:10],
    }


OPERATIONS: Mapping[str, Callable[[Subscribers, Call], Reply]] = {
    "createNotificationSubscription": create,
    "getNotificationSubscription": get,
    "deleteNotificationSubscription": delete,
}
