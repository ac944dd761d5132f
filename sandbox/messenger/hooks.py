"""Webhooks of the platform: what happened to a page, for the app that subscribed to it. They are queued here, and leave
with the courier."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sandbox.kernel import ids
from sandbox.kernel.clock import to_millis
from sandbox.ledger import codec
from sandbox.messenger import envelopes
from sandbox.messenger.pages import Page
from sandbox.store.chats import Chats
from sandbox.store.errands import Errand, Errands
from sandbox.worlds.worlds import World

DELIVERY = "delivery"
STANDBY = "standby"
OVERTAKEN = 1.5
"""Seconds for which a webhook is held back that later ones are to overtake."""
KEPT = 5_000
"""Webhooks of a page in the log; older ones are forgotten, a batch at a time."""
BATCH = 100
BY_PEOPLE = (
    "messages", "messaging_postbacks", "message_reads", "message_reactions", "message_edits", "messaging_optins",
    "messaging_referrals",
)  # fmt: skip
"""Fields whose events go to whoever has the thread; others overhear them."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One webhook on its way: its envelope, and what became of it."""

    delivery_id: str
    page_id: str
    field: str
    url: str
    envelope: dict[str, Any]
    at: int
    """Milliseconds of the world's clock."""
    lane: str = ""
    """The person whom it is about."""
    app_id: str = ""
    """Whom it is for."""
    state: str = "pending"
    """pending, delivered, failed."""
    attempts: tuple[dict[str, Any], ...] = ()
    """{number, at, took_ms, status, problem, answer, signatures}."""
    next_at: int | None = None
    """When it is sent again, in milliseconds of the clock by which the page's webhooks are repeated."""
    probe: str = ""
    """How it is signed, where it is there to see whether the app takes it: wrong, missing."""

    def errand(self, clock: str, due_at: int) -> Errand:
        """To carry it. What is about one person reaches an app in order; apps do not wait for each other."""
        return Errand(self.delivery_id, f"{self.app_id} {self.lane}", clock, due_at, 0)


class Hooks:
    def __init__(self, chats: Chats, errands: Errands, wall: Callable[[], int]) -> None:
        self.chats = chats
        self.errands = errands
        self.wall = wall
        self.on_news: list[Callable[[], None]] = []

    def tell(
        self,
        world: World,
        page: Page,
        field: str,
        event: Mapping[str, Any],
        *,
        owner: str = "",
        whose: str = "",
        only: str = "",
        wait: float = 0.0,
    ) -> list[Delivery]:
        """Queue an event for the page's apps, or for one `only`; an app that has not subscribed to the field, or is not
        subscribed by the page, is left out, which is how events are lost in silence. `owner` is the app that has the
        thread, the default one if empty: others overhear. `whose` is the app that sent the button. `wait` is in seconds
        of the machine's."""
        told = list[Delivery]()
        for view in page.views():
            heard = heard_as(view, field, owner)
            if only not in ("", view.app.app_id) or why_unheard(view, heard):
                continue
            knows = heard != STANDBY and whose in ("", view.app.app_id)
            told.append(self._tell(world, view, heard, event if knows else _without_payload(event), wait))
        return told

    def _tell(self, world: World, page: Page, field: str, event: Mapping[str, Any], wait: float) -> Delivery:
        standby = field == STANDBY
        envelope = envelopes.of_page(page.page_id, world.now_millis, event, standby=standby)
        sender, recipient = event.get("sender", {}).get("id", ""), event.get("recipient", {}).get("id", "")
        lane = recipient if sender == page.page_id else sender
        return self.queue(world, page, field, envelope, url=page.app.callback_url, lane=lane, wait=wait)

    def announce(self, world: World, page: Page, field: str, value: Mapping[str, Any]) -> list[Delivery]:
        """What is about no conversation, for each of the page's apps that listens."""
        envelope = envelopes.of_change(page.page_id, world.now_millis // 1000, field, value)
        return [
            self.queue(world, view, field, envelope, url=view.app.callback_url, lane="")
            for view in page.views()
            if not why_unheard(view, field)
        ]

    def queue(
        self,
        world: World,
        page: Page,
        field: str,
        envelope: dict[str, Any],
        *,
        url: str,
        lane: str,
        wait: float = 0.0,
        probe: str = "",
    ) -> Delivery:
        """An envelope of whichever platform for the page's app, signed by its secret when it leaves."""
        with self.chats.database.transaction():
            place = self.chats.next_place(world.world_id, DELIVERY, page.page_id)
            delivery_id = "dlv_" + ids.short("hook", world.world_id, page.page_id, place, length=24)
            if drawn(page.behaviour.reorder_rate, "reorder", delivery_id):
                wait += OVERTAKEN
            app_id = page.app.app_id
            one = Delivery(delivery_id, page.page_id, field, url, envelope, world.now_millis, lane, app_id, probe=probe)
            self.chats.append(world.world_id, DELIVERY, delivery_id, codec.encode(one), owner=page.page_id, place=place)
            if place % BATCH == 0:
                self.chats.forget_before(world.world_id, DELIVERY, page.page_id, place - KEPT)
            self.errands.put(world.world_id, one.errand("machine", self.wall() + int(wait * 1000)), place)
        self.wake()
        return one

    def wake(self) -> None:
        for call in self.on_news:
            call()

    def get(self, world: World, delivery_id: str) -> Delivery | None:
        text = self.chats.get(world.world_id, DELIVERY, delivery_id)
        return codec.decode(text, Delivery) if text is not None else None

    def put(self, world: World, one: Delivery) -> None:
        self.chats.put(world.world_id, DELIVERY, one.delivery_id, codec.encode(one), owner=one.page_id)

    def latest(self, world: World, page: Page, before: int = 2**62, most: int = 100) -> list[tuple[int, Delivery]]:
        """(place, delivery), newest first."""
        kept = self.chats.before(world.world_id, DELIVERY, page.page_id, before, most)
        return [(place, codec.decode(text, Delivery)) for place, text in kept]

    def replay(self, world: World, one: Delivery) -> Delivery:
        """Queued once more, whatever became of it, with the bytes that it had."""
        one = replace(one, state="pending", next_at=None)
        with self.chats.database.transaction():
            self.put(world, one)
            self.errands.put(world.world_id, one.errand("machine", self.wall()))
        self.wake()
        return one


def _without_payload(event: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a button carries is for the app that sent it."""
    if "postback" not in event:
        return event
    return {**event, "postback": {name: one for name, one in event["postback"].items() if name != "payload"}}


def heard_as(page: Page, field: str, owner: str) -> str:
    """The field by which the app that looks hears of it, where `owner` has the thread."""
    return STANDBY if page.app.app_id != (owner or page.default_app) and field in BY_PEOPLE else field


def why_unheard(page: Page, field: str) -> str:
    """Why the app that looks does not hear of a field's events; empty where it does."""
    app = page.app
    if not app.callback_url:
        return "The app has no webhook: POST /{app-id}/subscriptions."
    if field not in app.fields:
        return f"The app's webhook is not subscribed to {field}: POST /{{app-id}}/subscriptions."
    if field not in page.subscribed_fields:
        return f"The page has not subscribed the app to {field}: POST /{{page-id}}/subscribed_apps."
    return ""


def drawn(rate: float, *what: object) -> bool:
    """Whether it befalls this one, at that rate; the same in every run."""
    return rate > 0 and ids.number(*what) / 2**64 < rate


def event(page: Page, psid: str, world: World, /, **what: Any) -> dict[str, Any]:
    """From a person to the page, at the world's now, with the member that tells what happened."""
    return {"sender": {"id": psid}, "recipient": {"id": page.page_id}, "timestamp": to_millis(world.now), **what}


def enforced(page: Page, world: World) -> dict[str, Any]:
    """What the platform decided about the page. Nobody sends it."""
    action = "block" if page.behaviour.restricted else "unblock"
    reason = "The page was restricted by the sandbox." if page.behaviour.restricted else ""
    told = {"action": action, "reason": reason}
    return {"recipient": {"id": page.page_id}, "timestamp": to_millis(world.now), "policy_enforcement": told}


def own_event(page: Page, psid: str, world: World, /, **what: Any) -> dict[str, Any]:
    """The same of what the page itself did: an echo."""
    return {"sender": {"id": page.page_id}, "recipient": {"id": psid}, "timestamp": to_millis(world.now), **what}
