"""Canonical values as JSON text and back, by their types. What storage keeps; never what a bank sends."""

from typing import TypeVar

import msgspec

from sandbox.kernel.clock import from_millis, to_millis
from sandbox.ledger.entries import Channel, Entry, EntryKind, Foreign, OrderPart, Trade

T = TypeVar("T")


def encode(value: object) -> str:
    return msgspec.json.encode(value).decode()


def decode(text: str, kind: type[T]) -> T:
    return msgspec.json.decode(text, type=kind)


class _Row(msgspec.Struct, array_like=True):
    """An entry as a JSON array with its instants in milliseconds: a fifth of an object, in space and time."""

    sequence: int
    kind: EntryKind
    amount: int
    authorised_at: int
    posted_at: int | None
    description: str
    dropped_at: int | None
    hold: int | None
    channel: Channel
    merchant: str
    counterparty: str
    mcc: str
    category: str
    card_last4: str
    check_number: int | None
    memo: str
    foreign: Foreign | None
    related: int | None
    trade: Trade | None
    order: OrderPart | None = None


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(_Row)


def encode_entry(entry: Entry, authorised_at: int | None = None, posted_at: int | None = None) -> str:
    """Whoever has the instants in milliseconds at hand may give them."""
    if authorised_at is None:
        authorised_at = to_millis(entry.authorised_at)
    if posted_at is None and entry.posted_at is not None:
        posted_at = to_millis(entry.posted_at)
    return _encoder.encode(
        (
            entry.sequence,
            entry.kind,
            entry.amount,
            authorised_at,
            posted_at,
            entry.description,
            to_millis(entry.dropped_at) if entry.dropped_at is not None else None,
            entry.hold,
            entry.channel,
            entry.merchant,
            entry.counterparty,
            entry.mcc,
            entry.category,
            entry.card_last4,
            entry.check_number,
            entry.memo,
            entry.foreign,
            entry.related,
            entry.trade,
            *((entry.order,) if entry.order is not None else ()),
        )
    ).decode()


def decode_entry(text: str) -> Entry:
    row = _decoder.decode(text)
    return Entry(
        row.sequence,
        row.kind,
        row.amount,
        from_millis(row.authorised_at),
        from_millis(row.posted_at) if row.posted_at is not None else None,
        row.description,
        from_millis(row.dropped_at) if row.dropped_at is not None else None,
        row.hold,
        row.channel,
        row.merchant,
        row.counterparty,
        row.mcc,
        row.category,
        row.card_last4,
        row.check_number,
        row.memo,
        row.foreign,
        row.related,
        row.trade,
        row.order,
    )
