"""Where the answers of an operation can hold one of a few values, and which of them a body holds."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.contract.documents import Document, Operation
from sandbox.contract.pointers import join
from sandbox.contract.schemas import COMPOSED

DEEPEST = 10
"""Members within members: schemas may hold themselves."""
FEW = 40
"""An enum of more values (currencies, countries) is a list of names, and nobody has to see them all."""
Place = tuple[str, str]
"""(JSON pointer, value)."""


@dataclass(slots=True)
class Places:
    """A tree along which a body is walked: `*` for the items of an array."""

    pointer: str = ""
    known: set[Any] = field(default_factory=set)
    below: dict[str, "Places"] = field(default_factory=dict)

    def values(self) -> Iterator[Place]:
        for value in sorted(self.known, key=str):
            yield self.pointer, str(value)
        for place in self.below.values():
            yield from place.values()


_known: dict[tuple[Document, str], Places] = {}


def answer_places(document: Document, operation: Operation) -> Places:
    """Of its successful answers, together. A document is read once."""
    key = (document, operation.operation_id)
    if key not in _known:
        root = Places()
        for pointer in _schemas(document, operation):
            _gather(document, {"$ref": pointer}, root, 0)
        _prune(root)
        _known[key] = root
    return _known[key]


def values_at(places: Places, body: Any) -> Iterator[Place]:
    """Each value of an enum that stands in a body, as often as it does."""
    if isinstance(body, dict):
        for name, below in places.below.items():
            if name in body:
                yield from values_at(below, body[name])
    elif isinstance(body, list):
        below_all = places.below.get("*")
        if below_all is not None:
            for item in body:
                yield from values_at(below_all, item)
    elif places.known and body in places.known:
        yield places.pointer, str(body)


def _schemas(document: Document, operation: Operation) -> Iterator[str]:
    for record in document.compiled["operations"]:
        if record["operation_id"] == operation.operation_id:
            for status, response in record["responses"].items():
                content: Mapping[str, str] = response["content"] if status.startswith("2") else {}
                yield from (pointer for media_type, pointer in content.items() if media_type.endswith("json"))


def _gather(document: Document, schema: Mapping[str, Any], place: Places, depth: int) -> None:
    schema = document.schemas.resolve(schema)
    if depth > DEEPEST:
        return
    known = [value for value in schema.get("enum", ()) if isinstance(value, str) and value]
    if len(known) <= FEW:
        place.known.update(known)
    for keyword in COMPOSED:
        for branch in schema.get(keyword, ()):
            _gather(document, branch, place, depth + 1)
    for name, member in schema.get("properties", {}).items():
        _gather(document, member, _below(place, name), depth + 1)
    if "items" in schema:
        _gather(document, schema["items"], _below(place, "*"), depth + 1)


def _below(place: Places, name: str) -> Places:
    if name not in place.below:
        place.below[name] = Places(place.pointer + join([name]))
    return place.below[name]


def _prune(place: Places) -> bool:
    """Whether nothing below it is worth a walk."""
    place.below = {name: below for name, below in place.below.items() if not _prune(below)}
    return not place.known and not place.below
