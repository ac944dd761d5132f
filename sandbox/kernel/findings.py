"""What a rule comes to: how many cases it looked at, and what was wrong in them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Outcome(StrEnum):
    """From the worst to the best."""

    FAIL = "fail"
    WARN = "warn"
    NOT_SEEN = "not_seen"
    """The evidence cannot decide: what the rule is about did not happen."""
    PASS = "pass"


@dataclass(frozen=True, slots=True)
class Finding:
    text: str
    at: datetime | None = None
    """By the world's clock."""
    evidence: tuple[str, ...] = ()
    """What proves it: `req_…`, `mid:…`, `consent:…`, `access:chain/number`, `delivery:…`, `link:…`, `template:…`."""
    where: str = ""
    """A JSON pointer into the message."""
    fails: bool = True
    """False: a warning."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What came of a rule."""

    cases: int
    """So many times it could have been broken."""
    findings: Sequence[Finding] = ()
    missing: str = ""
    """Where there were no cases: what would have to happen for the rule to be seen."""

    @property
    def outcome(self) -> Outcome:
        if any(one.fails for one in self.findings):
            return Outcome.FAIL
        if self.findings:
            return Outcome.WARN
        return Outcome.PASS if self.cases else Outcome.NOT_SEEN


@dataclass(slots=True)
class Tally:
    """Cases as they are counted, and findings as they are made."""

    missing: str
    cases: int = 0
    findings: list[Finding] = field(default_factory=list)

    def looked(self) -> Looked:
        return Looked(self.cases, tuple(self.findings), self.missing)
