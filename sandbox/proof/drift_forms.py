"""What became of a recording at another server, as somebody reads it: a machine, a person, a pull request."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sandbox.kernel.templates import page_template
from sandbox.proof.breaks import KINDS, Break
from sandbox.proof.drifting import Replayed


@dataclass(frozen=True)
class Drift:
    bank: str
    document: str
    """Its title and version."""
    target: str
    """Without anything secret."""
    calls: Sequence[Replayed]

    @property
    def asked(self) -> list[Replayed]:
        return [one for one in self.calls if not one.left_out]

    @property
    def left_out(self) -> list[Replayed]:
        return [one for one in self.calls if one.left_out]

    @cached_property
    def found(self) -> dict[Break, list[str]]:
        """Each difference once, with the exchanges that showed it; what breaks first."""
        places: dict[Break, list[str]] = {}
        for call in self.calls:
            for one in call.found:
                places.setdefault(one, []).append(call.recorded)
        return dict(sorted(places.items(), key=lambda item: not item[0].breaks))

    @property
    def breaks(self) -> int:
        return sum(one.breaks for one in self.found)

    @property
    def summary(self) -> str:
        return (
            f"{len(self.asked)} calls repeated, {len(self.left_out)} left out: {self.breaks} breaks, "
            f"{len(self.found) - self.breaks} risks"
        )


def as_json(drift: Drift) -> dict[str, Any]:
    return {
        "bank": drift.bank,
        "document": drift.document,
        "target": drift.target,
        "asked": len(drift.asked),
        "breaks": drift.breaks,
        "risks": len(drift.found) - drift.breaks,
        "differences": [{**one.as_dict(), "exchanges": shown} for one, shown in drift.found.items()],
        "left_out": [
            {"exchange": one.recorded, "operation": one.operation, "why": one.left_out} for one in drift.left_out
        ],
    }


def text(drift: Drift) -> str:
    lines = []
    for one, shown in drift.found.items():
        lines += [f"{'✗' if one.breaks else '!'} {one.kind}  {one.operation} {one.where}".rstrip()]
        lines += [f"    {one.text} [{', '.join(shown[:3])}{' …' if len(shown) > 3 else ''}]"]
    lines += [f"· {one.operation} is left out: {one.left_out} [{one.recorded}]" for one in drift.left_out]
    return "\n".join([*lines, drift.summary]) + "\n"


def markdown(drift: Drift) -> str:
    lines = [f"# Drift of {drift.bank}", "", f"`{drift.target}` against {drift.document}. {drift.summary}.", ""]
    if drift.found:
        lines += ["| | kind | operation | where | what |", "|---|---|---|---|---|"]
        lines += [
            f"| {'break' if one.breaks else 'risk'} | `{one.kind}` | `{one.operation}` | `{one.where}` | {one.text} |"
            for one in drift.found
        ]
    if drift.left_out:
        lines += ["", "## Left out", ""]
        lines += [f"- `{one.operation}` ({one.recorded}): {one.left_out}" for one in drift.left_out]
    return "\n".join(lines) + "\n"


def html(drift: Drift) -> str:
    return page_template("sandbox.proof", "drift.html").render(drift=drift, kinds=KINDS)


FORMS: Mapping[str, Callable[[Drift], str]] = {"drift.md": markdown, "drift.html": html}
"""By the file's name; JSON is beside them."""
