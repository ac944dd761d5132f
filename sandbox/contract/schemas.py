"""OpenAPI 3.0 schemas as JSON Schema (2020-12), compiled by jsonschema-rs when they are first asked.

A schema has two modes. In a `request` a read-only member must not be sent (and is never required), in a
`response` a write-only one. `$ref`s are kept: a compiled validator carries the closure of what it refers to
under `$defs`.
"""

import base64
import binascii
from collections.abc import Callable, Mapping
from itertools import islice
from typing import Any, Literal

import jsonschema_rs

from sandbox.contract.explain import MOST_VIOLATIONS, explain
from sandbox.contract.pointers import BrokenAt, follow, lookup, split
from sandbox.kernel.errors import Violation
from sandbox.kernel.ids import short

Mode = Literal["request", "response"]

# Keywords that mean the same in both worlds. All others are converted below or say nothing about validity.
SHARED = (
    "enum", "format", "maxItems", "maxLength", "maxProperties", "maximum", "minItems", "minLength",
    "minProperties", "minimum", "multipleOf", "pattern", "required", "type", "uniqueItems",
)  # fmt: skip
COMPOSED = ("allOf", "anyOf", "oneOf")
RANGES = {"int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}
UNCHECKED_FORMATS = {"binary", "double", "float", "password"}


def is_base64(text: str) -> bool:
    try:
        base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


class Validator:
    """One schema, ready to judge. It compiles itself on first use: what is never asked costs nothing."""

    __slots__ = ("_compiled", "_mode", "_root", "_schema", "_schemas")

    def __init__(self, schemas: "Schemas", schema: Mapping[str, Any], mode: Mode) -> None:
        self._schemas = schemas
        self._schema = schema
        self._mode = mode
        self._root: dict[str, Any] = {}
        self._compiled: jsonschema_rs.Validator | None = None

    def compile(self) -> jsonschema_rs.Validator:
        if self._compiled is None:
            self._root = self._schemas.closed(self._schema, self._mode)
            self._compiled = jsonschema_rs.Draft202012Validator(
                self._root, validate_formats=True, formats={"byte": is_base64}
            )
        return self._compiled

    def is_valid(self, value: object) -> bool:
        compiled = self._compiled or self.compile()
        try:
            return compiled.is_valid(value)
        except ValueError:  # not JSON: bytes, dates, lone surrogates
            return False

    def violations(self, value: object, location: str = "response") -> list[Violation]:
        """Everything that is wrong with the value. `location` is body or response (others: see `explain`)."""
        compiled = self.compile()
        try:
            errors = list(islice(compiled.iter_errors(value), MOST_VIOLATIONS + 1))
        except ValueError as error:
            message = f"the {location} is not made of JSON values: {error}"
            return [Violation(location, "", "json", message, expected="JSON values")]
        return explain(errors, self._root, location, self._mode)


class Schemas:
    """The schemas of one document, compiled on first use and kept."""

    def __init__(self, document: Callable[[], Mapping[str, Any]]) -> None:
        self._document = document
        self._validators: dict[tuple[str, Mode], Validator] = {}
        self._definitions: dict[tuple[str, Mode], _Definition] = {}

    @property
    def document(self) -> Mapping[str, Any]:
        return self._document()

    def validator(self, name: str, mode: Mode = "response") -> Validator:
        """For a schema's name (`Account`) or a pointer (`#/components/schemas/Account/properties/status`)."""
        validator = self._validators.get((name, mode))
        if validator is None:
            pointer = name if name.startswith(("#", "/")) else f"#/components/schemas/{name}"
            lookup(self.document, pointer)
            validator = self._validators[name, mode] = self.compose({"$ref": pointer}, mode)
        return validator

    def compose(self, schema: Mapping[str, Any], mode: Mode) -> Validator:
        """A validator for an OpenAPI schema that is in no document, but may refer to this one's."""
        return Validator(self, schema, mode)

    def resolve(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        """The schema that a chain of $refs ends at."""
        while "$ref" in schema:
            schema = lookup(self.document, follow(self.document, schema["$ref"]))
        return schema

    def member(self, schema: Mapping[str, Any], path: list[str]) -> Mapping[str, Any]:
        """The schema of the member at this path, {} where the schema says nothing of it."""
        schema = self.resolve(schema)
        if not path:
            return schema
        if path[0] in schema.get("properties", {}):
            return self.member(schema["properties"][path[0]], path[1:])
        branches = (self.member(branch, path) for keyword in COMPOSED for branch in schema.get(keyword, ()))
        return next(filter(None, branches), {})

    def without(self, schema: Mapping[str, Any], path: list[str]) -> Mapping[str, Any]:
        """The same schema, blind to the member at this path: it may hold anything, or be missing."""
        schema = self.resolve(schema)
        if not path:
            return {}
        member, deeper = path[0], path[1:]
        blind = dict(schema)
        if member in schema.get("properties", {}):
            seen = schema["properties"][member]
            blind["properties"] = schema["properties"] | {member: self.without(seen, deeper)}
            if not deeper:
                blind["required"] = [name for name in schema.get("required", ()) if name != member]
        for keyword in COMPOSED:
            if keyword in schema:
                blind[keyword] = [self.without(branch, path) for branch in schema[keyword]]
        return blind

    def closed(self, schema: Mapping[str, Any], mode: Mode) -> dict[str, Any]:
        """JSON Schema for an OpenAPI schema, together with the definitions that it needs, and only those."""
        top = _Definition(self, mode)
        made = top.convert(schema)
        wanted, definitions = list(top.refers), {}
        while wanted:
            pointer = wanted.pop()
            key = self.key(pointer)
            if key not in definitions:
                definition = self._definition(pointer, mode)
                definitions[key] = definition.made
                wanted.extend(definition.refers)
        return {**made, "$defs": definitions} if isinstance(made, dict) else {"allOf": [made]}

    def _definition(self, pointer: str, mode: Mode) -> "_Definition":
        key = self.key(pointer)
        definition = self._definitions.get((key, mode))
        if definition is None:
            definition = _Definition(self, mode)
            definition.made = definition.convert(lookup(self.document, pointer))
            self._definitions[key, mode] = definition  # finished: another thread may take it at once
        return definition

    def key(self, pointer: str) -> str:
        """What a place is called under $defs: components keep their names, others get one from their pointer."""
        tokens = tuple(split(pointer))
        if tokens[:2] == ("components", "schemas") and len(tokens) == 3:
            return tokens[2]
        return f"at:{short(*tokens)}"


class _Definition:
    """One schema on its way from OpenAPI to JSON Schema; `refers` are the pointers that it mentions."""

    def __init__(self, schemas: Schemas, mode: Mode) -> None:
        self.schemas = schemas
        self.refused = "readOnly" if mode == "request" else "writeOnly"
        self.refers: set[str] = set()
        self.made: dict[str, Any] | bool = True

    def convert(self, schema: Mapping[str, Any] | bool) -> dict[str, Any] | bool:
        if isinstance(schema, bool):
            return schema
        if "$ref" in schema:
            return _or_null(schema, {"$ref": self._mention(schema["$ref"])})
        made = {keyword: schema[keyword] for keyword in SHARED if keyword in schema}
        if "format" in made:
            _spell_out_format(made)
        for keyword, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
            if schema.get(keyword) is True and bound in schema:
                made[keyword] = made.pop(bound)
        if "properties" in schema:
            self._convert_members(schema, made)
        for keyword in ("additionalProperties", "items", "not"):
            if keyword in schema:
                made[keyword] = self.convert(schema[keyword])
        for keyword in COMPOSED:
            if keyword in schema:
                made[keyword] = [self.convert(branch) for branch in schema[keyword]]
        if "discriminator" in schema and "oneOf" in schema:
            made["discriminator"] = _branches(schema)
        return _or_null(schema, made)

    def _convert_members(self, schema: Mapping[str, Any], made: dict[str, Any]) -> None:
        members: dict[str, Any] = {}
        for name, member in schema["properties"].items():
            hidden = member.get(self.refused) or self.schemas.resolve(member).get(self.refused)
            members[name] = False if hidden else self.convert(member)
        made["properties"] = members
        if "required" in made:
            made["required"] = [name for name in made["required"] if members.get(name) is not False]

    def _mention(self, pointer: str) -> str:
        self.refers.add(pointer)
        return f"#/$defs/{self.schemas.key(pointer)}"


def _or_null(schema: Mapping[str, Any], made: dict[str, Any]) -> dict[str, Any]:
    """`nullable` counts wherever it stands: beside a type, an enum, a $ref or a composition."""
    if not schema.get("nullable"):
        return made
    if any(keyword in made for keyword in ("$ref", "not", *COMPOSED)):
        return {"anyOf": [made, {"type": "null"}]}
    if "type" in made:
        made["type"] = [made["type"], "null"]
    if "enum" in made and None not in made["enum"]:
        made["enum"] = [*made["enum"], None]
    return made


def _spell_out_format(made: dict[str, Any]) -> None:
    """Widths of integers become bounds, which cost nothing to check; formats without a form are dropped."""
    if made["format"] in UNCHECKED_FORMATS:
        del made["format"]
    elif made["format"] in RANGES:
        low, high = RANGES[made.pop("format")]
        made["minimum"] = max(low, made.get("minimum", low))
        made["maximum"] = min(high, made.get("maximum", high))


def _branches(schema: Mapping[str, Any]) -> dict[str, Any]:
    """A discriminator as the branch of oneOf that each value stands for, for explanations only."""
    places = {branch["$ref"]: index for index, branch in enumerate(schema["oneOf"]) if "$ref" in branch}
    named = {pointer.rsplit("/", 1)[-1]: index for pointer, index in places.items()}
    discriminator = schema["discriminator"]
    mapping = discriminator.get("mapping", {})
    chosen: dict[str, int] = {}
    for value, target in mapping.items():
        index = places.get(target, named.get(target))
        if index is None:
            raise BrokenAt("", f"the discriminator maps {value!r} to {target}, which is no branch of the oneOf")
        chosen[value] = index
    implied = {name: index for name, index in named.items() if index not in chosen.values()}
    return {"propertyName": discriminator["propertyName"], "mapping": chosen | implied}
