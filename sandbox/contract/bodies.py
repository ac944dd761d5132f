"""Request bodies: which media type came, what it says, and everything that is wrong with it."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

import orjson

from sandbox.contract import media, urlencoded, wire
from sandbox.contract.explain import LONGEST_SHOWN, MOST_VIOLATIONS, got, limited, shown, subject
from sandbox.contract.pointers import BrokenAt, join
from sandbox.contract.schemas import Schemas
from sandbox.kernel.errors import InvalidInput, UnsupportedMediaType, Violation

DEEPEST = 64


class BodyReader:
    __slots__ = ("_content", "_forms", "_required", "_schemas")

    def __init__(self, record: Mapping[str, Any], schemas: Schemas) -> None:
        self._schemas = schemas
        self._required: bool = record["required"]
        self._forms: dict[str | None, dict[str, wire.Slot]] = {}
        self._content: dict[str, str | None] = record["content"]

    def prove(self) -> None:
        """Compiles everything now, so that a broken schema is found at start."""
        for offered, pointer in self._content.items():
            if offered.startswith("multipart/"):
                raise BrokenAt(pointer or "", f"request bodies of {offered} are not supported")
            if pointer is not None:
                self._schemas.validator(pointer, "request").compile()

    def read(self, content_type: str | None, body: bytes) -> object:
        media_type = media.essence(content_type or "")
        if not body and not self._required:
            return None
        if not body and not (media_type == media.FORM and media.FORM in self._content):  # one without fields is empty
            raise InvalidInput([Violation("body", "", "required", "a request body is required")])
        offered = media.find(media_type, self._content)
        if offered is None:
            raise self._unsupported(content_type)
        pointer = self._content[offered]
        if media.is_json(media_type):
            value, faults = _read_json(body)
        elif media_type == media.FORM:
            value, faults = self._read_form(body, pointer)
        elif media.is_text(media_type):
            value, faults = _read_text(body)
        else:
            return body
        if pointer is not None and not any(fault.name == "" for fault in faults):
            validator = self._schemas.validator(pointer, "request")
            if not validator.is_valid(value):
                unread = {fault.name for fault in faults if fault.rule == "encoding"}
                faults += [fault for fault in validator.violations(value, "body") if fault.name not in unread]
        if faults:
            raise InvalidInput(limited(faults, "body"))
        return value

    def _unsupported(self, content_type: str | None) -> UnsupportedMediaType:
        offered = list(self._content)
        came = f"not {urlencoded.legible(content_type[:LONGEST_SHOWN])}" if content_type else "and no Content-Type came"
        return UnsupportedMediaType(
            f"this operation reads {' or '.join(offered)}, {came}",
            hint=f"Send the header Content-Type: {offered[0]}.",
            offered=offered,
        )

    def _read_form(self, body: bytes, pointer: str | None) -> tuple[dict[str, Any], list[Violation]]:
        slots = self._slots(pointer)
        values: dict[str, Any] = {}
        faults: dict[str, Violation] = {}
        for name, text in urlencoded.parse(body):
            if len(faults) > MOST_VIOLATIONS:
                break
            slot = slots.get(name)
            if not urlencoded.is_text(name) or not urlencoded.is_text(text):
                about = subject("body", [urlencoded.legible(name[:LONGEST_SHOWN])])
                message = f"{about.shown} must be UTF-8 text without NUL characters"
                faults[about.name] = Violation("body", about.name, "encoding", message)
            elif name not in values:
                values[name] = slot.first(text) if slot else text
            elif slot and slot.repeats:
                values[name].append(slot.coerce(text))
            elif (about := subject("body", [name])).name not in faults:
                message = f"{about.shown} must be given once, and came again as {shown(text, about)}"
                faults[about.name] = Violation("body", about.name, "duplicate", message, 1, got(text, about))
        return values, list(faults.values())

    def _slots(self, pointer: str | None) -> dict[str, wire.Slot]:
        if pointer not in self._forms:
            self._forms[pointer] = wire.form_slots(self._schemas, {"$ref": pointer} if pointer else {})
        return self._forms[pointer]


def _read_json(body: bytes) -> tuple[Any, list[Violation]]:
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        return None, [Violation("body", "", "json", f"the body must be valid JSON: {error}", expected="JSON")]
    # A body with few brackets is not deep, and most bodies have few: both checks cost a scan of the bytes.
    if body.count(b"{") + body.count(b"[") > DEEPEST and depth(value) > DEEPEST:
        message = f"the body must not nest deeper than {DEEPEST} levels"
        return None, [Violation("body", "", "depth", message, expected=DEEPEST)]
    nul = _nul_characters(value, []) if b"\\u0000" in body else ()
    return value, [*_repeated(body), *islice(nul, MOST_VIOLATIONS + 1)]


def _repeated(body: bytes) -> list[Violation]:
    """Violations for members that an object has twice: readers differ in which of the two they take. They are named
    alone, since the parser does not say where in the body it is."""
    repeated: list[str] = []

    def look(pairs: list[tuple[str, Any]]) -> None:
        if len(dict(pairs)) < len(pairs):
            repeated.extend(name for name, times in Counter(name for name, _ in pairs).items() if times > 1)

    # Numbers stay text: what they are worth is not asked here.
    json.loads(body, object_pairs_hook=look, parse_int=str, parse_float=str)
    names = dict.fromkeys(urlencoded.legible(name[:LONGEST_SHOWN]) for name in repeated[:MOST_VIOLATIONS])
    return [
        Violation("body", join([name]), "duplicate", f"body member {join([name])} must be given once", expected=1)
        for name in names
    ]


def _read_text(body: bytes) -> tuple[str, list[Violation]]:
    text = body.decode("utf-8", "surrogateescape")
    if urlencoded.is_text(text):
        return text, []
    return "", [Violation("body", "", "encoding", "the body must be UTF-8 text without NUL characters")]


def depth(value: object) -> int:
    """How deep arrays and objects nest; 0 for anything else."""
    levels, layer = 0, [value]
    while layer:
        nested = [item for item in layer if isinstance(item, (dict, list))]
        layer = [inner for item in nested for inner in (item.values() if isinstance(item, dict) else item)]
        levels += bool(nested)
    return levels


def _nul_characters(value: object, path: list[str | int]) -> Iterator[Violation]:
    """Violations for the strings that hold a NUL: JSON allows it, databases do not."""
    if isinstance(value, str) and "\0" in value:
        about = subject("body", path)
        yield Violation("body", about.name, "encoding", f"{about.shown} must not contain NUL characters")
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, member in members:
        if isinstance(name, str) and "\0" in name:
            pointer = join([*path, urlencoded.legible(name)])
            yield Violation("body", pointer, "encoding", "names of members must not contain NUL characters")
        yield from _nul_characters(member, [*path, name])
