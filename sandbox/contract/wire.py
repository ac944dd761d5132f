"""How text from a URL, a header or a form becomes the value that its schema speaks of.

A coercer never refuses: text that has no such form stays text, and the schema says what is wrong with it.
"""

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from sandbox.contract.schemas import COMPOSED, Schemas

Coercer = Callable[[str], object]

LONGEST_NUMBER = 64
IS_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?").fullmatch
BOOLEANS = {"true": True, "false": False}


def integer(text: str) -> object:
    digits = text[1:] if text.startswith("-") else text
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) <= LONGEST_NUMBER else text


def number(text: str) -> object:
    if len(text) > LONGEST_NUMBER or not IS_NUMBER(text):
        return text
    value = float(text)
    return value if math.isfinite(value) else text


def boolean(text: str) -> object:
    return BOOLEANS.get(text.lower(), text)


def string(text: str) -> object:
    return text


COERCERS: dict[str, Coercer] = {"boolean": boolean, "integer": integer, "number": number, "string": string}


def separated(item: Coercer, separator: str) -> Coercer:
    """An array in one piece of text: "a,b" -> ["a", "b"], and nothing -> []."""

    def array(text: str) -> object:
        return [item(part.strip()) for part in text.split(separator)] if text else []

    return array


class Slot:
    """Where text under one name goes: how it is read, and whether the name may repeat to make an array."""

    __slots__ = ("coerce", "date", "name", "repeats")

    def __init__(
        self, name: str, wire_type: str, items: str = "string", separator: str = "", date: bool = False
    ) -> None:
        self.name = name
        self.date = date
        self.repeats = wire_type == "array" and not separator
        item = COERCERS.get(items if wire_type == "array" else wire_type, string)
        self.coerce = separated(item, separator) if wire_type == "array" and separator else item

    def first(self, text: str) -> object:
        return [self.coerce(text)] if self.repeats else self.coerce(text)


def types(schemas: Schemas, schema: Mapping[str, Any]) -> set[str]:
    """The types that a schema allows, through $refs and compositions."""
    schema = schemas.resolve(schema)
    if "type" in schema:
        return {schema["type"]}
    return {name for keyword in COMPOSED for branch in schema.get(keyword, ()) for name in types(schemas, branch)}


def wire_type(schemas: Schemas, schema: Mapping[str, Any]) -> str:
    """The one type that text is turned into. Where text is allowed as well, it stays text."""
    found = types(schemas, schema)
    return found.pop() if len(found) == 1 else "number" if found == {"integer", "number"} else "string"


def item_type(schemas: Schemas, schema: Mapping[str, Any]) -> str:
    """What an array's items are turned into."""
    return wire_type(schemas, schemas.resolve(schema).get("items", {}))


def form_slots(schemas: Schemas, schema: Mapping[str, Any]) -> dict[str, Slot]:
    """A slot for each property that an object's schema declares, also through allOf."""
    schema = schemas.resolve(schema)
    slots: dict[str, Slot] = {}
    for branch in schema.get("allOf", ()):
        slots |= form_slots(schemas, branch)
    for name, member in schema.get("properties", {}).items():
        slots[name] = Slot(name, wire_type(schemas, member), item_type(schemas, member))
    return slots
