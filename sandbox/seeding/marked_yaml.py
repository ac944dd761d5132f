"""YAML with line numbers, so that an error in a seed file can say where.

Values are built from the parser's events and not from PyYAML's nodes: enough brackets overflow the recursion in C that
composes those.
"""

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from sandbox.kernel.errors import SeedDataInvalid

Parser: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

DEEPEST = 40
MOST_VALUES = 200_000
"""In one file. Aliases of aliases make a few lines explode into more."""

TAG = "tag:yaml.org,2002:"
SCALARS: Mapping[str, Callable[[str], Any]] = {
    "str": str,
    "int": int,
    "float": float,
    "bool": lambda text: text.lower() == "true",
    "null": lambda _: None,
    "timestamp": date.fromisoformat,
}
PLAIN = re.compile(
    r"(?P<bool>true|True|false|False)|(?P<null>~|null|)|(?P<int>[-+]?(?:0|[1-9][0-9]*))"
    r"|(?P<float>[-+]?(?:0|[1-9][0-9]*)\.[0-9]+)|(?P<timestamp>[0-9]{4}-[0-9]{2}-[0-9]{2})"
)
"""What words without quotes mean, which is what people mean by them: `on` is no boolean, 19:42 no number to the base
sixty, 02134 not octal."""

Place = tuple[Hashable, ...]
"""The way from the root of a document to a value: ("accounts", 0, "kind")."""
Keys = tuple[str, ...]
"""The same in words: ("accounts", "0", "kind")."""


@dataclass(frozen=True, slots=True)
class Document:
    source: str
    value: Any
    lines: Mapping[Keys, int] = field(repr=False, default_factory=dict)
    slips: tuple[tuple[int, str], ...] = ()
    """What is wrong with the file as YAML, although it could be read: (line, what)."""

    def line(self, place: Place) -> int:
        """Of the value, or of the nearest thing around it that is in the file."""
        keys = tuple(map(str, place))
        return next((self.lines[keys[:end]] for end in range(len(keys), 0, -1) if keys[:end] in self.lines), 1)

    def problem(self, place: Place, message: str) -> str:
        named = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place).lstrip(".")
        return f"{self.source}:{self.line(place)}: {named + ': ' if named else ''}{message}"

    def problems(self, found: Iterable[tuple[Place, str]] = ()) -> list[str]:
        """What was found, and what had slipped in before, in the order of the lines."""
        marked = [(line, f"{self.source}:{line}: {message}") for line, message in self.slips]
        marked += [(self.line(place), self.problem(place, message)) for place, message in found]
        return [problem for _, problem in sorted(marked, key=lambda one: one[0])]


def read(path: Path, source: str = "") -> Document:
    """Raises SeedDataInvalid for a file that cannot be read, is not UTF-8, or is not YAML."""
    source = source or str(path)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SeedDataInvalid([f"{source}:1: cannot be read: {error}"]) from error
    return parse(text, source)


def parse(text: str, source: str) -> Document:
    """Raises SeedDataInvalid for what is not YAML."""
    try:
        reader = _Reader(list(_events(text)))
        value = reader.document()
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        what = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise SeedDataInvalid([f"{source}:{mark.line + 1 if mark else 1}: not YAML: {what}"]) from error
    slips = dict.fromkeys(reader.slips)  # an alias repeats those of what it stands for
    return Document(source, value, reader.lines, tuple(slips))


def _events(text: str) -> Iterator[Any]:
    """Stops where it gets too deep: to libyaml each further bracket costs more than the one before."""
    depth = 0
    for event in yaml.parse(text, Loader=Parser):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise _wrong("nested too deeply", event)
        yield event


class _Reader:
    """Events as plain values; where they stand, and what is odd about them, is noted on the way."""

    def __init__(self, events: Sequence[Any]) -> None:
        self.lines: dict[Keys, int] = {}
        self.slips: list[tuple[int, str]] = []
        self._events = events
        self._at = 0
        self._anchors: dict[str, int] = {}
        self._count = 0

    def document(self) -> Any:
        starts = [at for at, event in enumerate(self._events) if isinstance(event, yaml.DocumentStartEvent)]
        if len(starts) > 1:
            raise _wrong("a second document begins here", self._events[starts[1]])
        if not starts:
            return None
        self._at = starts[0] + 1
        return self._value(())

    def _value(self, keys: Keys) -> Any:
        """The value whose first event is the next one, and which `keys` lead to."""
        self._count += 1
        if len(keys) > DEEPEST or self._count > MOST_VALUES:
            raise ValueError("too many values, or too many aliases of aliases")
        event = self._events[self._at]
        if isinstance(event, yaml.AliasEvent):
            return self._again(event, keys)
        if event.anchor is not None:
            self._anchors[event.anchor] = self._at
        self.lines.setdefault(keys, _line(event))
        self._at += 1
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        value = self._sequence(keys) if isinstance(event, yaml.SequenceStartEvent) else self._mapping(keys)
        self._at += 1
        return value

    def _again(self, event: yaml.AliasEvent, keys: Keys) -> Any:
        """What an alias stands for, read where it stands."""
        if event.anchor not in self._anchors:
            raise _wrong(f"*{event.anchor} stands for nothing", event)
        here, self._at = self._at, self._anchors[event.anchor]
        value = self._value(keys)
        self._at = here + 1
        return value

    def _sequence(self, keys: Keys) -> list[Any]:
        values: list[Any] = []
        while not isinstance(self._events[self._at], yaml.SequenceEndEvent):
            values.append(self._value((*keys, str(len(values)))))
        return values

    def _mapping(self, keys: Keys) -> dict[Any, Any]:
        values: dict[Any, Any] = {}
        while not isinstance(event := self._events[self._at], yaml.MappingEndEvent):
            name = self._value((*keys, "?"))
            if isinstance(name, list | dict):
                self.slips.append((_line(event), "a key has to be a word"))
                name = "?"
            elif name in values:
                self.slips.append((_line(event), f"{name} is written twice"))
            inside = (*keys, str(name))
            self.lines.setdefault(inside, _line(event))
            values[name] = self._value(inside)
        return values

    def _scalar(self, event: yaml.ScalarEvent) -> Any:
        """A value without a tag is what it looks like, or text where it stands in quotes."""
        plain, quoted = event.implicit
        kind = _looks_like(event.value) if plain else "str" if quoted else str(event.tag).removeprefix(TAG)
        if kind not in SCALARS:
            self.slips.append((_line(event), f"the tag {event.tag} has no meaning here"))
            return event.value
        try:
            return SCALARS[kind](event.value)
        except ValueError as error:
            self.slips.append((_line(event), f"{event.value!r} cannot be read: {error}"))
            return event.value


def _wrong(problem: str, event: yaml.Event) -> yaml.YAMLError:
    return yaml.MarkedYAMLError(problem=problem, problem_mark=event.start_mark)  # type: ignore[arg-type]


def _line(event: yaml.Event) -> int:
    return int(event.start_mark.line) + 1  # type: ignore[union-attr]


def _looks_like(text: str) -> str:
    found = PLAIN.fullmatch(text)
    return found.lastgroup or "" if found else "str"
