"""The safe part of a recording asked of another server: what read something with a consent, in its order, with the ids
and cursors that this server's own answers have where the recorded ones had theirs."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from sandbox.http.redaction import MARK
from sandbox.proof.breaks import Break
from sandbox.proof.drifting import Answer, Replayed, compare
from sandbox.proof.flows import Call, at
from sandbox.proof.outline import Outline
from sandbox.proof.replaying import safe
from sandbox.proof.showing import value_of

Ask = Callable[[str, Mapping[str, str]], Answer]
"""From a path with its query, below the server's address, and headers."""


class NotReached(Exception):
    """The other server gave no answer; the text says why."""


class _LeftOut(Exception):
    """A value that cannot be had."""


@dataclass(frozen=True)
class Repeat:
    ask: Ask
    parameters: Mapping[str, str]
    """Values by the name of a parameter, in place of those that were recorded."""
    ignored: tuple[str, ...]
    most: int

    def run(self, outline: Outline, recorded: list[Call]) -> Iterator[Replayed]:
        """One after the other, in their order."""
        answers: dict[int, object] = {}
        asked = 0
        for index, call in enumerate(recorded):
            name, number = call.op.name, call.exchange.id
            if not safe(call):
                continue
            if asked >= self.most:
                yield Replayed(number, name, left_out=f"there were {self.most} calls before it")
                continue
            try:
                path = self._path(call, answers)
            except _LeftOut as error:
                yield Replayed(number, name, left_out=str(error))
                continue
            asked += 1
            try:
                answer = self.ask(path, _headers(call))
            except NotReached as error:
                yield Replayed(number, name, found=(Break("unreached", name, "", str(error)),))
                continue
            if answer.status < 300:
                answers[index] = value_of(answer.body, answer.headers)
            yield Replayed(number, name, answer.status, found=compare(outline, call, answer, self.ignored))

    def _path(self, call: Call, answers: Mapping[int, object]) -> str:
        path, query = call.op.path, {}
        for (place, name), recorded in call.values.items():
            value = self._value(call, place, name, recorded, answers)
            if place == "path":
                path = path.replace(f"{{{name}}}", quote(value, safe=""))
            else:
                query[name] = value
        return path + (f"?{urlencode(query)}" if query else "")

    def _value(self, call: Call, place: str, name: str, recorded: str, answers: Mapping[int, object]) -> str:
        if name in self.parameters:
            return self.parameters[name]
        source = call.sources.get((place, name))
        if source is not None:
            found = at(answers[source.index], source) if source.index in answers else None
            if found is None:
                raise _LeftOut(f"{name} stands at {source.place} of {source.operation}, which has nothing there")
            return found
        if place == "path" or MARK in recorded:
            raise _LeftOut(f"where {name} comes from is not in the recording; --param {name}=… says what it is")
        return recorded


def _headers(call: Call) -> dict[str, str]:
    """Those that the document declares; of secrets there is nothing in a recording that could be sent."""
    declared = {name for place, name in call.op.parameters if place == "header"} | {"accept"}
    headers = call.exchange.request_headers
    return {name: value for name, value in headers.items() if name in declared and MARK not in value}
