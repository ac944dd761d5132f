"""YAML with line numbers, so that an error in a seed file can say where."""

import re
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from sandbox.kernel.errors import SeedDataInvalid

if TYPE_CHECKING:
    Base = yaml.SafeLoader
else:
    Base = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Loader(Base):
    """Reads plain words as people mean them: `on` is no boolean, 19:42 no number to the base of sixty, 02134 not octal."""

    yaml_implicit_resolvers = {}  # noqa: RUF012


for _tag, _form, _first in (
    ("bool", r"(?:true|True|false|False)$", "tTfF"),
    ("null", r"(?:~|null|)$", ["~", "n", ""]),
    ("int", r"[-+]?(?:0|[1-9][0-9]*)$", "-+0123456789"),
    ("float", r"[-+]?(?:0|[1-9][0-9]*)\.[0-9]+$", "-+0123456789"),
    ("timestamp", r"[0-9]{4}-[0-9]{2}-[0-9]{2}$", "0123456789"),
    ("merge", r"<<$", "<"),
):
    Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_form), list(_first))

Place = tuple[Hashable, ...]
"""The way from the root of a document to a value: ("accounts", 0, "kind")."""


@dataclass(frozen=True, slots=True)
class Document:
    source: str
    value: Any
    lines: Mapping[Place, int]
    twice: tuple[Place, ...] = field(default=())
    """Keys that occur again in the same mapping, of which YAML would silently keep the last."""

    def line(self, place: Place) -> int:
        """Of the value, or of the nearest thing around it that is in the file."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)

    def problem(self, place: Place, message: str) -> str:
        named = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place).lstrip(".")
        return f"{self.source}:{self.line(place)}: {named + ': ' if named else ''}{message}"


def read(path: Path, source: str = "") -> Document:
    """Raises SeedDataInvalid for a file that cannot be read, is not UTF-8, or is not YAML."""
    source = source or str(path)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SeedDataInvalid([f"{source}:1: cannot be read: {error}"]) from error
    return parse(text, source)


def parse(text: str, source: str) -> Document:
    loader = Loader(text)
    try:
        node = loader.get_single_node()
        lines: dict[Place, int] = {}
        twice: list[Place] = []
        _note(node, (), lines, twice)
        value = loader.construct_document(node) if node is not None else None
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        what = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise SeedDataInvalid([f"{source}:{mark.line + 1 if mark else 1}: not YAML: {what}"]) from error
    finally:
        loader.dispose()
    return Document(source, value, lines, tuple(twice))


def _note(node: yaml.Node | None, place: Place, lines: dict[Place, int], twice: list[Place]) -> None:
    if node is None:
        return
    lines.setdefault(place, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        for key, child in node.value:
            inner = (*place, key.value)
            if inner in lines:
                twice.append(inner)
            lines[inner] = key.start_mark.line + 1
            _note(child, inner, lines, twice)
    elif isinstance(node, yaml.SequenceNode):
        for index, child in enumerate(node.value):
            _note(child, (*place, index), lines, twice)
