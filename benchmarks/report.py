"""Figures, and the one table that they make: on the terminal, in docs/performance.md and as JSON."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

HEAD = ("What", "Sandbank", "Beside", "Ratio", "Target", "")


@dataclass(frozen=True)
class Target:
    limit: float
    at_least: bool
    unit: str = "×"

    def __str__(self) -> str:
        return f"{'≥' if self.at_least else '≤'} {_plain(self.limit)}{self.unit}"

    def met_by(self, value: float) -> bool:
        return value >= self.limit if self.at_least else value <= self.limit


def at_least(limit: float, unit: str = "×") -> Target:
    return Target(limit, True, unit)


def at_most(limit: float, unit: str = "×") -> Target:
    return Target(limit, False, unit)


@dataclass(frozen=True)
class Figure:
    what: str
    ours: str
    beside: str
    value: float | None
    """The ratio, or what else the target speaks of. None: it could not be measured, and `beside` says why."""
    target: Target | None = None
    unit: str = "×"
    rounds: dict[str, list[float]] = field(default_factory=dict)

    def cells(self) -> tuple[str, ...]:
        if self.value is None:
            return self.what, self.ours, self.beside, "not measured", str(self.target or ""), "SKIPPED"
        verdict = "" if self.target is None else "met" if self.target.met_by(self.value) else "MISSED"
        return self.what, self.ours, self.beside, f"{_plain(self.value)}{self.unit}", str(self.target or ""), verdict


def skipped(what: str, why: object, target: Target | None = None) -> Figure:
    reason = str(why).splitlines()[0][:60]
    print(f"SKIPPED {what}: {why}", file=sys.stderr, flush=True)
    return Figure(what, "", f"SKIPPED: {reason}", None, target)


def _plain(value: float) -> str:
    """Three digits that matter, without an exponent."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def text(figures: Sequence[Figure]) -> str:
    rows = [HEAD, *(figure.cells() for figure in figures)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(HEAD))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    lines.insert(1, "  ".join("─" * width for width in widths))
    return "\n".join(lines)


def markdown(figures: Sequence[Figure]) -> str:
    rows = [HEAD, ("---",) * len(HEAD), *(figure.cells() for figure in figures)]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


BEGIN, END = "<!-- made by `make bench`: begin -->", "<!-- made by `make bench`: end -->"


def write_markdown(page: Path, title: str, figures: Sequence[Figure]) -> None:
    """Puts the table between the page's two marks."""
    before, begin, rest = page.read_text().partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{page} has lost the lines {BEGIN!r} and {END!r}, between which the table goes")
    page.write_text(f"{before}{BEGIN}\n{title}\n\n{markdown(figures)}\n{END}{after}")


def write_json(file: Path, about: dict[str, Any], figures: Sequence[Figure]) -> None:
    file.write_text(json.dumps({**about, "figures": [asdict(figure) for figure in figures]}, indent=1) + "\n")
