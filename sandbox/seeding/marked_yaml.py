"""YAML with line numbers, so that an error in a seed file can say where."""

import re
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from sandbox.kernel.errors import SeedDataInvalid

if TYPE_CHECKING:
    Base = yaml.SafeLoader
else:
    Base = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

DEEPEST = 40
MOST_VALUES = 200_000
"""In one file. Aliases of aliases make a few lines explode into more."""


class Loader(Base):
    """Reads plain words as people mean them: `on` is no boolean, 19:42 no number to the base sixty, 02134 not octal."""

    yaml_implicit_resolvers = {}  # noqa: RUF012


TAG = "tag:yaml.org,2002:"
SCALARS: dict[str, Callable[[str], Any]] = {
    "str": str,
    "int": int,
    "float": float,
    "bool": lambda text: text.lower() == "true",
    "null": lambda _: None,
    "timestamp": date.fromisoformat,
}
for _name, _form, _first in (
    ("bool", r"(?:true|True|false|False)$", "tTfF"),
    ("null", r"(?:~|null|)$", ["~", "n", ""]),
    ("int", r"[-+]?(?:0|[1-9][0-9]*)$", "-+0123456789"),
    ("float", r"[-+]?(?:0|[1-9][0-9]*)\.[0-9]+$", "-+0123456789"),
    ("timestamp", r"[0-9]{4}-[0-9]{2}-[0-9]{2}$", "0123456789"),
):
    Loader.add_implicit_resolver(TAG + _name, re.compile(_form), list(_first))

Place = tuple[Hashable, ...]
"""The way from the root of a document to a value: ("accounts", 0, "kind")."""


@dataclass(frozen=True, slots=True)
class Document:
    source: str
    value: Any
    root: yaml.Node | None = field(repr=False, default=None)
    slips: tuple[tuple[yaml.Node, str], ...] = ()
    """What is wrong with the file as YAML, although it could be read: (where, what)."""

    def line(self, place: Place) -> int:
        """Of the value, or of the nearest thing around it that is in the file."""
        node, line = self.root, 1
        for part in place:
            found = _child(node, part)
            if found is None:
                break
            line, node = found
        return line

    def problem(self, place: Place, message: str) -> str:
        named = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place).lstrip(".")
        return f"{self.source}:{self.line(place)}: {named + ': ' if named else ''}{message}"

    def slipped(self) -> list[str]:
        return [f"{self.source}:{node.start_mark.line + 1}: {message}" for node, message in self.slips]


def _child(node: yaml.Node | None, part: Hashable) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for key, child in node.value:
            if key.value == str(part):
                return key.start_mark.line + 1, child
    elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        child = node.value[part]
        return child.start_mark.line + 1, child
    return None


def read(path: Path, source: str = "") -> Document:
    """Raises SeedDataInvalid for a file that cannot be read, is not UTF-8, or is not YAML."""
    source = source or str(path)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SeedDataInvalid([f"{source}:1: cannot be read: {error}"]) from error
    return parse(text, source)


def parse(text: str, source: str) -> Document:
    reader = _Reader()
    try:
        root = Loader(text).get_single_node()
        value = reader.value(root) if root is not None else None
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        what = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise SeedDataInvalid([f"{source}:{mark.line + 1 if mark else 1}: not YAML: {what}"]) from error
    return Document(source, value, root, tuple(reader.slips))


class _Reader:
    """Nodes as plain values; what is odd about them is noted on the way."""

    def __init__(self) -> None:
        self.slips: list[tuple[yaml.Node, str]] = []
        self.read = 0

    def value(self, node: yaml.Node, depth: int = 0) -> Any:
        self.read += 1
        if depth > DEEPEST or self.read > MOST_VALUES:
            raise ValueError("too much in too few lines: nested too deeply, or too many aliases")
        if isinstance(node, yaml.ScalarNode):
            return self.scalar(node)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(child, depth + 1) for child in node.value]
        mapping: dict[Any, Any] = {}
        for key, child in node.value:
            name = self.scalar(key) if isinstance(key, yaml.ScalarNode) else str(key.value)
            if name in mapping:
                self.slips.append((key, f"{name} is written twice"))
            mapping[name] = self.value(child, depth + 1)
        return mapping

    def scalar(self, node: yaml.ScalarNode) -> Any:
        convert = SCALARS.get(node.tag.removeprefix(TAG))
        if convert is None:
            self.slips.append((node, f"the tag {node.tag} has no meaning here"))
            return node.value
        try:
            return convert(node.value)
        except ValueError as error:
            self.slips.append((node, f"{node.value!r} cannot be read: {error}"))
            return node.value
