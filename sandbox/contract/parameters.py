"""Parameters of an operation: text in, checked values out, and every violation at once.

Coercion is a loop over small tables; judgement is one call into one compiled schema for all parameters
together.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sandbox.contract import urlencoded, wire
from sandbox.contract.explain import LONGEST_SHOWN, MOST_VIOLATIONS, got, shown, subject
from sandbox.contract.pointers import BrokenAt
from sandbox.contract.schemas import Schemas, Validator
from sandbox.kernel.errors import (
    InvalidDate,
    InvalidHeader,
    InvalidInput,
    InvalidRequest,
    MalformedId,
    Violation,
)
from sandbox.kernel.names import did_you_mean

# OpenAPI: "If in is header and the name is one of these, the parameter definition shall be ignored."
IGNORED_HEADERS = {"accept", "authorization", "content-type"}
SEPARATORS = {"form": ",", "pipeDelimited": "|", "simple": ",", "spaceDelimited": " "}
DEFAULT_STYLES = {"cookie": "form", "header": "simple", "path": "simple", "query": "form"}
NO_COOKIES: Mapping[str, str] = {}

# What an ASGI server makes of bytes in a path that are not UTF-8.
REPLACEMENT = "\ufffd"


@dataclass(frozen=True, slots=True)
class Parameters:
    """What an operation was asked, in the types of its document, with defaults filled in.

    Names are those of the document; names of headers are in lower case.
    """

    path: dict[str, Any] = field(default_factory=dict)
    query: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, Any] = field(default_factory=dict)
    cookies: dict[str, Any] = field(default_factory=dict)


def describe(parameter: Mapping[str, Any], schemas: Schemas, pointer: str) -> dict[str, Any] | None:
    """A parameter as plain data: all that reading needs. `pointer` leads to its schema. None: ignore it."""
    location, name = parameter["in"], parameter["name"]
    if location == "header" and name.lower() in IGNORED_HEADERS:
        return None
    schema = {"$ref": pointer}
    wire_type = wire.wire_type(schemas, schema)
    style = parameter.get("style", DEFAULT_STYLES[location])
    items = wire.item_type(schemas, schema)
    if style not in SEPARATORS or wire_type == "object" or items in ("array", "object"):
        raise BrokenAt("", f"{location} parameter {name}: objects and the style {style} are not supported")
    resolved = schemas.resolve(schema)
    about = {
        "in": location,
        "name": name,
        "required": bool(parameter.get("required")),
        "schema": pointer,
        "type": wire_type,
        "date": resolved.get("format") in {"date", "date-time"}
        or bool(parameter.get("x-date") or resolved.get("x-date")),
        "empty": bool(parameter.get("allowEmptyValue")),
    }
    if wire_type == "array":
        about["items"] = items
        explode = parameter.get("explode", style == "form") and location in {"query", "cookie"}
        about["separator"] = "" if explode else SEPARATORS[style]
    if "default" in resolved:
        about["default"] = resolved["default"]
    return about


class ParameterReader:
    __slots__ = ("_defaults", "_refuse_unknown", "_slots", "_validator")

    def __init__(self, records: Sequence[Mapping[str, Any]], schemas: Schemas, *, refuse_unknown: bool) -> None:
        self._refuse_unknown = refuse_unknown
        self._slots: dict[str, dict[str, wire.Slot]] = {
            location: {} for location in ("path", "query", "header", "cookie")
        }
        self._defaults: dict[str, list[tuple[str, object]]] = {location: [] for location in self._slots}
        for record in records:
            slot = wire.Slot(
                record["name"],
                record["type"],
                record.get("items", ""),
                record.get("separator", ""),
                record["date"],
            )
            key = slot.name.lower() if record["in"] == "header" else slot.name
            self._slots[record["in"]][key] = slot
            if "default" in record:
                self._defaults[record["in"]].append((slot.name, record["default"]))
        self._validator = schemas.compose(_judgement(records), "request")

    @property
    def validator(self) -> Validator:
        return self._validator

    def read(
        self,
        path_params: Mapping[str, str],
        query: bytes | Iterable[tuple[str, str]],
        headers: Mapping[str, str],
        cookies: Mapping[str, str] = NO_COOKIES,
    ) -> Parameters:
        slots, faults = self._slots, list[Violation]()
        path = self._read_named("path", path_params)
        asked = self._read_query(urlencoded.parse(query) if isinstance(query, bytes) else query, faults)
        head = self._read_named("header", headers) if slots["header"] else {}
        jar = self._read_named("cookie", cookies) if slots["cookie"] else {}
        judged = {"path": path, "query": asked, "header": head, "cookie": jar}
        if faults or not self._validator.is_valid(judged):
            raise self._refusal(judged, faults)
        return Parameters(path, asked, {name.lower(): value for name, value in head.items()}, jar)

    def _read_query(self, pairs: Iterable[tuple[str, str]], faults: list[Violation]) -> dict[str, Any]:
        slots, values = self._slots["query"], dict[str, Any]()
        for name, text in pairs:
            slot = slots.get(name)
            if slot is None:
                if self._refuse_unknown and len(faults) < MOST_VIOLATIONS:
                    faults.append(_unknown(name, slots))
            elif name not in values:
                values[name] = slot.first(text)
            elif slot.repeats:
                values[name].append(slot.coerce(text))
            elif len(faults) < MOST_VIOLATIONS:
                faults.append(_duplicate(name, text))
        for name, default in self._defaults["query"]:
            values.setdefault(name, default)
        return values

    def _read_named(self, location: str, texts: Mapping[str, str]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key, slot in self._slots[location].items():
            text = texts.get(key)
            if text is not None:
                values[slot.name] = slot.first(text)
        for name, default in self._defaults[location]:
            values.setdefault(name, default)
        return values

    def _refusal(self, judged: Mapping[str, dict[str, Any]], faults: list[Violation]) -> InvalidRequest:
        """The most specific error for what is wrong, with all of it."""
        for location, values in judged.items():
            for name, value in values.items():
                texts = [text for text in (value if isinstance(value, list) else [value]) if isinstance(text, str)]
                if not all(map(urlencoded.is_text, texts)) or (location == "path" and REPLACEMENT in "".join(texts)):
                    values[name] = None
                    faults.append(_unreadable(location, name))
        unread = {(fault.location, fault.name) for fault in faults if fault.rule == "encoding"}
        for violation in self._validator.violations(judged, "parameters"):
            if (violation.location, violation.name) not in unread:
                faults.append(violation)
        return self._error_for(faults)(faults)

    def _error_for(self, faults: Sequence[Violation]) -> type[InvalidRequest]:
        locations = {fault.location for fault in faults}
        if locations == {"path"}:
            return MalformedId
        if locations == {"header"}:
            return InvalidHeader
        return InvalidDate if all(map(self._is_badly_written_date, faults)) else InvalidInput

    def _is_badly_written_date(self, fault: Violation) -> bool:
        slots = self._slots[fault.location]
        slot = slots.get(fault.name.lower() if fault.location == "header" else fault.name)
        return slot is not None and slot.date and fault.rule not in {"required", "duplicate"}


def _judgement(records: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """One schema for all parameters together: {"path": {…}, "query": {…}, "header": {…}, "cookie": {…}}."""
    places: dict[str, Any] = {}
    for record in records:
        place = places.setdefault(record["in"], {"type": "object", "properties": {}, "required": []})
        checked: dict[str, Any] = {"$ref": record["schema"]}
        if record["type"] in ("array", "string"):
            printable = {"pattern": "^[^\\x00\\uFFFD]*$" if record["in"] == "path" else "^[^\\x00]*$"}
            checked = {"allOf": [checked, {**printable, "items": printable}]}
        place["properties"][record["name"]] = {"anyOf": [{"enum": [""]}, checked]} if record["empty"] else checked
        if record["required"]:
            place["required"].append(record["name"])
    return {"type": "object", "properties": places}


def _unknown(name: str, known: Iterable[str]) -> Violation:
    name = urlencoded.legible(name[:LONGEST_SHOWN])
    about = subject("parameters", ["query", name])
    message = f"{about.shown} is unknown. {did_you_mean(name, known)}".rstrip()
    return Violation("query", name, "unknown", message, expected=sorted(known) or None)


def _duplicate(name: str, text: str) -> Violation:
    about = subject("parameters", ["query", name])
    text = urlencoded.legible(text)
    message = f"{about.shown} must be given once, and came again as {shown(text, about)}"
    return Violation("query", name, "duplicate", message, expected=1, got=got(text, about))


def _unreadable(location: str, name: str) -> Violation:
    about = subject("parameters", [location, name])
    message = f"{about.shown} must be UTF-8 text without NUL characters"
    return Violation(location, name, "encoding", message, expected="UTF-8 without NUL")
