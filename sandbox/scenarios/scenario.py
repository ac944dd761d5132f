"""A scenario as read: where it plays, and its steps."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Setting:
    """The world that is made for a run."""

    persona: str
    bank: str
    now: str
    """ISO 8601. The clock stands still but for the steps that move it."""
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Step:
    word: str
    """Of `steps.STEPS`."""
    said: Any
    """What stands behind the word; references in it are not followed yet."""
    line: int
    """In the scenario's file."""
    say: str = ""
    """What a narrator tells meanwhile."""
    name: str = ""
    """Under which later steps find what came of it."""
    refused: int = 0
    """The status with which it has to be refused; 0: it has to succeed."""


@dataclass(frozen=True, slots=True)
class Scenario:
    name: str
    story: str
    shows: str
    """What a developer learns from it, or tests with it."""
    setting: Setting
    steps: tuple[Step, ...]
    source: str
    """The file, as problems name it."""
    not_at: Mapping[str, str] = field(default_factory=dict)
    """The banks at which the story cannot happen, and why."""
