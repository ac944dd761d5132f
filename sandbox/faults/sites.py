"""The places of an answer at which it can be changed, each with what the document says of it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Schema = Mapping[str, Any]
Resolve = Callable[[Schema], Schema]
"""The schema at the end of a chain of $refs."""
LOOKED_AT = 25
"""Items of a list: one of the first is as good as one of the last."""


@dataclass(slots=True)
class Said:
    """What the document says of one value, wherever in allOf, oneOf and anyOf it says it."""

    keywords: dict[str, Any] = field(default_factory=dict)
    members: dict[str, Schema] = field(default_factory=dict)
    required: set[str] = field(default_factory=set)
    nullable: bool = False

    def add(self, schema: Schema, value: object, resolve: Resolve) -> None:
        self.nullable |= bool(schema.get("nullable"))
        schema = resolve(schema)
        self.nullable |= bool(schema.get("nullable"))
        self.keywords = {**schema, **self.keywords}
        self.members = {**schema.get("properties", {}), **self.members}
        self.required |= set(schema.get("required", ()))
        for part in schema.get("allOf", ()):
            self.add(part, value, resolve)
        for choice in ("oneOf", "anyOf"):
            if choice in schema:
                self.add(_meant([resolve(one) for one in schema[choice]], value, resolve), value, resolve)


def _meant(branches: list[Schema], value: object, resolve: Resolve) -> Schema:
    """The branch that fits a value best: the one that knows most of its members and misses none."""
    names = set(value) if isinstance(value, dict) else set()

    def fit(schema: Schema) -> tuple[bool, int]:
        said = Said()
        for part in (schema, *map(resolve, schema.get("allOf", ()))):
            said.members |= part.get("properties", {})
            said.required |= set(part.get("required", ()))
        return said.required <= names, len(names & said.members.keys())

    return max(branches, key=fit)


@dataclass(slots=True)
class Site:
    """One value: `holder[key]`."""

    pointer: str
    holder: Any
    key: Any
    said: Said
    required: bool

    @property
    def value(self) -> Any:
        return self.holder[self.key]

    @property
    def name(self) -> str:
        """Of the member; empty for items of a list and for the whole."""
        return self.key if isinstance(self.key, str) else ""


def sites(whole: list[Any], schema: Schema, resolve: Resolve) -> Iterator[Site]:
    """Every place of a body, which is the one item of `whole`. Whoever changes one looks for them anew."""
    return _below("", whole, 0, schema, resolve, required=True)


def _below(pointer: str, holder: Any, key: Any, schema: Schema, resolve: Resolve, *, required: bool) -> Iterator[Site]:
    value, said = holder[key], Said()
    said.add(schema, value, resolve)
    yield Site(pointer, holder, key, said, required)
    if isinstance(value, dict):
        for name in value:
            if name in said.members:
                there = f"{pointer}/{name}"
                yield from _below(there, value, name, said.members[name], resolve, required=name in said.required)
    elif isinstance(value, list) and "items" in said.keywords:
        for place in range(min(len(value), LOOKED_AT)):
            yield from _below(f"{pointer}/{place}", value, place, said.keywords["items"], resolve, required=True)
