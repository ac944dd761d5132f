"""What a client used of a document, as far as its exchanges tell."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote

from sandbox.ledger.exchanges import Exchange
from sandbox.proof.outline import Op, Outline
from sandbox.proof.shapes import Shape
from sandbox.proof.showing import FORM, value_of
from sandbox.proof.views import view


@dataclass
class Used:
    """One operation."""

    op: Op
    calls: int = 0
    accepted: int = 0
    """Answered with less than 400: of the others nothing is learned of what may be sent."""
    parameters: dict[tuple[str, str], Shape] = field(default_factory=dict)
    bodies: dict[str, Shape] = field(default_factory=dict)
    """By media type."""
    answers: dict[int, dict[str, Shape]] = field(default_factory=dict)
    """By status and media type."""
    headers: dict[int, set[str]] = field(default_factory=dict)
    """Names of the answers'."""
    cut: int = 0
    """Bodies that the journal does not have whole, and of which nothing is said here."""


def usage(outline: Outline, exchanges: Iterable[Exchange]) -> dict[str, Used]:
    """By operation. What no operation has, and what a fault answered in the bank's place, is left out."""
    found: dict[str, Used] = {}
    for one in exchanges:
        matched = outline.match(one.method, one.path)
        if matched is None or one.faults:
            continue
        op, path = matched
        used = found.setdefault(op.name, Used(op))
        used.calls += 1
        if one.status < 400:
            used.accepted += 1
            _asked(outline, used, one, {name: unquote(value) for name, value in path.items()})
        _answered(used, one)
    return found


def _asked(outline: Outline, used: Used, one: Exchange, path: dict[str, str]) -> None:
    values = [("path", *pair) for pair in path.items()]
    values += [("query", *pair) for pair in parse_qsl(one.query, keep_blank_values=True)]
    values += [("header", *pair) for pair in one.request_headers.items()]
    for place, name, value in values:
        said = used.op.parameters.get((place, name))
        if said is not None:
            types = view(outline.document, said.get("schema", {})).types
            seen = used.parameters.setdefault((place, name), Shape())
            for part in value.split(",") if "array" in types else [value]:
                seen.add(typed(part, types))
    if not one.request_body or used.op.body is None:
        return
    if "request" in one.cut:
        used.cut += 1
        return
    kind = one.request_headers.get("content-type", "").partition(";")[0].strip().lower()
    value = value_of(one.request_body, one.request_headers)
    if kind == FORM or kind.endswith("json"):
        used.bodies.setdefault(kind, Shape()).add(value)


def typed(text: str, types: frozenset[str]) -> object:
    """A parameter's value as its schema means it; as text where it is none such."""
    try:
        if "integer" in types:
            return int(text)
        return float(text) if "number" in types else text
    except ValueError:
        return text


def _answered(used: Used, one: Exchange) -> None:
    used.headers.setdefault(one.status, set()).update(one.response_headers)
    media = used.answers.setdefault(one.status, {})
    kind = one.response_headers.get("content-type", "").partition(";")[0].strip().lower()
    if not kind:
        return
    seen = media.setdefault(kind, Shape())
    if "response" in one.cut:
        used.cut += 1
    elif kind.endswith("json") and one.response_body:
        seen.add(value_of(one.response_body, one.response_headers))
