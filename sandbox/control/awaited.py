"""What can be waited for: each a look at how it stands, and something cheap that changes before the look does."""

from collections.abc import Callable, Hashable, Iterator, Mapping
from typing import Any

from sandbox.control.messenger import DEFAULT, number_of, page_named, person_named
from sandbox.control.operation import wrong
from sandbox.control.services import Services
from sandbox.events.dress import type_of
from sandbox.kernel.clock import iso, parse_instant
from sandbox.kernel.errors import ConsentNotFound, SubscriptionNotFound
from sandbox.ledger.consents import status_at
from sandbox.messenger import showing as on_the_phone
from sandbox.messenger.hooks import DELIVERY
from sandbox.messenger.hooks import Delivery as Hook
from sandbox.proof.expecting import Expectation, near, weigh
from sandbox.proof.matching import Matcher
from sandbox.proof.seen import Seen
from sandbox.proof.showing import shown
from sandbox.proof.waiting import Look
from sandbox.worlds.worlds import World

LATEST = 200
"""Deliveries of a subscription that are looked at, the latest first."""
SHOWN = 20
Waiting = tuple[Callable[[], Look], Callable[[], Hashable]]
Json = Mapping[str, Any]


def exchange(services: Services, world: World, wish: Json) -> Waiting:
    """What the journal has lost keeps nothing from being met: what is there counts."""
    journal, world_id = services.journal, world.world_id
    try:
        wanted = Expectation.of({name: wish[name] for name in ("request", "at_least", "after") if name in wish})
    except ValueError as error:
        raise wrong("/request", str(error)) from None

    known: list[Seen] = []

    def look() -> Look:
        if known and journal.last(world_id) < known[-1].one.number:  # the world was reset meanwhile
            known.clear()
        latest = known[-1].one.number if known else 0
        known.extend(Seen(one) for one in journal.onwards(world_id, after=latest, bodies=True))
        there = weigh(wanted, known)
        met = len(there.found) >= wanted.low
        return Look(
            met,
            [shown(seen.one) for seen in there.found[:SHOWN]],
            "" if met else f"{wanted.wanted} wanted, and {len(there.found)} came",
            [] if met else [near(seen, how) for seen, how in there.nearest],
        )

    return look, lambda: journal.last(world_id)


def delivery(services: Services, world: World, wish: Json) -> Waiting:
    """Of a bank's events, or of the messenger's."""
    wanted = wish["delivery"]
    told = _hooks if wanted.get("channel") in ("messenger", "whatsapp") else _posts
    least, state = wish.get("at_least", 1), wanted.get("state", "delivered")

    def look() -> Look:
        there = list(told(services, world, wanted))
        found = [one for one in there if one["state"] == state]
        met = len(found) >= least
        missing = f"{least} {state} wanted, and {len(found)} are"
        return Look(met, found[:SHOWN], "" if met else missing, [] if met else there[:SHOWN])

    return look, _always()


def _posts(services: Services, world: World, wanted: Json) -> Iterator[dict[str, Any]]:
    """Of subscriptions at banks."""
    subscribers = services.subscribers
    of_type = type_of(wanted["type"]) if "type" in wanted else None
    for one in subscribers.store.of_world(world.world_id):
        if one.bank != wanted.get("channel", one.bank) or one.subscription_id != wanted.get("id", one.subscription_id):
            continue
        for post in subscribers.latest(one, before=None, limit=LATEST, state=None):
            if of_type in (None, type_of(post.type)):
                yield {
                    "channel": one.bank,
                    "subscription_id": one.subscription_id,
                    "delivery_id": post.message_id,
                    "type": post.type,
                    "state": post.state.value,
                    "attempts": post.attempts,
                }


def _hooks(services: Services, world: World, wanted: Json) -> Iterator[dict[str, Any]]:
    """Of pages and numbers; the latest first."""
    numbers = {services.office.page(world, number).page_id for number in services.office.numbers(world)}
    for one in reversed(services.desk.every(world, DELIVERY, Hook)):
        channel = "whatsapp" if one.page_id in numbers else "messenger"
        if channel == wanted["channel"] and one.field == wanted.get("type", one.field):
            yield {
                "channel": channel,
                "page_id": one.page_id,
                "delivery_id": one.delivery_id,
                "type": one.field,
                "state": one.state,
                "attempts": len(one.attempts),
            }


def message(services: Services, world: World, wish: Json) -> Waiting:
    """On somebody's thread with a page, or a number. Raises PageNotFound or PersonNotFound."""
    wanted, desk, least = wish["message"], services.desk, wish.get("at_least", 1)
    name, sender, after = wanted.get("page", DEFAULT), wanted.get("from", "page"), wanted.get("after", -1)
    on_whatsapp = wanted.get("channel") == "whatsapp"
    page = (
        services.office.page(world, number_of(services, world, name)) if on_whatsapp else page_named(desk, world, name)
    )
    person = person_named(desk, world, page, wanted["user"])
    try:
        text = Matcher.of(wanted["text"]) if "text" in wanted else None
    except ValueError as error:
        raise wrong("/message/text", str(error)) from None

    def look() -> Look:
        there = desk.messages(world, person.psid, after=after)
        said = [(place, one) for place, one in there if one.sender == sender]
        found = [pair for pair in said if text is None or text.fits(list(_texts(pair[1].content)))]
        met = len(found) >= least
        missing = f"{least} from the {sender} wanted, and {len(found)} came"
        shows = [on_the_phone.message(*pair) for pair in (found if met else said)][-SHOWN:]
        return Look(met, shows if met else [], "" if met else missing, [] if met else shows)

    return look, _always()


def _texts(content: Any) -> Iterator[str]:
    """Every text in a message, wherever it stands."""
    if isinstance(content, str):
        yield content
    elif isinstance(content, dict | list):
        for each in content.values() if isinstance(content, dict) else content:
            yield from _texts(each)


def consent(services: Services, world: World, wish: Json) -> Waiting:
    """Raises ConsentNotFound."""
    wanted, world_id = wish["consent"], world.world_id

    def look() -> Look:
        kept = services.grants.consent(wanted["id"])
        if kept is None or kept[0] != world_id:
            raise ConsentNotFound(f"the world has no consent {wanted['id']!r}")
        status = status_at(kept[2], services.worlds.world(world_id).now).value
        return _stands(wanted["id"], wanted["status"], status)

    return look, _always()


def subscription(services: Services, world: World, wish: Json) -> Waiting:
    """Raises SubscriptionNotFound."""
    wanted = wish["subscription"]

    def look() -> Look:
        one = services.subscribers.store.get(world.world_id, wanted["id"])
        if one is None:
            raise SubscriptionNotFound(f"the world has no subscription {wanted['id']!r}")
        return _stands(wanted["id"], wanted["status"], one.status.value)

    return look, _always()


def clock(services: Services, world: World, wish: Json) -> Waiting:
    try:
        wanted = parse_instant(wish["clock"])
    except ValueError:
        raise wrong("/clock", f"{wish['clock']!r} is no instant") from None

    def look() -> Look:
        now = services.worlds.world(world.world_id).now
        return Look(now >= wanted, [iso(now)] if now >= wanted else [], "" if now >= wanted else f"it is {iso(now)}")

    return look, _always()


def _stands(name: str, wanted: str, status: str) -> Look:
    if status == wanted:
        return Look(met=True, found=[{"id": name, "status": status}])
    return Look(met=False, missing=f"{name} is {status}, not {wanted}")


def _always() -> Callable[[], Hashable]:
    """Whatever changes it: it is looked again each time."""
    return object


AWAITED: Mapping[str, Callable[[Services, World, Json], Waiting]] = {
    "request": exchange,
    "delivery": delivery,
    "message": message,
    "consent": consent,
    "subscription": subscription,
    "clock": clock,
}
