"""What has been seen at each place of many JSON values: types, members, numbers from and to. Of the values themselves
only those stay that name something, and nothing of a person's."""

import re
from dataclasses import dataclass, field
from typing import Any

from sandbox.http.redaction import MARK

WORD = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,39}")
"""What could be one of an enum's values."""
MOST_WORDS = 60
TYPES = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}


@dataclass
class Shape:
    times: int = 0
    types: set[str] = field(default_factory=set)
    """Of JSON Schema, and `null`."""
    members: dict[str, "Shape"] = field(default_factory=dict)
    objects: int = 0
    items: "Shape | None" = None
    others: int = 0
    """Texts that are no word."""
    words: set[Any] = field(default_factory=set)
    """Values, at most `MOST_WORDS`: for places at which a document has an enum."""
    low: float | None = None
    high: float | None = None
    """Of numbers."""
    shortest: int | None = None
    longest: int | None = None
    """Of texts."""
    kinds: set[str] = field(default_factory=set)
    """Of texts: date, date-time, uuid, decimal, text."""

    def add(self, value: Any) -> None:
        self.times += 1
        self.types.add("null" if value is None else TYPES[type(value)])
        if isinstance(value, dict):
            self.objects += 1
            for name, member in value.items():
                self.members.setdefault(name, Shape()).add(member)
        elif isinstance(value, list):
            for item in value:
                self.items = self.items or Shape()
                self.items.add(item)
        elif isinstance(value, str) and not value.startswith(MARK):
            self.kinds.add(kind_of(value))
            length = len(value)
            self.shortest = length if self.shortest is None else min(self.shortest, length)
            self.longest = length if self.longest is None else max(self.longest, length)
            if not WORD.fullmatch(value):
                self.others += 1
            elif len(self.words) < MOST_WORDS:
                self.words.add(value)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            self.low = value if self.low is None else min(self.low, value)
            self.high = value if self.high is None else max(self.high, value)

    @property
    def always(self) -> list[str]:
        """The members that no object was without."""
        return [name for name, member in self.members.items() if member.times == self.objects]


FORMS = (
    ("date", re.compile(r"\d{4}-\d\d-\d\d")),
    ("date-time", re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:?\d\d)?")),
    ("uuid", re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")),
    ("decimal", re.compile(r"[+-]?\d+(\.\d+)?")),
    ("url", re.compile(r"https?://\S+")),
)


def kind_of(text: str) -> str:
    return next((name for name, form in FORMS if form.fullmatch(text)), "text")
