"""The documents as tests read them: pages, their blocks, and how what is shown compares with what came."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from docs.generate import documents
from docs.parts.serving import ROOT

FENCE = re.compile(r"^```(?P<info>[^\n]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
REST = "…"
"""Stands for whatever is there: in text for the rest of a line or, alone on one, for lines; in JSON for a value, the
rest of a text, further members or further items."""


@dataclass
class Block:
    """A fenced block; `expected` are the blocks marked as output that follow it."""

    language: str
    marks: tuple[str, ...]
    text: str
    line: int
    expected: list["Block"] = field(default_factory=list)


@dataclass(frozen=True)
class Page:
    path: Path

    @property
    def name(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @property
    def prose(self) -> str:
        """The text without its blocks."""
        return FENCE.sub("", self.text)

    def blocks(self) -> Iterator[Block]:
        for found in FENCE.finditer(self.text):
            language, *marks = found["info"].split() or [""]
            yield Block(language, tuple(marks), found["text"], self.text.count("\n", 0, found.start()) + 1)

    def runnable(self) -> list[Block]:
        """Blocks that are run, in order, with what they should print."""
        found: list[Block] = []
        for block in self.blocks():
            if "run" in block.marks:
                found.append(block)
            elif "output" in block.marks:
                found[-1].expected.append(block)
        return found


PAGES = [Page(path) for path in documents()]
ALL_TEXT = "\n".join(page.text for page in PAGES)


def text_matches(expected: str, came: str) -> bool:
    lines = [
        "(?:[^\n]*\n)*?" if line.strip() == REST else re.escape(line.rstrip()).replace(REST, "[^\n]*") + " *\n"
        for line in expected.strip().splitlines()
    ]
    return re.fullmatch("".join(lines), came.strip() + "\n") is not None


def json_matches(expected: object, came: object) -> bool:
    if isinstance(expected, str) and expected.endswith(REST):
        return expected == REST or (isinstance(came, str) and came.startswith(expected.removesuffix(REST)))
    if isinstance(expected, dict) and isinstance(came, dict):
        named = expected.keys() - {REST}
        known = named <= came.keys() if REST in expected else named == came.keys()
        return known and all(json_matches(expected[name], came[name]) for name in named)
    if isinstance(expected, list) and isinstance(came, list):
        shown = expected[:-1] if expected[-1:] == [REST] else expected
        enough = len(came) > len(shown) if shown is not expected else len(came) == len(shown)
        return enough and all(json_matches(one, other) for one, other in zip(shown, came, strict=False))
    return expected == came
