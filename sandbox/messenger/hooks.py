"""Webhooks of the platform: what happened to a page, for the app that subscribed to it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.kernel import ids
from sandbox.kernel.clock import to_millis
from sandbox.ledger import codec
from sandbox.messenger.pages import Page
from sandbox.store.chats import Chats
from sandbox.worlds.worlds import World

DELIVERY = "delivery"


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
    state: str = "pending"
    """pending, delivered, failed."""
    attempts: tuple[dict[str, Any], ...] = ()


class Hooks:
    def __init__(self, chats: Chats) -> None:
        self.chats = chats
        self.on_news: list[Callable[[], None]] = []

    def tell(self, world: World, page: Page, field: str, event: Mapping[str, Any]) -> Delivery | None:
        """Queue an event for the page's app. None where the app or the page has not subscribed to the field, which is
        how events are lost in silence."""
        app = page.app
        if not app.callback_url or field not in app.fields or field not in page.subscribed_fields:
            return None
        at = world.now_millis
        envelope = {"object": "page", "entry": [{"id": page.page_id, "time": at, "messaging": [dict(event)]}]}
        with self.chats.database.transaction():
            place = self.chats.next_place(world.world_id, DELIVERY, page.page_id)
            delivery_id = "dlv_" + ids.short("hook", world.world_id, page.page_id, place, length=24)
            delivery = Delivery(delivery_id, page.page_id, field, app.callback_url, envelope, at)
            text = codec.encode(delivery)
            self.chats.append(world.world_id, DELIVERY, delivery_id, text, owner=page.page_id, place=place)
        for call in self.on_news:
            call()
        return delivery


def event(page: Page, psid: str, world: World, /, **what: Any) -> dict[str, Any]:
    """From a person to the page, at the world's now, with the member that tells what happened."""
    return {"sender": {"id": psid}, "recipient": {"id": page.page_id}, "timestamp": to_millis(world.now), **what}
