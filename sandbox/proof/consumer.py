"""The consumer contract: the part of a document that a client uses, as an OpenAPI document of its own.

Of what is sent it has what was sent (members, values, numbers from and to), of what is answered the members that came,
with all that the document says of each. So it can be held against any other document (`comparing`): that one has to
take what this one sends, and to answer what this one knows.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.ledger.exchanges import Exchange
from sandbox.proof.outline import Outline, media
from sandbox.proof.shapes import Shape
from sandbox.proof.usage import Used, usage
from sandbox.proof.views import BOUNDS, Schema, View, view

Json = dict[str, Any]
WITH_FORM = ("date", "date-time", "uuid")
"""Formats whose length says nothing."""


def contract(outline: Outline, exchanges: Iterable[Exchange], *, sent_back: Mapping[str, set[str]]) -> Json:
    """`sent_back` has the places of each operation's answers whose values the client sent later: those it surely
    reads (`x-sandbank-used`)."""
    found = usage(outline, exchanges)
    writer = _Writer(outline, sent_back)
    paths: dict[str, Json] = {}
    for name in sorted(found):
        op = found[name].op
        paths.setdefault(op.path, {})[op.method.lower()] = writer.operation(found[name])
    told: Json = {
        "openapi": "3.0.3",
        "info": {
            "title": f"What a client uses of: {outline.title}",
            "version": outline.version,
            "description": "Written by `sandbank contract export` from exchanges. Hold it against another version of "
            "the document with `sandbank contract verify`.",
            "x-sandbank-contract": {
                "operations": len(found),
                "exchanges": sum(one.calls for one in found.values()),
                "bodies_cut": sum(one.cut for one in found.values()),
            },
        },
        "servers": [{"url": outline.prefix or "/"}],
        "paths": dict(sorted(paths.items())),
    }
    schemes = {name for one in found.values() for way in one.op.security for name in way}
    written = outline.document.get("components", {}).get("securitySchemes", {})
    if schemes:
        told["components"] = {"securitySchemes": {name: written[name] for name in sorted(schemes) if name in written}}
    return told


class _Writer:
    def __init__(self, outline: Outline, sent_back: Mapping[str, set[str]]) -> None:
        self.outline = outline
        self.sent_back = sent_back

    def operation(self, used: Used) -> Json:
        op = used.op
        told: Json = {"operationId": op.name, "summary": op.written.get("summary", op.name)}
        if op.written.get("deprecated"):
            told["deprecated"] = True
        if not used.accepted:
            told["x-sandbank-never-accepted"] = True
        if op.parameters:
            told["parameters"] = list(self._parameters(used))
        if used.bodies and op.body is not None:
            told["requestBody"] = self._body(op.body, used)
        told["responses"] = {str(status): self._response(used, status) for status in sorted(used.answers)}
        told["security"] = [dict(way) for way in op.security]
        return told

    def _parameters(self, used: Used) -> Iterable[Json]:
        for (place, name), said in used.op.parameters.items():
            seen = used.parameters.get((place, name))
            if seen is None and place != "path":
                continue
            always = seen is not None and seen.times >= used.accepted > 0
            told: Json = {"name": said["name"], "in": place, "required": place == "path" or always}
            told |= {key: said[key] for key in ("style", "explode") if key in said}
            yield told | {"schema": self.sent(said.get("schema", {}), seen)}

    def _body(self, said: Mapping[str, Any], used: Used) -> Json:
        content = {}
        for kind, seen in used.bodies.items():
            found = media(said.get("content", {}), kind)
            content[kind] = {"schema": self.sent(found[1].get("schema", {}) if found else {}, seen)}
        return {"required": sum(seen.times for seen in used.bodies.values()) >= used.accepted, "content": content}

    def _response(self, used: Used, status: int) -> Json:
        said = used.op.answer(status) or {}
        told: Json = {"description": said.get("description") or f"Not in the document: {status}"}
        heads = {
            name: self._header(written)
            for name, written in said.get("headers", {}).items()
            if name.lower() in used.headers.get(status, ())
        }
        if heads:
            told["headers"] = heads
        content = {}
        for kind, seen in used.answers[status].items():
            found = media(said.get("content", {}), kind)
            schema = found[1].get("schema", {}) if found else {}
            proven = self.sent_back.get(used.op.name, set()) if status < 300 else set[str]()
            content[kind] = {"schema": self.came(schema, seen if seen.times else None, proven, "")}
        return told | ({"content": content} if content else {})

    def _header(self, written: Mapping[str, Any]) -> Json:
        said = self.outline.resolved(written)
        return {"schema": self.came(said.get("schema", {}), None, set(), "")}

    # --- Schemas ---------------------------------------------------------------------------------------------------

    def sent(self, schema: Schema, seen: Shape | None) -> Json:
        """What the client sends at a place of which the document says this."""
        said = view(self.outline.document, schema)
        if seen is None:
            return _bare(said)
        types = (seen.types - {"null"}) or said.types
        if "array" in said.types and "array" not in types:  # a parameter's items, one by one
            return {"type": "array", "items": self.sent(said.items or {}, seen)}
        told: Json = _typed(types if len(types) == 1 else said.types or types)
        if "null" in seen.types:
            told["nullable"] = True
        if said.format:
            told["format"] = said.format
        if said.enum is not None:
            told["enum"] = [value for value in said.enum if value in seen.words] or list(said.enum)
        elif said.format not in WITH_FORM:
            numbers = {"minimum": seen.low, "maximum": seen.high}
            lengths = {"minLength": seen.shortest, "maxLength": seen.longest}
            told |= {name: value for name, value in (numbers | lengths).items() if value is not None}
        if said.pattern:
            told["pattern"] = said.pattern
        if seen.members:
            told["properties"] = {
                name: self.sent(said.properties.get(name, {}), member) for name, member in seen.members.items()
            }
            told |= {"required": seen.always} if seen.always else {}
        if "array" in types:
            told["items"] = self.sent(said.items or {}, seen.items)
        return told

    def came(self, schema: Schema, seen: Shape | None, proven: set[str], at: str) -> Json:
        """What the client was told at a place of which the document says this. `proven` are the places whose values
        it sent later."""
        said = view(self.outline.document, schema)
        told = _bare(said)
        if at in proven:
            told["x-sandbank-used"] = "sent-back"
        if seen is None:
            return told
        if not said.types:
            told = _typed(seen.types - {"null"}) | ({"nullable": True} if "null" in seen.types else {}) | told
        if said.enum is not None and seen.words:
            told["x-sandbank-seen"] = sorted(value for value in said.enum if value in seen.words)
        named = {name: member for name, member in seen.members.items() if name in said.properties}
        if named:
            told["properties"] = {
                name: self.came(said.properties[name], member, proven, f"{at}/{name}") for name, member in named.items()
            }
            required = [name for name in named if name in said.required]
            told |= {"required": required} if required else {}
        if isinstance(said.additional, Mapping):
            others = [member for name, member in seen.members.items() if name not in said.properties]
            if others:
                told["additionalProperties"] = self.came(said.additional, others[0], proven, f"{at}/*")
        if "array" in seen.types:
            told["items"] = self.came(said.items or {}, seen.items, proven, f"{at}/*")
        return told


def _bare(said: View) -> Json:
    """What a view says of a value that is looked into no further."""
    told = _typed(said.types)
    if said.nullable and said.types:
        told["nullable"] = True
    if said.format:
        told["format"] = said.format
    if said.enum is not None:
        told["enum"] = list(said.enum)
    if said.pattern:
        told["pattern"] = said.pattern
    if said.types == {"array"}:
        told["items"] = {}
    if said.deprecated:
        told["deprecated"] = True
    return told | {name: said.bounds[name] for name in BOUNDS if name in said.bounds}


def _typed(types: Iterable[str]) -> Json:
    """OpenAPI 3.0 has one type to a schema."""
    names = sorted(types)
    if len(names) > 1:
        ways: list[Json] = [{"type": name} | ({"items": {}} if name == "array" else {}) for name in names]
        return {"anyOf": ways}
    return {"type": names[0]} if names else {}
