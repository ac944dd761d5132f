"""The messenger's webhooks: what was sent, what became of it, and why a signature does not fit."""

from collections.abc import Mapping
from typing import Any

from sandbox.control.messenger import page_of
from sandbox.control.operation import Operation, world_of
from sandbox.control.services import Services
from sandbox.dialect.call import Call, Reply
from sandbox.kernel.clock import from_millis, iso
from sandbox.messenger import envelopes
from sandbox.messenger.errors import DeliveryNotFound
from sandbox.messenger.hooks import Delivery
from sandbox.messenger.pages import Page


def list_deliveries(services: Services, call: Call) -> Reply:
    """The latest first."""
    world, query = world_of(services, call), call.query
    page, state, limit = page_of(services, call, world), query.get("state"), query["limit"]
    found, before = list[Delivery](), 2**62
    while len(found) < limit and (kept := services.desk.hooks.latest(world, page, before, limit)):
        found += [one for _, one in kept if state in (None, one.state)]
        before = kept[-1][0]
    return Reply({"deliveries": [summary(one) for one in found[:limit]]})


def get_delivery(services: Services, call: Call) -> Reply:
    one, page = _named(services, call)
    return Reply(shown(one, page))


def replay_delivery(services: Services, call: Call) -> Reply:
    one, _ = _named(services, call)
    services.desk.hooks.replay(world_of(services, call), one)
    return Reply({"delivery_id": one.delivery_id}, 202)


def _named(services: Services, call: Call) -> tuple[Delivery, Page]:
    world = world_of(services, call)
    one = services.desk.hooks.get(world, call.path["delivery"])
    page = services.desk.page(world, one.page_id) if one is not None else None
    if one is None or page is None:
        raise DeliveryNotFound(f"the world has no webhook {call.path['delivery']!r}")
    return one, page


def summary(one: Delivery) -> dict[str, Any]:
    return {
        "delivery_id": one.delivery_id,
        "field": one.field,
        "at": iso(from_millis(one.at)),
        "url": one.url,
        "state": one.state,
        "attempts": len(one.attempts),
        "next_at": iso(from_millis(one.next_at)) if one.next_at is not None else None,
    }


def shown(one: Delivery, page: Page) -> dict[str, Any]:
    return {
        **summary(one),
        "page_id": one.page_id,
        "attempts": list(one.attempts),
        "body": envelopes.written(one.envelope, raw=page.behaviour.raw_utf8).decode(),
        "envelope": one.envelope,
    }


OPERATIONS: Mapping[str, Operation] = {
    "listMessengerDeliveries": list_deliveries,
    "getMessengerDelivery": get_delivery,
    "replayMessengerDelivery": replay_delivery,
}
