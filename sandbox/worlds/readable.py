"""What a world holds in words that people read: the kinds of things in a snapshot, and the rows of a snapshot's file.

A file holds what was put over the template, which means the same in any world: rows of accounts, accounts, people,
facts, faults. The rest stays where it is. Clients, consents and tokens are secrets or lead to them; webhooks and what
is said on the messenger are bound to addresses and ids that are made of the world's own id.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from typing import Any

import msgspec

from sandbox.kernel.errors import InvalidInput, Violation
from sandbox.ledger import codec
from sandbox.ledger.accounts import Account
from sandbox.ledger.commerce_facts import CommerceFacts
from sandbox.ledger.customers import Customer
from sandbox.ledger.entries import Entry
from sandbox.ledger.faults import Fault
from sandbox.store.snapshots import COLUMNS, KEYS
from sandbox.worlds.overlays import COMMERCE

Json = dict[str, Any]

PORTABLE = {
    "overlay_entry": "transactions",
    "overlay_account": "accounts",
    "overlay_customer": "customers",
    "overlay_fact": "facts",
    "fault": "faults",
}
"""What goes into a file, by the table that it is in."""
BOUND = {
    "client": "clients",
    "consent": "consents",
    "token": "tokens",
    "subscription": "webhooks",
    "delivery": "deliveries",
    "event": "events",
    "chat": "messenger",
}
"""What does not."""
KINDS = {**PORTABLE, **BOUND}
"""Tables that are in neither only serve these."""
VALUES = ("detail", "document")
"""Columns that hold a value as JSON text."""


def key(table: str, row: Sequence[Any]) -> str:
    named = dict(zip(COLUMNS[table], row, strict=True))
    if table == "token":  # of the secret's fingerprint no more than tells two apart
        return f"{named['bank']}/{named['kind']}/{named['token_hash'][:8]}"
    return "/".join(str(named[name]) for name in KEYS[table])


def told(table: str, row: Sequence[Any]) -> Json:
    """A row with its value as members, as a file has it."""
    named: Json = dict(zip(COLUMNS[table], row, strict=True))
    for name in VALUES:
        if (text := named.get(name)) is not None:
            named[name] = _told(_decoded(table, named, text))
    return named


def _decoded(table: str, named: Mapping[str, Any], text: str) -> object:
    if table == "overlay_entry":
        return codec.decode_entry(text)
    return codec.decode(text, _kind(table, named))


def _kind(table: str, named: Mapping[str, Any]) -> Any:
    """The type of a row's value."""
    if table == "overlay_fact":
        return CommerceFacts if named["kind"] == COMMERCE else dict[str, Any]
    kinds = {"overlay_entry": Entry, "overlay_account": Account, "overlay_customer": Customer, "fault": Fault}
    return kinds.get(table, dict[str, Any])


def _told(value: Any) -> Any:
    """Without the members that are as they mostly are."""
    told: Any = msgspec.to_builtins(value, str_keys=True)
    if isinstance(value, dict):
        return told
    usual = {field.name: msgspec.to_builtins(field.default) for field in fields(value) if field.default is not MISSING}
    return {name: one for name, one in told.items() if name not in usual or one != usual[name]}


def row(table: str, given: Json, pointer: str) -> list[Any]:
    """The row that a file's entry stands for. Raises InvalidInput, with the entry's place."""
    if sorted(given) != sorted(COLUMNS[table]):
        raise _wrong(pointer, f"an entry has the members {', '.join(COLUMNS[table])}")
    named = dict(given)
    for name in VALUES:
        if named.get(name) is not None:
            named[name] = _text(table, named, name, f"{pointer}/{name}")
    for name, value in named.items():
        wanted = int if name in ("sequence", "place") else str
        if type(value) is not wanted and not (value is None and name == "detail"):
            raise _wrong(f"{pointer}/{name}", f"{name} has to be {'a whole number' if wanted is int else 'text'}")
    return [named[name] for name in COLUMNS[table]]


def _text(table: str, named: Mapping[str, Any], name: str, pointer: str) -> str:
    try:
        value = msgspec.convert(named[name], _kind(table, named), str_keys=True)
    except msgspec.ValidationError as error:
        raise _wrong(pointer, str(error)) from None
    if any(moment.tzinfo is None for moment in _moments(value)):
        raise _wrong(pointer, "every instant has to say its offset from UTC, as in 2026-06-15T15:00:00Z")
    for column in COLUMNS[table]:
        if getattr(value, column, named[column]) != named[column]:
            raise _wrong(pointer, f"{column} has to be what it is beside, {named[column]!r}")
    return codec.encode_entry(value) if isinstance(value, Entry) else codec.encode(value)


def _moments(value: object) -> Iterator[datetime]:
    """All that a value tells of time."""
    if isinstance(value, datetime):
        yield value
    elif is_dataclass(value):
        for field in fields(value):
            yield from _moments(getattr(value, field.name))
    elif isinstance(value, dict | tuple | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _moments(one)


def changed(table: str, before: Sequence[Any], after: Sequence[Any]) -> list[str]:
    """The members in which two rows differ, those of their values too."""
    if table in PORTABLE:
        one, other = _flat(told(table, before)), _flat(told(table, after))
    else:
        one, other = (_flat(_parsed(dict(zip(COLUMNS[table], row, strict=True)))) for row in (before, after))
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def _parsed(named: Json) -> Json:
    return {name: codec.decode(value, Any) if name in VALUES and value else value for name, value in named.items()}


def _flat(named: Json) -> Json:
    """With the members of the value beside the columns."""
    flat = {name: value for name, value in named.items() if name not in VALUES}
    for name in VALUES:
        value = named.get(name)
        flat |= value if isinstance(value, dict) else {name: value} if name in named else {}
    return flat


def _wrong(pointer: str, message: str) -> InvalidInput:
    return InvalidInput([Violation("body", pointer, "snapshot", message)])
