"""A consumer contract held against another document: whether that one takes what the client sends, and answers what
the client knows. Nothing is asked of any server."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sandbox.proof.breaks import Break
from sandbox.proof.outline import Op, Outline, media
from sandbox.proof.views import LOWER, Schema, View, view

DEEPEST = 40


def compare(contract: Outline, other: Outline) -> list[Break]:
    """Everything in which the other document breaks the contract, operation by operation."""
    return [found for op in contract.operations.values() for found in _Comparison(contract, other, op).breaks()]


class _Comparison:
    def __init__(self, contract: Outline, other: Outline, op: Op) -> None:
        self.contract = contract
        self.other = other
        self.op = op

    def _break(self, kind: str, where: str, text: str) -> Break:
        return Break(kind, self.op.name, where, text)

    def breaks(self) -> Iterator[Break]:
        op = self.op
        new = self.other.places.get((op.method, op.path)) or self._renamed()
        if new is None:
            moved = self.other.operations.get(op.name)
            hint = f"; {op.name} is {moved.method} {moved.path} now" if moved else ""
            yield self._break("removed-operation", "", f"there is no {op.method} {op.path}{hint}")
            return
        if new.written.get("deprecated") and not op.written.get("deprecated"):
            yield self._break("deprecated", "", f"{op.method} {op.path} is deprecated")
        yield from self._security(new)
        if not op.written.get("x-sandbank-never-accepted"):
            yield from self._parameters(new)
            yield from self._body(new)
        yield from self._answers(new)

    def _renamed(self) -> Op | None:
        """The same path with other names for its parameters."""
        found = self.other.match(self.op.method, self.op.path.replace("{", "").replace("}", ""))
        return found[0] if found and found[0].path.count("{") == self.op.path.count("{") else None

    def _security(self, new: Op) -> Iterator[Break]:
        ways = self.op.security
        if not new.security or any(_enough(had, wanted) for had in ways or ({},) for wanted in new.security):
            return
        wanted = " or ".join(_way(way) for way in new.security)
        yield self._break("changed-security", "", f"{wanted} is asked for")

    # --- What is sent ----------------------------------------------------------------------------------------------

    def _parameters(self, new: Op) -> Iterator[Break]:
        theirs = dict(zip(_in_path(self.op), _in_path(new), strict=True))
        for (place, name), said in self.op.parameters.items():
            where = f"{place} {name}"
            taken = new.parameters.get((place, theirs[name] if place == "path" else name))
            if taken is None:
                yield self._break("removed-parameter", where, f"{name} is no parameter any more")
                continue
            if taken.get("required") and not said.get("required"):
                yield self._break("new-required-parameter", where, f"{name} is required, and not always sent")
            yield from self._sent(said.get("schema", {}), taken.get("schema", {}), where, "", 0)
        for (place, name), said in new.parameters.items():
            if said.get("required") and place != "path" and (place, name) not in self.op.parameters:
                yield self._break("new-required-parameter", f"{place} {name}", f"{name} is required, and never sent")

    def _body(self, new: Op) -> Iterator[Break]:
        if self.op.body is None:
            if new.body is not None and new.body.get("required"):
                yield self._break("new-required-member", "body", "a body is required, and none is sent")
            return
        for kind, said in self.op.body.get("content", {}).items():
            found = media(new.body.get("content", {}), kind) if new.body is not None else None
            if found is None:
                yield self._break("removed-media-type", f"body {kind}", f"{kind} is not taken any more")
            else:
                yield from self._sent(said.get("schema", {}), found[1].get("schema", {}), "body", "", 0)

    def _sent(self, ours: Schema, theirs: Schema, where: str, at: str, depth: int) -> Iterator[Break]:
        """Whether everything that is sent is taken."""
        sent, taken = view(self.contract.document, ours), view(self.other.document, theirs)
        place = f"{where} {at}".rstrip()
        if refused := _refused(sent.types, taken.types):
            yield self._break("narrower-type", place, f"{_list(taken.types)} is taken, {_list(refused)} is sent")
            return
        if sent.nullable and sent.types and not taken.nullable:
            yield self._break("narrower-type", place, "null is sent, and not taken")
        if taken.enum is not None and sent.types != {"boolean"}:
            unknown = [value for value in sent.enum or () if value not in taken.enum]
            if sent.enum is None:
                yield self._break("narrower-enum", place, f"only {_list(taken.enum)} are taken now")
            elif unknown:
                yield self._break("narrower-enum", place, f"{_list(unknown)} is sent, and not taken any more")
        if taken.format and sent.format and taken.format != sent.format:
            yield self._break("narrower-type", place, f"the format {taken.format} is taken, {sent.format} is sent")
        yield from (self._break("narrower-range", place, text) for text in _outside(sent, taken))
        if taken.pattern and taken.pattern != sent.pattern:
            yield self._break("changed-pattern", place, f"it has to match {taken.pattern} now")
        if depth < DEEPEST:
            yield from self._sent_members(sent, taken, where, at, depth)

    def _sent_members(self, sent: View, taken: View, where: str, at: str, depth: int) -> Iterator[Break]:
        for name, schema in sent.properties.items():
            if name in taken.properties:
                yield from self._sent(schema, taken.properties[name], where, f"{at}/{name}", depth + 1)
            elif taken.types == {"object"} or taken.properties:
                text = "is refused" if taken.additional is False else "is not known any more"
                yield self._break("removed-request-member", f"{where} {at}/{name}", f"{name} is sent, and {text}")
        for name in sorted(taken.required - sent.required):
            if sent.types == {"object"}:
                text = f"{name} is required, and {'not always' if name in sent.properties else 'never'} sent"
                yield self._break("new-required-member", f"{where} {at}/{name}", text)
        if sent.items is not None and taken.items is not None:
            yield from self._sent(sent.items, taken.items, where, f"{at}/*", depth + 1)

    # --- What is answered ------------------------------------------------------------------------------------------

    def _answers(self, new: Op) -> Iterator[Break]:
        for status, said in self.op.responses.items():
            told = new.answer(int(status))
            if told is None:
                declared = ", ".join(sorted(new.responses))
                yield self._break("changed-status", status, f"{status} is not declared any more; {declared} are")
                continue
            theirs = {name.lower(): written for name, written in told.get("headers", {}).items()}
            for name in said.get("headers", {}):
                if name.lower() not in theirs:
                    text = f"the header {name} is not declared any more"
                    yield self._break("removed-response-member", f"{status} header {name}", text)
            for kind, content in said.get("content", {}).items():
                found = media(told.get("content", {}), kind)
                if found is None:
                    yield self._break("removed-media-type", f"{status} {kind}", f"it is not answered as {kind}")
                else:
                    yield from self._came(content.get("schema", {}), found[1].get("schema", {}), status, "", 0)

    def _came(self, ours: Schema, theirs: Schema, where: str, at: str, depth: int) -> Iterator[Break]:
        """Whether everything that may be answered is known."""
        known, told = view(self.contract.document, ours), view(self.other.document, theirs)
        place = f"{where} {at}".rstrip()
        if strange := _refused(told.types, known.types):
            yield self._break("changed-type", place, f"it was {_list(known.types)}, and is {_list(strange)}")
            return
        if told.nullable and told.types and known.types and not known.nullable:
            yield self._break("nullable", place, "it may be null now")
        if told.format != known.format and known.format and known.types & told.types:
            text = f"the format was {known.format}, and is {told.format or 'not said'}"
            yield self._break("changed-format", place, text)
        if known.enum is not None:
            new = [value for value in told.enum or () if value not in known.enum]
            if told.enum is None:
                yield self._break("wider-enum", place, "any value may come now")
            elif new:
                yield self._break("wider-enum", place, f"{_list(new)} may come now")
        if depth < DEEPEST:
            yield from self._members(known, told, where, at, depth)

    def _members(self, known: View, told: View, where: str, at: str, depth: int) -> Iterator[Break]:
        for name, schema in known.properties.items():
            here = f"{where} {at}/{name}"
            used = " (the client sends it later)" if schema.get("x-sandbank-used") else ""
            if name not in told.properties:
                yield self._break("removed-response-member", here, f"{name} is not in the document any more{used}")
                continue
            if name in known.required and name not in told.required:
                yield self._break("optional-response-member", here, f"{name} was always there, and may be missing now")
            yield from self._came(schema, told.properties[name], where, f"{at}/{name}", depth + 1)
        if known.items is not None and told.items is not None:
            yield from self._came(known.items, told.items, where, f"{at}/*", depth + 1)


def _refused(sent: frozenset[str], taken: frozenset[str]) -> frozenset[str]:
    """Types on the one side that the other does not take; an integer is a number."""
    if not sent or not taken:
        return frozenset()
    wide = taken | {"integer"} if "number" in taken else taken
    return sent - wide


def _outside(sent: View, taken: View) -> Iterator[str]:
    for name, bound in taken.bounds.items():
        value = sent.bounds.get(name)
        if value is not None and (value < bound if name in LOWER else value > bound):
            yield f"{name} is {bound:g} now, and {value:g} is sent"


def _in_path(op: Op) -> list[str]:
    return [part[1:-1] for part in op.path.split("/") if part.startswith("{")]


def _enough(had: Mapping[str, list[str]], wanted: Mapping[str, list[str]]) -> bool:
    return all(name in had and set(scopes) <= set(had[name]) for name, scopes in wanted.items())


def _way(way: Mapping[str, list[str]]) -> str:
    return (
        " and ".join(f"{name} ({', '.join(scopes)})" if scopes else name for name, scopes in way.items()) or "nothing"
    )


def _list(values: Iterable[Any]) -> str:
    return ", ".join(sorted(map(str, values)))
