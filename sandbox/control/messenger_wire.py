"""The messenger's webhooks: what was sent, what became of it, and why a signature does not fit."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sandbox.control.messenger import page_of
from sandbox.control.operation import Operation, world_of, wrong
from sandbox.control.services import Services
from sandbox.dialect.call import Call, Reply
from sandbox.kernel.clock import from_millis, iso
from sandbox.messenger import calls, envelopes, verifying
from sandbox.messenger.errors import DeliveryNotFound
from sandbox.messenger.front import WHATSAPP_OBJECT
from sandbox.messenger.hooks import Delivery
from sandbox.messenger.pages import Page
from sandbox.worlds.worlds import World


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


def verify_delivery(services: Services, call: Call) -> Reply:
    """Of a webhook that was sent: against the signature that somebody computed, or the one that went with it."""
    world, query = world_of(services, call), call.query
    one, page = _delivery(services, call, query["delivery"])
    given = query.get("signature", "")
    if not given and one.attempts:
        given = one.attempts[-1]["signatures"].get("X-Hub-Signature-256", "")
    body = envelopes.written(one.envelope, raw=page.behaviour.raw_utf8)
    return Reply(_verdict(services, world, page, body, given))


def verify_bytes(services: Services, call: Call) -> Reply:
    """Of any bytes."""
    world, wish = world_of(services, call), call.body
    page = page_of(services, call, world)
    if "body_base64" in wish:
        try:
            body = base64.b64decode(wish["body_base64"], validate=True)
        except ValueError:
            raise wrong("/body_base64", "body_base64 is no base64", rule="format") from None
    else:
        body = wish.get("body", "").encode()
    return Reply(_verdict(services, world, page, body, wish.get("signature", "")))


def _verdict(services: Services, world: World, page: Page, body: bytes, given: str) -> dict[str, Any]:
    seen = (view for one in services.desk.pages(world) for view in one.views())
    others = [view for view in seen if view.app.app_id != page.app.app_id]
    told = verifying.explain(body, given, world.world_id, page, others)
    return {**told, "body": {"bytes": len(body), "sha256": hashlib.sha256(body).hexdigest()}}


def list_calls(services: Services, call: Call) -> Reply:
    """The latest first."""
    found = calls.latest(services.journal, world_of(services, call), call.query["limit"])
    return Reply({"calls": [asdict(one) for one in found]})


def _named(services: Services, call: Call) -> tuple[Delivery, Page]:
    return _delivery(services, call, call.path["delivery"])


def _delivery(services: Services, call: Call, delivery_id: str) -> tuple[Delivery, Page]:
    """Raises DeliveryNotFound."""
    world = world_of(services, call)
    one = services.desk.hooks.get(world, delivery_id)
    page = services.desk.page_told(world, one) if one is not None else None
    if one is None or page is None:
        raise DeliveryNotFound(f"the world has no webhook {delivery_id!r}")
    return one, page


def summary(one: Delivery) -> dict[str, Any]:
    return {
        "delivery_id": one.delivery_id,
        "app_id": one.app_id,
        "channel": "whatsapp" if one.envelope.get("object") == WHATSAPP_OBJECT else "messenger",
        "field": one.field,
        "tells": _tells(one.envelope),
        "at": iso(from_millis(one.at)),
        "url": one.url,
        "state": one.state,
        "attempts": len(one.attempts),
        "next_at": iso(from_millis(one.next_at)) if one.next_at is not None else None,
    }


def _tells(envelope: Mapping[str, Any]) -> str | None:
    """Of WhatsApp, where one field tells of people's messages and of what became of ours: which."""
    for change in envelope["entry"][0].get("changes", ()):
        for told in change["value"].get("statuses", ()):
            return f"status {told['status']}"
        for told in change["value"].get("messages", ()):
            return f"message {told['type']}"
    return None


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
    "verifyMessengerDelivery": verify_delivery,
    "verifyMessengerBytes": verify_bytes,
    "listMessengerCalls": list_calls,
}
