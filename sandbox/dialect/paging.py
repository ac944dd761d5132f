"""Cursors: opaque to clients, bound to the list they came from, and refused when changed."""

import struct

from sandbox.kernel import ids
from sandbox.kernel.errors import InvalidCursor
from sandbox.ledger.entries import EntryStatus
from sandbox.ledger.feed import Position

_LAYOUT = struct.Struct(">qbqqq")
_SEAL = 6
_STATUSES = (EntryStatus.PENDING, EntryStatus.POSTED)

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32."""


def _sealed(position: Position, context: tuple[object, ...]) -> bytes:
    payload = _LAYOUT.pack(
        position.as_of, _STATUSES.index(position.status), position.instant, position.sequence, position.ordinal
    )
    return payload + ids.digest("cursor", payload.hex(), *context, size=_SEAL)


def _opened(sealed: bytes, context: tuple[object, ...]) -> Position:
    payload, seal = sealed[: _LAYOUT.size], sealed[_LAYOUT.size :]
    if len(payload) != _LAYOUT.size or seal != ids.digest("cursor", payload.hex(), *context, size=_SEAL):
        raise InvalidCursor("the cursor is not one that this list gave with these parameters")
    as_of, status, instant, sequence, ordinal = _LAYOUT.unpack(payload)
    return Position(as_of, _STATUSES[status], instant, sequence, ordinal)


def to_letters(position: Position, *context: object) -> str:
    """A cursor of capital letters and digits. `context` is what the list depends on: account, consent, filters."""
    value = int.from_bytes(_sealed(position, context))
    letters = []
    while value:
        value, digit = divmod(value, 32)
        letters.append(ALPHABET[digit])
    return "".join(reversed(letters))


def from_letters(cursor: str, *context: object) -> Position:
    """Raises InvalidCursor."""
    value = 0
    for letter in cursor:
        digit = ALPHABET.find(letter)
        if digit < 0 or len(cursor) > 80:
            raise InvalidCursor("the cursor is not one that this list gave")
        value = value * 32 + digit
    return _opened(_bytes(value), context)


def to_digits(position: Position, *context: object) -> str:
    """A cursor of digits alone."""
    return str(int.from_bytes(_sealed(position, context)))


def from_digits(cursor: str, *context: object) -> Position:
    """Raises InvalidCursor."""
    if not cursor.isdecimal() or not cursor.isascii() or len(cursor) > 120:
        raise InvalidCursor("the cursor is not one that this list gave")
    return _opened(_bytes(int(cursor)), context)


def _bytes(value: int) -> bytes:
    size = _LAYOUT.size + _SEAL
    try:
        return value.to_bytes(size)
    except OverflowError as error:
        raise InvalidCursor("the cursor is longer than any that this list gives") from error
