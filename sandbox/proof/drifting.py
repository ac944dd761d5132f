"""A recorded answer beside the one that another server gave to the same call: shapes, types, enums, formats and
statuses are compared, never values. Of the values only the names that stand at an enum's place are in what is found."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from sandbox.ledger.exchanges import Exchange
from sandbox.proof.breaks import Break
from sandbox.proof.flows import Call
from sandbox.proof.outline import Op, Outline, media
from sandbox.proof.shapes import Shape
from sandbox.proof.showing import value_of
from sandbox.proof.views import Schema, View, view

TOLD_APART = ("date", "date-time")
"""Forms of texts whose change breaks whoever reads them."""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    """Lower-case names."""
    body: bytes


@dataclass(frozen=True)
class Replayed:
    """What became of a call of the recording."""

    recorded: str
    """The exchange's id."""
    operation: str
    status: int | None = None
    """What the other server answered; None where it was not asked."""
    left_out: str = ""
    """Why it was not."""
    found: tuple[Break, ...] = ()


def compare(outline: Outline, call: Call, answer: Answer, ignored: Iterable[str] = ()) -> tuple[Break, ...]:
    """`ignored` are patterns of places, `/accounts/*/nickname`, or of an operation and a place."""
    patterns = tuple(ignored)
    found = _differences(outline, call.op, call.exchange, answer)
    return tuple(
        one
        for one in dict.fromkeys(found)
        if not any(fnmatchcase(one.where, at) or fnmatchcase(f"{one.operation} {one.where}", at) for at in patterns)
    )


def _differences(outline: Outline, op: Op, recorded: Exchange, answer: Answer) -> Iterator[Break]:
    if recorded.status != answer.status:
        yield Break("changed-status", op.name, "", f"{recorded.status} was recorded, and {answer.status} came")
        return
    was, now = _kind(recorded.response_headers), _kind(answer.headers)
    if was != now:
        yield Break("removed-media-type", op.name, "", f"{was or 'nothing'} was recorded, and {now or 'nothing'} came")
        return
    if not now.endswith("json"):
        return
    before, after = None if "response" in recorded.cut else Shape(), Shape()
    if before is not None:
        before.add(value_of(recorded.response_body, recorded.response_headers))
    after.add(value_of(answer.body, answer.headers))
    said = media((op.answer(answer.status) or {}).get("content", {}), now)
    schema = said[1].get("schema", {}) if said else {}
    yield from _Walk(outline.document, op.name).differences(schema, before, after, "")


def _kind(headers: Mapping[str, str]) -> str:
    return headers.get("content-type", "").partition(";")[0].strip().lower()


class _Walk:
    def __init__(self, document: Mapping[str, Any], operation: str) -> None:
        self.document = document
        self.operation = operation

    def differences(self, schema: Schema, before: Shape | None, after: Shape, at: str) -> Iterator[Break]:
        """`before` is None where the recording has nothing at this place: then the document alone is the measure."""
        said = view(self.document, schema)
        yield from self._type(said, before, after, at)
        if said.enum is not None:
            unknown = sorted(word for word in after.words if word not in said.enum)
            if unknown or (after.others and "string" in said.types):
                told = ", ".join(unknown) or "values that are no names, and are not shown"
                yield self._break("wider-enum", at, f"the document does not list {told}")
        if before is not None:
            was = [form for form in TOLD_APART if before.kinds == {form}]
            if was and after.kinds and was[0] not in after.kinds:
                yield self._break("changed-format", at, f"{was[0]} was recorded, and {_list(after.kinds)} came")
        if after.objects:
            yield from self._members(said, before, after, at)
        if after.items is not None:
            yield from self.differences(said.items or {}, before.items if before else None, after.items, f"{at}/*")

    def _type(self, said: View, before: Shape | None, after: Shape, at: str) -> Iterator[Break]:
        allowed = set(said.types) or (before.types - {"null"} if before is not None else set[str]())
        if "number" in allowed:
            allowed.add("integer")
        strange = after.types - allowed - {"null"}
        if allowed and strange:
            yield self._break("changed-type", at, f"it is {_list(strange)}, and should be {_list(allowed)}")
        if "null" in after.types and said.types and not said.nullable:
            yield self._break("nullable", at, "null came, which the document does not allow")

    def _members(self, said: View, before: Shape | None, after: Shape, at: str) -> Iterator[Break]:
        recorded = before.members if before is not None else {}
        always = after.always
        for name in sorted(said.required - set(always)):
            if name not in after.members:
                yield self._break("removed-response-member", f"{at}/{name}", "the document requires it, and it is gone")
            else:
                yield self._break("optional-response-member", f"{at}/{name}", "the document requires it always")
        for name in recorded:
            if name not in after.members and name not in said.required:
                yield self._break("missing-member", f"{at}/{name}", "it was recorded, and did not come")
        for name, member in after.members.items():
            here = f"{at}/{name}"
            if name in said.properties:
                yield from self.differences(said.properties[name], recorded.get(name), member, here)
            elif isinstance(said.additional, Mapping):
                yield from self.differences(said.additional, recorded.get(name), member, f"{at}/*")
            elif name in recorded:
                yield from self.differences({}, recorded[name], member, here)
            else:
                yield self._break(
                    "undeclared-member", here, f"{_list(member.types)}, of which the document says nothing"
                )

    def _break(self, kind: str, at: str, text: str) -> Break:
        return Break(kind, self.operation, at or "/", text)


def _list(words: Iterable[str]) -> str:
    return ", ".join(sorted(words))
