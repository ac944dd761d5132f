"""Events for those who have no public address: fetched and acknowledged, or streamed while one listens."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import aclosing
from typing import Any

import orjson

from sandbox.dialect.bank import Handler
from sandbox.dialect.call import Call, Reply
from sandbox.events import cursors
from sandbox.events.catalogue import TYPES
from sandbox.events.dress import PREFIX, type_of
from sandbox.events.feed import Feed, Hearer
from sandbox.events.news import News
from sandbox.events.wishes import known_types
from sandbox.kernel.errors import EventNotFound, InvalidInput, Violation
from sandbox.kernel.names import did_you_mean

BATCH = 100
BREATH = 15.0
"""Seconds of silence after which a stream says that it still lives."""


def table(feed: Feed, news: News) -> dict[str, Handler]:
    def get_events(call: Call) -> Reply:
        hearer, wanted = feed.hearer(call), _wanted(call)
        start = _start(feed, hearer, call.query.get("cursor"))
        found = feed.fetch(hearer, start, call.query["limit"], wanted)
        cursor = cursors.numbered(found.number, hearer.name)
        return Reply({"events": found.messages, "cursor": cursor, "more": found.more})

    def acknowledge_events(call: Call) -> Reply:
        hearer = feed.hearer(call)
        number = cursors.number_in(call.body["cursor"], hearer.name)
        feed.log.acknowledge(hearer.world_id, hearer.name, number)
        return Reply(None, 204)

    def stream_events(call: Call) -> Reply:
        hearer, wanted = feed.hearer(call), _wanted(call)
        start = _start(feed, hearer, call.query.get("cursor"))
        last = call.header.get("last-event-id")
        if last is not None:
            known = feed.number_of(hearer, last)
            if known is None:
                raise EventNotFound(f"there is no event {last!r}", hint="Leave Last-Event-ID out to begin anew.")
            start = known
        return Reply(
            "",
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
            stream=lambda: _stream(feed, news, hearer, start, wanted),
        )

    return {"getEvents": get_events, "acknowledgeEvents": acknowledge_events, "streamEvents": stream_events}


def _start(feed: Feed, hearer: Hearer, cursor: str | None) -> int:
    return cursors.number_in(cursor, hearer.name) if cursor is not None else feed.begin(hearer)


def _wanted(call: Call) -> Callable[[str], bool]:
    """Which types the caller wants: named in full, or a family by its name and an asterisk."""
    asked = call.query.get("types")
    if not asked:
        return lambda _type: True
    return frozenset(kind for word in asked for kind in _named(word)).__contains__


def _named(word: str) -> Sequence[str]:
    """The types that a word means. Raises InvalidInput."""
    meant = known_types(word)
    if not meant:
        message = f"there is no event type {word!r}. {did_you_mean(type_of(word), TYPES)}"
        raise InvalidInput([Violation("query", "types", "enum", message.rstrip(), None, word)])
    return meant


async def _stream(
    feed: Feed, news: News, hearer: Hearer, number: int, wanted: Callable[[str], bool]
) -> AsyncIterator[bytes]:
    """Server-sent events: each message with its id, so that a client that comes back names the last one it has."""
    yield b"retry: 1000\n\n"
    async with aclosing(news.of(hearer.world_id, BREATH)) as turns:
        async for silent in turns:
            if silent:
                yield b": still here\n\n"
            ended = feed.ended(hearer)  # asked first: its end is then among what is fetched
            while True:
                found = feed.fetch(hearer, number, BATCH, wanted)
                number = found.number
                for message in found.messages:
                    yield _event(message)
                if not found.more:
                    break
                await asyncio.sleep(0)  # others want to be heard as well
            if ended:
                return


def _event(message: Mapping[str, Any]) -> bytes:
    kind = message["type"].removeprefix(PREFIX)
    return b"id: %b\nevent: %b\ndata: %b\n\n" % (message["id"].encode(), kind.encode(), orjson.dumps(message))
