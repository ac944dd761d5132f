"""Answers of ours, held to the document before they are sent.

A page is checked without its rows: they were checked when they were rendered, and only the envelope is new.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from sandbox.contract import media, wire
from sandbox.contract.pointers import join, split
from sandbox.contract.schemas import COMPOSED, SHARED, Schemas, Validator
from sandbox.kernel.errors import Violation

CONSTRAINTS = {*SHARED, *COMPOSED} - {"type"}

# What stands for "no member is left out" where a member may be named.
WHOLE = None


class Response:
    """One declared answer of an operation."""

    __slots__ = (
        "_header_slots",
        "_header_validator",
        "_headers",
        "_required",
        "_schemas",
        "_validators",
        "content",
        "description",
        "status",
    )

    def __init__(self, status: str, record: Mapping[str, Any], schemas: Schemas) -> None:
        self.status = status
        self.description: str = record["description"]
        self.content: dict[str, str | None] = record["content"]
        self._schemas = schemas
        self._headers = {header["name"].lower(): header for header in record["headers"]}
        self._required = frozenset(name for name, header in self._headers.items() if header["required"])
        self._header_slots = [
            (name, wire.Slot(header["name"], header["type"]))
            for name, header in self._headers.items()
            if header["checked"]
        ]
        self._header_validator = schemas.compose(_header_schema(record["headers"]), "response")
        self._validators: dict[tuple[str | None, str | None], Validator] = {}

    @property
    def media_types(self) -> tuple[str, ...]:
        return tuple(self.content)

    @property
    def schemas(self) -> Schemas:
        return self._schemas

    def pointer(self, media_type: str) -> str | None:
        """Where the document has the schema of such a body; None where it has none."""
        offered = media.find(media.essence(media_type), self.content)
        return self.content[offered] if offered is not None and media.is_json(offered) else None

    def prove(self) -> None:
        """Compiles everything now, so that a broken schema is found at start."""
        for media_type in self.content:
            self._validator(media_type, WHOLE).compile()
        self._header_validator.compile()

    def holds(
        self, media_type: str | None, headers: Mapping[str, str], body: object, member: str | None = WHOLE
    ) -> bool:
        """The quick answer for JSON that is as it should be. False: ask `violations`."""
        validator = self._validators.get((media_type, member))
        return (
            validator is not None
            and validator.is_valid(body)
            and self._required <= headers.keys()
            and (not (values := self._header_values(headers)) or self._header_validator.is_valid(values))
        )

    def violations(
        self, media_type: str | None, headers: Mapping[str, str], body: object, member: str | None = WHOLE
    ) -> list[Violation]:
        return [*self._header_violations(headers), *self._body_violations(media_type, body, member)]

    def _header_values(self, headers: Mapping[str, str]) -> dict[str, object]:
        return {slot.name: slot.coerce(headers[name]) for name, slot in self._header_slots if name in headers}

    def _header_violations(self, headers: Mapping[str, str]) -> list[Violation]:
        missing = [self._headers[name]["name"] for name in sorted(self._required) if name not in headers]
        return [
            *(Violation("response", name, "required", f"response header {name} is required") for name in missing),
            *self._header_validator.violations(self._header_values(headers), "headers"),
        ]

    def _body_violations(self, media_type: str | None, body: object, member: str | None) -> list[Violation]:
        if not self.content:
            if body in (None, b"", ""):
                return []
            return [_violation("body", f"{self.status} has no body", "no body", _kind(body))]
        if media_type is None:
            return [_violation("media-type", "an answer must have a media type", self.media_types, None)]
        offered = media.find(media.essence(media_type), self.content)
        if offered is None:
            message = f"{self.status} is declared as {' or '.join(self.content)}, not as {media_type}"
            return [_violation("media-type", message, self.media_types, media_type)]
        if not media.is_json(media.essence(media_type)):
            if isinstance(body, (bytes, str)):
                return []
            return [_violation("body", f"{media_type} is made of text or bytes", "text or bytes", _kind(body))]
        if isinstance(body, bytes):
            try:
                body = orjson.loads(body)
            except orjson.JSONDecodeError as error:
                return [_violation("json", f"the response must be valid JSON: {error}", "JSON", None)]
        validator = self._validators[media_type, member] = self._validator(offered, member)
        return validator.violations(body, "response")

    def row_violations(self, media_type: str | None, member: str, count: int) -> list[Violation]:
        """Whether the document allows the member that many rows."""
        offered = media.find(media.essence(media_type or ""), self.content)
        pointer = self.content.get(offered or "")
        rows = self._schemas.member({"$ref": pointer}, _path(member)) if pointer else {}
        for rule, wrong in (
            ("minItems", count < rows.get("minItems", 0)),
            ("maxItems", count > rows.get("maxItems", count)),
        ):
            if wrong:
                message = f"response member {member} may not have {count} rows: {rule} is {rows[rule]}"
                return [Violation("response", join(_path(member)), rule, message, rows[rule], count)]
        return []

    def _validator(self, offered: str, member: str | None) -> Validator:
        pointer = self.content[offered]
        if pointer is not None and member is WHOLE:
            return self._schemas.validator(pointer, "response")
        schema: Mapping[str, Any] = {"$ref": pointer} if pointer else {}
        if member is not None:
            schema = self._schemas.without(schema, _path(member))
        return self._schemas.compose(schema, "response")


def describe_header(name: str, header: Mapping[str, Any], schemas: Schemas, pointer: str | None) -> dict[str, Any]:
    """A header as plain data. Only a header that may not hold just any text is worth a check."""
    schema: Mapping[str, Any] = {"$ref": pointer} if pointer else {"type": "string"}
    resolved = schemas.resolve(schema)
    return {
        "name": name,
        "required": bool(header.get("required")),
        "schema": pointer,
        "type": wire.wire_type(schemas, schema),
        "checked": resolved.get("type") != "string" or any(keyword in resolved for keyword in CONSTRAINTS),
    }


def _header_schema(records: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    checked = {record["name"]: {"$ref": record["schema"]} for record in records if record["checked"]}
    return {"type": "object", "properties": checked}


def _path(member: str) -> list[str]:
    if member.startswith("/"):
        return split(member)
    return [member] if member else []


def _kind(body: object) -> str:
    return type(body).__name__


def _violation(rule: str, message: str, expected: object, got: object) -> Violation:
    return Violation("response", "", rule, message, expected, got)
