"""`fields=id,messages.limit(5){message,from{name}}`: which members a client wants of a node, and the node with them."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import orjson

from sandbox.messenger.errors import InvalidParameter

T = TypeVar("T")

DEEPEST = 5
PART = re.compile(r"\s*(?:(?P<name>\w+)(?:\.limit\((?P<limit>\d{1,4})\))?|(?P<mark>[{},]))\s*")


@dataclass(frozen=True, slots=True)
class Wanted:
    name: str
    within: tuple["Wanted", ...] = ()
    limit: int = 0
    """How many of a list; 0: as many as are usual."""


Selection = tuple[Wanted, ...]
Makers = Mapping[str, Callable[[T, Wanted], Any]]
"""How each field of a kind of nodes is made. What is None is left out."""


def names(text: str) -> list[str]:
    """Of a list without anything nested, with commas or as JSON. Raises InvalidParameter."""
    return [wanted.name for wanted in selection(text)]


def selection(text: str, usual: Sequence[str] = ()) -> Selection:
    """Raises InvalidParameter."""
    if text.startswith("["):
        text = _joined(text)
    if not text.strip():
        return tuple(Wanted(name) for name in usual)
    root: list[Wanted] = []
    stack, place = [root], 0
    while place < len(text):
        found = PART.match(text, place)
        if found is None:
            raise InvalidParameter(f"Syntax error in param fields at character {place}", fields=text[:200])
        place = found.end()
        mark = found["mark"]
        if mark == "{" and stack[-1] and len(stack) < DEEPEST:
            stack.append([])
        elif mark == "}" and len(stack) > 1:
            inner = stack.pop()
            outer = stack[-1].pop()
            stack[-1].append(Wanted(outer.name, tuple(inner), outer.limit))
        elif found["name"]:
            stack[-1].append(Wanted(found["name"], (), int(found["limit"] or 0)))
        elif mark != ",":
            raise InvalidParameter(f"Syntax error in param fields at character {place}", fields=text[:200])
    if len(stack) > 1:
        raise InvalidParameter("Syntax error in param fields: a brace is not closed", fields=text[:200])
    return tuple(root)


def _joined(text: str) -> str:
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return text
    return ",".join(str(one) for one in value) if isinstance(value, list) else text


def shown(kind: str, makers: Makers[T], thing: T, wanted: Selection) -> dict[str, Any]:
    """The node with what is wanted of it and always its id. Raises InvalidParameter for a field that its kind has
    not."""
    told: dict[str, Any] = {}
    for one in (*wanted, Wanted("id")):
        maker = makers.get(one.name)
        if maker is None:
            raise InvalidParameter(
                f"Tried accessing nonexisting field ({one.name}) on node type ({kind})",
                hint=f"A {kind} has {', '.join(makers)}.",
            )
        value = maker(thing, one)
        if value is not None:
            told[one.name] = _narrowed(value, one.within)
    return told


def _narrowed(value: Any, within: Selection) -> Any:
    if not within or not isinstance(value, dict):
        return value
    if isinstance(value.get("data"), list):
        return {**value, "data": [_narrowed(one, within) for one in value["data"]]}
    picked = {one.name: _narrowed(value[one.name], one.within) for one in within if one.name in value}
    return picked | ({"id": value["id"]} if "id" in value else {})
