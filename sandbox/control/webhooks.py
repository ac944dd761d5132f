"""Every client's subscriptions: made for a client, made to misbehave, looked into, and replayed."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from sandbox.control import demo
from sandbox.control.operation import NOTHING, Operation, bank_of, created, world_of
from sandbox.control.services import Services
from sandbox.dialect.call import Call, Reply
from sandbox.events import subscribing
from sandbox.events.subscribers import Owner
from sandbox.kernel.errors import ClientNotFound, SubscriptionNotFound
from sandbox.ledger.subscriptions import Misbehaviour, Subscription


def list_webhooks(services: Services, call: Call) -> Reply:
    found = services.subscribers.store.of_world(world_of(services, call).world_id)
    return Reply({"webhooks": [_shown(services, one) for one in found]})


def add_webhook(services: Services, call: Call) -> Reply:
    body, world = call.body, world_of(services, call)
    bank, client_id = bank_of(services, body["bank"]), body.get("client_id", demo.client_id_of(world.world_id))
    client = services.grants.client(bank.slug, client_id)
    if client is None or client.world_id != world.world_id:
        raise ClientNotFound(f"{bank.name} has no client {client_id!r} in the world {world.world_id}")
    members = subscribing.new_members(body)
    owner = Owner(world, bank, client_id)
    one = services.subscribers.add(owner, base_url=f"{call.base_url}/{bank.slug}", **members)
    shown = {**_shown(services, one), "secret": one.secret}
    return created(shown, f"/webhooks/{one.subscription_id}")


def get_webhook(services: Services, call: Call) -> Reply:
    return Reply(_shown(services, _named(services, call)))


def delete_webhook(services: Services, call: Call) -> Reply:
    services.subscribers.delete(_named(services, call))
    return NOTHING


def ping_webhook(services: Services, call: Call) -> Reply:
    message_id = services.subscribers.ping(world_of(services, call), _named(services, call))
    return Reply({"message_id": message_id}, 202)


def set_misbehaviour(services: Services, call: Call) -> Reply:
    """What is left out does not befall it: {} makes it behave."""
    one = services.subscribers.change(_named(services, call), misbehaviour=Misbehaviour(**call.body))
    return Reply(_shown(services, one))


def list_webhook_deliveries(services: Services, call: Call) -> Reply:
    return Reply(subscribing.page(services.subscribers, _named(services, call), call.query))


def get_webhook_delivery(services: Services, call: Call) -> Reply:
    return Reply(subscribing.in_full(services.subscribers, _named(services, call), call.path["messageId"]))


def replay_webhook(services: Services, call: Call) -> Reply:
    count = subscribing.replayed(services.subscribers, _named(services, call), call.body)
    return Reply({"replayed": count}, 202)


def _named(services: Services, call: Call) -> Subscription:
    found = services.subscribers.store.get(world_of(services, call).world_id, call.path["subscriptionId"])
    if found is None:
        raise SubscriptionNotFound(f"the world has no subscription {call.path['subscriptionId']!r}")
    return found


def _shown(services: Services, one: Subscription) -> dict[str, Any]:
    how = one.misbehaviour
    return {
        **subscribing.shown(services.subscribers, one),
        "bank": one.bank,
        "client_id": one.client_id,
        "misbehaviour": {field.name: getattr(how, field.name) for field in fields(how)},
    }


OPERATIONS: Mapping[str, Operation] = {
    "listWebhooks": list_webhooks,
    "addWebhook": add_webhook,
    "getWebhook": get_webhook,
    "deleteWebhook": delete_webhook,
    "pingWebhook": ping_webhook,
    "setMisbehaviour": set_misbehaviour,
    "listWebhookDeliveries": list_webhook_deliveries,
    "getWebhookDelivery": get_webhook_delivery,
    "replayWebhook": replay_webhook,
}
