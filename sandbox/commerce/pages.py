"""Pages of lists that are worked out as they are walked, newest first. A cursor names the last item that was given by
its instant and id, so that what happens meanwhile moves nothing."""

import struct
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from typing import TypeVar

from sandbox.dialect import paging
from sandbox.dialect.call import Call
from sandbox.dialect.shapes import Json
from sandbox.kernel import ids
from sandbox.kernel.clock import MILLISECOND, from_millis, to_millis
from sandbox.ledger.feed import Window

T = TypeVar("T")

_LAYOUT = struct.Struct(">q8s")


@dataclass(frozen=True, slots=True)
class Last:
    """The last item of the page before."""

    at: datetime
    mark: bytes


def context(call: Call) -> tuple[object, ...]:
    """What a cursor belongs to: the consent, the list and its filters."""
    filters = sorted((name, str(value)) for name, value in call.query.items() if name not in ("cursor", "limit"))
    return (call.consent.consent_id, call.operation_id, *filters)


def last(call: Call) -> Last | None:
    """Raises InvalidCursor."""
    cursor = call.query.get("cursor")
    if cursor is None:
        return None
    millis, mark = _LAYOUT.unpack(paging.opened(cursor, _LAYOUT.size, *context(call)))
    return Last(from_millis(millis), mark)


def until(window: Window, before: Last | None) -> Window:
    """What of a window is still to come."""
    if before is None or (window.end is not None and window.end <= before.at):
        return window
    return Window(window.start, before.at + MILLISECOND)


def page(
    call: Call,
    member: str,
    lists: Iterable[Iterator[T]],
    *,
    before: Last | None,
    instant: Callable[[T], datetime],
    name: Callable[[T], str],
    shown: Callable[[T], Json],
) -> Json:
    """A page of several lists, each newest first, merged; `before` is where the page before ended."""
    items: Iterator[T] = merge(*lists, key=lambda item: to_millis(instant(item)), reverse=True)
    if before is not None:
        items = _after(items, before, instant, name)
    limit: int = call.query["limit"]
    found: list[T] = []
    for item in items:
        if len(found) == limit:
            end = _LAYOUT.pack(to_millis(instant(found[-1])), _mark(name(found[-1])))
            return {member: [shown(one) for one in found], "next_cursor": paging.sealed(end, *context(call))}
        found.append(item)
    return {member: [shown(one) for one in found], "next_cursor": None}


def short(call: Call, member: str, items: list[Json]) -> Json:
    """A page of a short list that is at hand whole. Raises InvalidCursor."""
    found, cursor = paging.part(items, call.query["limit"], call.query.get("cursor"), *context(call))
    return {member: list(found), "next_cursor": cursor}


def _after(items: Iterator[T], before: Last, instant: Callable[[T], datetime], name: Callable[[T], str]) -> Iterator[T]:
    """Those behind the last one that was given; of its instant those that come after it."""
    level: list[T] = []
    passed = False
    for item in items:
        if to_millis(instant(item)) < to_millis(before.at):
            yield from () if passed else level
            yield item
            break
        if passed:
            yield item
        elif _mark(name(item)) == before.mark:
            passed = True
        else:
            level.append(item)
    yield from items


def _mark(name: str) -> bytes:
    return ids.digest("item", name, size=8)
