"""Cursors of the events API: opaque letters and digits, bound to a consent or a client, refused when changed."""

import struct
from typing import NamedTuple

from sandbox.kernel import ids
from sandbox.kernel.errors import InvalidCursor
from sandbox.ledger.consents import Consent
from sandbox.ledger.entries import EntryStatus
from sandbox.ledger.feed import Position

_LAYOUT = struct.Struct(">bqqiqbqqq")
_NUMBER = struct.Struct(">q")
_SEAL = 6
_STATUSES = (EntryStatus.PENDING, EntryStatus.POSTED)
_NOWHERE = Position(0, EntryStatus.PENDING, 0, 0, 0)


class Place(NamedTuple):
    """Where a sync stands: everything up to `number` of the log is known, but for what is still to come of a walk:
    over the rows of the `account`-th account as they were (`position`; None: from its first row), or over the changes
    up to `upto`, of which `done` are told."""

    number: int
    upto: int = 0
    walking: bool = False
    account: int = 0
    position: Position | None = None
    done: int = 0


def numbered(number: int, *context: object) -> str:
    """A place in the log."""
    return _sealed(_NUMBER.pack(number), context)


def number_in(cursor: str, *context: object) -> int:
    """Raises InvalidCursor."""
    (number,) = _NUMBER.unpack(_opened(cursor, _NUMBER.size, context))
    return int(number)


def placed(place: Place, consent: Consent) -> str:
    at = place.position
    shape = (1 if place.walking else 0) | (2 if at is not None else 0)
    spot = at or _NOWHERE
    payload = _LAYOUT.pack(
        shape, place.number, place.upto, place.account if place.walking else place.done,
        spot.as_of, _STATUSES.index(spot.status), spot.instant, spot.sequence, spot.ordinal,
    )  # fmt: skip
    return _sealed(payload, _context(consent))


def place_in(cursor: str, consent: Consent) -> Place:
    """Raises InvalidCursor."""
    payload = _opened(cursor, _LAYOUT.size, _context(consent))
    shape, number, upto, where, as_of, status, instant, sequence, ordinal = _LAYOUT.unpack(payload)
    position = Position(as_of, _STATUSES[status], instant, sequence, ordinal) if shape & 2 else None
    if shape & 1:
        return Place(number, walking=True, account=where, position=position)
    return Place(number, upto, done=where)


def changes_after(number: int, consent: Consent) -> str:
    return placed(Place(number), consent)


def _context(consent: Consent) -> tuple[str, str]:
    return "sync", consent.consent_id


def _sealed(payload: bytes, context: tuple[object, ...]) -> str:
    return (payload + ids.digest("events", payload.hex(), *context, size=_SEAL)).hex()


def _opened(cursor: str, size: int, context: tuple[object, ...]) -> bytes:
    try:
        sealed = bytes.fromhex(cursor)
    except ValueError:
        sealed = b""
    payload = sealed[:size]
    if len(sealed) != size + _SEAL or _sealed(payload, context) != cursor:
        raise InvalidCursor("the cursor is not one that was given here")
    return payload
