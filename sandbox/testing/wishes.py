"""What tests and command lines ask of the fixtures, and what a wrong wish is told."""

import argparse
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Self

import pytest

BANKS = ("chase", "citi", "usbank", "wellsfargo")
"""Written down, since to look for them would take every start of pytest the time to import them."""
NOW = "2026-06-15T15:00:00Z"
"""Where worlds' clocks stand unless told: the same on any day, so that tests are."""

MARKER = (
    "sandbank(banks=None, persona='maya', now=None, frozen=True, seed=1, snapshot=None): what Sandbank's fixtures give "
    "this test: at which banks it runs, who its persona is, where its world's clock stands and whether it stands "
    "still, or the snapshot's file from which its world is made"
)


class Slug(str):
    """A bank of our own fixture, told apart from whatever else tests are parametrised with under the name `bank`."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Wishes:
    banks: tuple[str, ...] = BANKS
    persona: str = "maya"
    now: str | None = None
    frozen: bool = True
    seed: int = 1
    snapshot: str | None = None

    @property
    def another_world(self) -> bool:
        """Whether only a world of the test's own will do."""
        return self.now is not None or self.snapshot is not None or self.seed != 1 or not self.frozen

    @classmethod
    def of(cls, item: pytest.Item) -> Self:
        """From the markers `sandbank` of a test, its class and its module; the nearest wins. Raises UsageError."""
        given: dict[str, Any] = {}
        for marker in item.iter_markers("sandbank"):
            if marker.args:
                raise pytest.UsageError(f"{item.nodeid}: the marker sandbank takes names: sandbank(persona='omar')")
            given = {**marker.kwargs, **given}
        return cls(**_checked(item, {name: value for name, value in given.items() if value is not None}))


KNOWN = [field.name for field in fields(Wishes)]


def _checked(item: pytest.Item, given: Mapping[str, Any]) -> dict[str, Any]:
    unknown = [name for name in given if name not in KNOWN]
    if unknown:
        raise pytest.UsageError(
            f"{item.nodeid}: the marker sandbank does not know {unknown[0]!r}; it knows {', '.join(KNOWN)}"
        )
    if "banks" not in given:
        return dict(given)
    banks = given["banks"]
    try:
        return {**given, "banks": only_banks(banks if isinstance(banks, str) else ",".join(banks))}
    except argparse.ArgumentTypeError as error:
        raise pytest.UsageError(f"{item.nodeid}: {error}") from None


def only_banks(text: str) -> tuple[str, ...]:
    """From `chase,citi`. Raises ArgumentTypeError."""
    named = tuple(part.strip() for part in text.split(",") if part.strip())
    strange = [slug for slug in named if slug not in BANKS]
    if strange or not named:
        raise argparse.ArgumentTypeError(f"there is no bank {','.join(strange)!r}; the banks are {', '.join(BANKS)}")
    return named
