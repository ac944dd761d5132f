"""Where a client has its values from: an account's id that it read in a list, a cursor that a page ended with.

Ids differ from bank to bank, from client to client and from consent to consent. Whoever repeats a recording asks for
the list first, and takes what stands there.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from sandbox.contract.pointers import join
from sandbox.ledger.exchanges import Exchange
from sandbox.proof.outline import Op, Outline
from sandbox.proof.shapes import kind_of
from sandbox.proof.showing import value_of

SHORTEST = 5
"""Signs of a value that is no accident."""
PLACED = ("date", "date-time", "url")
"""Forms of values that two messages may share without one having it from the other."""


@dataclass(frozen=True)
class Source:
    """A place in an answer."""

    index: int
    """Of the exchange."""
    operation: str
    tokens: tuple[str | int, ...]
    parameter: str = ""
    """Of the query of the link that stands there."""

    @property
    def place(self) -> str:
        """As a pointer; a place in a list is *."""
        return join("*" if isinstance(token, int) else token for token in self.tokens)


@dataclass
class Call:
    """An exchange of an operation, with the values that it was called with."""

    exchange: Exchange
    op: Op
    values: dict[tuple[str, str], str]
    """By where (path, query) and what they are called."""
    sources: dict[tuple[str, str], Source] = field(default_factory=dict)
    """Those of the values that stood in an earlier answer."""


def calls(outline: Outline, exchanges: Iterable[Exchange]) -> list[Call]:
    """In their order, those of the document's operations."""
    known: dict[tuple[str, str], Source] = {}
    found: list[Call] = []
    for one in exchanges:
        matched = outline.match(one.method, one.path)
        if matched is None:
            continue
        op, path = matched
        values = {("path", name): unquote(value) for name, value in path.items()}
        values |= {("query", name): value for name, value in parse_qsl(one.query, keep_blank_values=True)}
        sources = {key: known[one.consent, value] for key, value in values.items() if (one.consent, value) in known}
        if one.status < 300 and "response" not in one.cut:
            for value, source in _values(len(found), op.name, value_of(one.response_body, one.response_headers)):
                known.setdefault((one.consent, value), source)
        found.append(Call(one, op, values, sources))
    return found


def sent_back(found: Iterable[Call]) -> dict[str, set[str]]:
    """The places of each operation's answers whose values came back: the client surely reads them."""
    places: dict[str, set[str]] = {}
    for call in found:
        for source in call.sources.values():
            places.setdefault(source.operation, set()).add(source.place)
    return places


def at(value: Any, source: Source) -> str | None:
    """What stands at the same place of another answer: in a list, the first that has something there."""
    for one in _reached(value, source.tokens):
        if source.parameter:
            query = dict(parse_qsl(urlsplit(one).query)) if isinstance(one, str) else {}
            if source.parameter in query:
                return query[source.parameter]
        elif isinstance(one, str | int) and not isinstance(one, bool):
            return str(one)
    return None


def _reached(value: Any, tokens: tuple[str | int, ...]) -> Iterator[Any]:
    if not tokens:
        yield value
        return
    token, deeper = tokens[0], tokens[1:]
    if isinstance(token, int) and isinstance(value, list):
        for item in [*value[token : token + 1], *value]:
            yield from _reached(item, deeper)
    elif isinstance(token, str) and isinstance(value, Mapping) and token in value:
        yield from _reached(value[token], deeper)


def _values(index: int, operation: str, value: Any) -> Iterator[tuple[str, Source]]:
    """Every text of an answer that could be sent again."""
    for tokens, text in _texts(value, ()):
        if len(text) >= SHORTEST and kind_of(text) not in PLACED:
            yield text, Source(index, operation, tokens)
        if "?" in text:
            for name, part in parse_qsl(urlsplit(text).query):
                yield part, Source(index, operation, tokens, name)


def _texts(value: Any, tokens: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if isinstance(value, dict):
        for name, member in value.items():
            yield from _texts(member, (*tokens, name))
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from _texts(item, (*tokens, place))
    elif isinstance(value, str | int) and not isinstance(value, bool):
        yield tokens, str(value)
