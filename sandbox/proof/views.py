"""What a schema of an OpenAPI document comes down to at one place, whatever it is composed of.

Two documents may say the same with other words (`allOf` here, one object there). So they are compared, and cut to size,
as views: the types, values and members that are possible at a place.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Any

from sandbox.contract.pointers import follow, lookup

Schema = Mapping[str, Any]
LOWER = ("minimum", "minLength", "minItems", "minProperties")
UPPER = ("maximum", "maxLength", "maxItems", "maxProperties")
BOUNDS = (*LOWER, *UPPER)


@dataclass(frozen=True)
class View:
    types: frozenset[str] = frozenset()
    """Empty: any."""
    nullable: bool = True
    enum: tuple[Any, ...] | None = None
    format: str = ""
    pattern: str = ""
    bounds: Mapping[str, float] = field(default_factory=dict)
    properties: Mapping[str, Schema] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    additional: Schema | bool = True
    items: Schema | None = None
    deprecated: bool = False


ANYTHING = View()


def view(document: Mapping[str, Any], schema: Schema) -> View:
    """Members and items are looked at when they are asked for, so that a schema may hold itself."""
    while "$ref" in schema:
        nullable = bool(schema.get("nullable"))
        schema = lookup(document, follow(document, schema["$ref"]))
        if nullable:
            schema = {**schema, "nullable": True}
    seen = _own(schema)
    for branch in schema.get("allOf", ()):
        seen = _both(seen, view(document, branch))
    for keyword in ("oneOf", "anyOf"):
        if schema.get(keyword):
            seen = _both(seen, reduce(_either, (view(document, branch) for branch in schema[keyword])))
    return replace(seen, nullable=True) if schema.get("nullable") else seen


def _own(schema: Schema) -> View:
    kind, enum = schema.get("type"), schema.get("enum")
    return View(
        types=frozenset({kind}) if kind else frozenset(),
        nullable=not (kind or enum) or bool(schema.get("nullable")),
        enum=tuple(enum) if enum is not None else None,
        format=schema.get("format", ""),
        pattern=schema.get("pattern", ""),
        bounds={name: schema[name] for name in BOUNDS if name in schema},
        properties=schema.get("properties", {}),
        required=frozenset(schema.get("required", ())),
        additional=schema.get("additionalProperties", True),
        items=schema.get("items"),
        deprecated=bool(schema.get("deprecated")),
    )


def _both(one: View, other: View) -> View:
    bounds = dict(one.bounds)
    for name, value in other.bounds.items():
        tighter = max if name in LOWER else min
        bounds[name] = tighter(bounds[name], value) if name in bounds else value
    return View(
        types=one.types & other.types if one.types and other.types else one.types | other.types,
        nullable=one.nullable and other.nullable,
        enum=_common(one.enum, other.enum),
        format=one.format or other.format,
        pattern=one.pattern or other.pattern,
        bounds=bounds,
        properties=_together("allOf", one.properties, other.properties),
        required=one.required | other.required,
        additional=one.additional if other.additional is True else other.additional,
        items=_joined("allOf", one.items, other.items),
        deprecated=one.deprecated or other.deprecated,
    )


def _either(one: View, other: View) -> View:
    bounds = {}
    for name in one.bounds.keys() & other.bounds.keys():
        looser = min if name in LOWER else max
        bounds[name] = looser(one.bounds[name], other.bounds[name])
    either = one.enum is not None and other.enum is not None
    return View(
        types=one.types | other.types if one.types and other.types else frozenset(),
        nullable=one.nullable or other.nullable,
        enum=tuple(dict.fromkeys((*(one.enum or ()), *(other.enum or ())))) if either else None,
        format=one.format if one.format == other.format else "",
        pattern=one.pattern if one.pattern == other.pattern else "",
        bounds=bounds,
        properties=_together("anyOf", one.properties, other.properties),
        required=one.required & other.required,
        additional=one.additional if one.additional == other.additional else True,
        items=_joined("anyOf", one.items, other.items),
        deprecated=one.deprecated and other.deprecated,
    )


def _common(one: tuple[Any, ...] | None, other: tuple[Any, ...] | None) -> tuple[Any, ...] | None:
    if one is None or other is None:
        return other if one is None else one
    return tuple(value for value in one if value in other)


def _together(keyword: str, one: Mapping[str, Schema], other: Mapping[str, Schema]) -> Mapping[str, Schema]:
    if not one or not other:
        return one or other
    names: Iterable[str] = dict.fromkeys((*one, *other))
    joined = {name: _joined(keyword, one.get(name), other.get(name)) for name in names}
    return {name: schema for name, schema in joined.items() if schema is not None}


def _joined(keyword: str, one: Schema | None, other: Schema | None) -> Schema | None:
    if one is None or other is None or one == other:
        return other if one is None else one
    return {keyword: [one, other]}
