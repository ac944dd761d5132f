"""Every webhook that was sent to a world's clients, by whichever sender."""

from collections.abc import Iterator, Sequence

from sandbox.control.services import Services
from sandbox.events.catalogue import TYPES
from sandbox.events.dress import type_of
from sandbox.kernel.clock import from_millis, parse_instant
from sandbox.messenger import envelopes
from sandbox.messenger.hooks import DELIVERY
from sandbox.messenger.hooks import Delivery as Hook
from sandbox.messenger.pages import Page
from sandbox.proof.evidence import Posted, Try
from sandbox.worlds.worlds import World

LATEST = 5_000
"""Deliveries of a subscription."""
FORGED = {"bad_signature": "was signed by another secret", "stale_timestamp": "was ten minutes old"}
PING = "webhook.ping"
"""It is in nobody's list of events that they want."""
SIGNATURE = "X-Hub-Signature-256"


def posted(services: Services, world: World, banks: Sequence[str], client: str) -> Iterator[Posted]:
    """Oldest first, sender by sender."""
    yield from _of_banks(services, world, banks, client)
    if not client:  # whose app a page's is, no bank knows
        yield from _of_messengers(services, world)


def _of_banks(services: Services, world: World, banks: Sequence[str], client: str) -> Iterator[Posted]:
    subscribers = services.subscribers
    for one in subscribers.store.of_world(world.world_id):
        if one.bank not in banks or client not in ("", one.client_id):
            continue
        for sent in reversed(subscribers.latest(one, before=None, limit=LATEST, state=None)):
            tries = subscribers.deliveries.attempts(world.world_id, one.subscription_id, sent.message_id)
            kind = type_of(sent.type)
            yield Posted(
                one.bank,
                sent.message_id,
                sent.type,
                [Try(from_millis(each.at), each.status) for each in tries],
                next((text for fault, text in FORGED.items() if fault in sent.faults.split()), ""),
                kind in TYPES and kind != PING,
            )


def _of_messengers(services: Services, world: World) -> Iterator[Posted]:
    numbers = {services.office.page(world, number).page_id for number in services.office.numbers(world)}
    for one in services.desk.every(world, DELIVERY, Hook):
        page = services.desk.page_told(world, one)
        if page is not None:
            yield Posted(
                "whatsapp" if one.page_id in numbers else "messenger",
                one.delivery_id,
                one.field,
                [Try(parse_instant(each["at"]), each["status"]) for each in one.attempts],
                _forged(one, page),
            )


def _forged(one: Hook, page: Page) -> str:
    body = envelopes.written(one.envelope, raw=page.behaviour.raw_utf8)
    right = f"sha256={envelopes.digest('sha256', page.app.secret, body)}"
    wrong = [given for each in one.attempts if (given := each["signatures"].get(SIGNATURE, "")) != right]
    if not wrong or len(wrong) < len(one.attempts):
        return ""
    return "was signed by another secret" if wrong[0] else "was not signed"
