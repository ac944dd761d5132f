"""A thread as the person's phone shows it, at once or as it goes on."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import orjson

from sandbox.kernel.clock import iso
from sandbox.kernel.errors import WorldNotFound
from sandbox.messenger import buttons, personas
from sandbox.messenger.desk import Desk
from sandbox.messenger.pages import Page
from sandbox.messenger.people import Person
from sandbox.messenger.profile import menu_of
from sandbox.messenger.threads import Message
from sandbox.messenger.whatsapp.office import PREFERENCE
from sandbox.worlds.worlds import World

POLL = 0.25
"""Seconds after which it is looked for what other processes put on the thread."""
BREATH = 15.0
"""Seconds of silence after which a stream says that it still lives."""
RECENT = 100
"""So many of the last messages are told again when one of them has changed."""
Json = dict[str, Any]


def person(one: Person, page: Page) -> Json:
    return {
        "psid": one.psid,
        "page_id": page.page_id,
        "username": one.username or None,
        "first_name": one.first_name,
        "last_name": one.last_name,
        "locale": one.locale,
        "timezone": one.timezone,
        "gender": one.gender or None,
        "phone": one.phone or None,
        "tester": one.tester,
        "reach": one.reach or None,
        "linked_at": iso(one.linked_at) if one.linked_at else None,
    }


def thread(desk: Desk, world: World, page: Page, one: Person, *, after: int = 0, most: int = 1000) -> Json:
    stored = desk.thread(world, page, one.psid)
    closes, now = stored.closes_at(), world.now
    typing = stored.typing_until is not None and stored.typing_until > now
    on_it = desk.messages(world, one.psid, after=after, most=most)
    menu = menu_of(desk, world, page, one.psid, one.locale)
    offered = buttons.of_profile(page, one.locale, menu, is_new=not desk.last_messages(world, one.psid, most=1))
    return {
        "person": person(one, page),
        "now": iso(now),
        "window": {"open": closes is not None and now <= closes, "closes_at": iso(closes) if closes else None},
        "owner": stored.owner or page.default_app,
        "typing": typing,
        "read_at": iso(stored.read_at) if stored.read_at else None,
        "seen_at": iso(stored.seen_at) if stored.seen_at else None,
        "personas": [one.told() for one in personas.of_page(desk, world, page)],
        "opt_ins": [
            {"token": leave.token, "title": leave.title, "payload": leave.payload, "frequency": leave.frequency,
             "expires_at": iso(leave.expires_at), "stopped": leave.stopped}
            for leave in stored.opt_ins
        ],
        "marketing": desk.one(world, PREFERENCE, one.psid, bool),
        "menu": [_menu(button) for button in offered],
        "messages": [message(place, value) for place, value in on_it],
    }  # fmt: skip


def message(place: int, value: Message) -> Json:
    return {"place": place, **said(value)}


def said(value: Message) -> Json:
    return {
        "mid": value.mid,
        "at": iso(value.at),
        "sender": value.sender,
        "content": value.content,
        "app_id": value.app_id or None,
        "persona": value.persona_id or None,
        "messaging_type": value.messaging_type or None,
        "tag": value.tag or None,
    }


def _menu(one: buttons.Button) -> Json:
    return {"type": one.kind, "title": one.title, "payload": one.payload or None, "url": one.url or None}


async def stream(desk: Desk, world_id: str, page: Page, psid: str, after: int) -> AsyncIterator[bytes]:
    """Server-sent events: the whole thread first; whenever anything about it changed, the thread with the messages that
    are new, and after an edit or a reaction with the recent ones as they are now."""
    first, changes = after, None
    loop, woken = asyncio.get_running_loop(), asyncio.Event()

    def talked(whose: str) -> None:
        if whose == psid:
            loop.call_soon_threadsafe(woken.set)

    yield b"retry: 1000\n\n"
    desk.on_talk.append(talked)
    try:
        last, spoke = b"", loop.time()
        while True:
            woken.clear()
            try:
                world = desk.worlds.world(world_id)
            except WorldNotFound:
                return
            somebody = desk.person(world, page, psid)
            if somebody is None:
                return
            stored = desk.thread(world, page, psid)
            since = after if changes in (None, stored.changes) else max(first, after - RECENT)
            changes = stored.changes
            shown = thread(desk, world, page, somebody, after=since)
            state = orjson.dumps({name: value for name, value in shown.items() if name != "now"})
            if state != last or shown["messages"]:
                after = max((one["place"] for one in shown["messages"]), default=after)
                last = orjson.dumps({name: value for name, value in shown.items() if name != "now"} | {"messages": []})
                spoke = loop.time()
                yield b"id: %d\nevent: thread\ndata: %b\n\n" % (after, orjson.dumps(shown))
            elif loop.time() - spoke >= BREATH:
                spoke = loop.time()
                yield b": still here\n\n"
            try:
                await asyncio.wait_for(woken.wait(), POLL)
            except TimeoutError:
                continue
    finally:
        desk.on_talk.remove(talked)
