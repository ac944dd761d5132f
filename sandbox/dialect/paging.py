"""Cursors: opaque to clients, bound to the list they came from, and refused when changed."""

import struct
from collections.abc import Callable, Sequence
from typing import TypeVar

from sandbox.kernel import ids
from sandbox.kernel.clock import to_millis
from sandbox.kernel.errors import InvalidCursor
from sandbox.ledger.entries import EntryStatus
from sandbox.ledger.feed import FeedRow, Position, Window
from sandbox.worlds.account_states import FOREVER
from sandbox.worlds.accounts import AccountView

T = TypeVar("T")

_LAYOUT = struct.Struct(">qbqqq")
_INDEX = struct.Struct(">q")
_SEAL = 6
CHUNK = 500
"""Rows read at a time by a scan."""
HEAD = 64
"""Rows among which the pending ones are, as a rule."""
_STATUSES = (EntryStatus.PENDING, EntryStatus.POSTED)


def _seal(payload: bytes, context: tuple[object, ...]) -> bytes:
    return payload + ids.digest("cursor", payload.hex(), *context, size=_SEAL)


def _unseal(sealed: bytes, size: int, context: tuple[object, ...]) -> bytes:
    payload = sealed[:size]
    if len(sealed) != size + _SEAL or sealed != _seal(payload, context):
        raise InvalidCursor("the cursor is not one that this list gave with these parameters")
    return payload


def _packed(position: Position) -> bytes:
    return _LAYOUT.pack(
        position.as_of,
        _STATUSES.index(position.status),
        position.instant,
        position.sequence,
        position.ordinal,
    )


def _unpacked(payload: bytes) -> Position:
    as_of, status, instant, sequence, ordinal = _LAYOUT.unpack(payload)
    return Position(as_of, _STATUSES[status], instant, sequence, ordinal)


def _letters(sealed: bytes) -> str:
    return sealed.hex().upper()


def _from_letters(cursor: str, size: int) -> bytes:
    try:
        sealed = bytes.fromhex(cursor)
    except ValueError as error:
        raise InvalidCursor("the cursor is not one that this list gave") from error
    if len(sealed) != size + _SEAL or _letters(sealed) != cursor:
        raise InvalidCursor("the cursor is not one that this list gave")
    return sealed


def _bytes(value: int, size: int) -> bytes:
    try:
        return value.to_bytes(size)
    except OverflowError as error:
        raise InvalidCursor("the cursor is longer than any that this list gives") from error


def to_letters(position: Position, *context: object) -> str:
    """A cursor of capital letters and digits. `context` is what the list depends on: account, consent, filters."""
    return _letters(_seal(_packed(position), context))


def from_letters(cursor: str, *context: object) -> Position:
    """Raises InvalidCursor."""
    return _unpacked(_unseal(_from_letters(cursor, _LAYOUT.size), _LAYOUT.size, context))


def to_digits(position: Position, *context: object) -> str:
    """A cursor of digits alone."""
    return str(int.from_bytes(_seal(_packed(position), context)))


def from_digits(cursor: str, *context: object) -> Position:
    """Raises InvalidCursor."""
    if not cursor.isdecimal() or not cursor.isascii() or len(cursor) > 120:
        raise InvalidCursor("the cursor is not one that this list gave")
    return _unpacked(_unseal(_bytes(int(cursor), _LAYOUT.size + _SEAL), _LAYOUT.size, context))


def sealed(payload: bytes, *context: object) -> str:
    """A cursor that holds whatever a list needs to go on."""
    return _letters(_seal(payload, context))


def opened(cursor: str, size: int, *context: object) -> bytes:
    """The payload of a cursor, of so many bytes. Raises InvalidCursor."""
    return _unseal(_from_letters(cursor, size), size, context)


def part(items: Sequence[T], limit: int, cursor: str | None, *context: object) -> tuple[Sequence[T], str | None]:
    """A page of a short list that is at hand whole, and the cursor of the next. Raises InvalidCursor."""
    start = 0
    if cursor is not None:
        (start,) = _INDEX.unpack(_unseal(_from_letters(cursor, _INDEX.size), _INDEX.size, context))
    end = start + limit
    return items[start:end], _letters(_seal(_INDEX.pack(end), context)) if end < len(items) else None


def past_pending(as_of: int) -> Position:
    """Where a walk begins that leaves pending rows out."""
    return Position(as_of, EntryStatus.POSTED, FOREVER, FOREVER, FOREVER)


def matching(
    view: AccountView, window: Window, keep: Callable[[FeedRow], bool], most: int, position: Position | None
) -> tuple[list[FeedRow], Position | None]:
    """A page of the rows that a filter keeps, found by scanning, and where to go on; None where no other follows."""
    kept: list[FeedRow] = []
    last: Position | None = None
    as_of = position.as_of if position else to_millis(view.now)
    ordinal = position.ordinal if position else FOREVER
    chunk = min(most + HEAD, CHUNK)  # many a filter keeps nearly every row
    while True:
        page = view.page(window, chunk, position)
        chunk = CHUNK
        for row in page.rows:
            ordinal = ordinal if row.ordinal is None else row.ordinal
            if keep(row):
                if len(kept) == most:
                    return kept, last
                kept.append(row)
                instant = row.entry.authorised_at if row.status is EntryStatus.PENDING else row.entry.ends_at
                last = Position(as_of, row.status, to_millis(instant), row.entry.sequence, ordinal)
        position = page.next
        if position is None:
            return kept, None


def skipped(view: AccountView, window: Window, count: int, position: Position | None) -> Position | None:
    """Where a walk stands once it has gone over `count` rows, one at least; None where no other follows. Posted rows
    are counted by their ordinals and not read, unless the world has put rows of its own over the account."""
    head = view.page(window, min(count, HEAD), position)
    if len(head.rows) == count or head.next is None:
        return head.next
    pending = sum(row.status is EntryStatus.PENDING for row in head.rows)
    newest = next((row.ordinal for row in head.rows if row.ordinal is not None), None)
    if newest is None or not view.overlay.empty:
        return view.page(window, count, position).next
    last = newest - (count - pending - 1)
    as_of = head.next.as_of
    return view.page(window, 1, Position(as_of, EntryStatus.POSTED, FOREVER, FOREVER, last + 1)).next
