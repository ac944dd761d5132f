"""A report: what was touched, which rules held, what surprised the client, and whether that is enough."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sandbox.kernel.findings import Outcome
from sandbox.ledger.exchanges import Cut
from sandbox.proof.coverage import Coverage, coverage
from sandbox.proof.evidence import Evidence
from sandbox.proof.judging import Stamp, judge
from sandbox.proof.seen import Seen

KINDS: Mapping[str, tuple[str, ...]] = {
    "violation": ("SBX1016", "SBX1017", "SBX1018", "SBX1020"),
    "deprecated": ("SBX1019",),
    "resilience": (
        "SBX1001", "SBX1002", "SBX1003", "SBX1004", "SBX1005", "SBX1006", "SBX1007", "SBX1008", "SBX1009", "SBX1010",
    ),
    "security": ("SBX1011", "SBX1012", "SBX1013", "SBX1014", "SBX1015"),
}  # fmt: skip
"""What `fail_on` can name, and the rules behind it. Beside them any rule's id."""
SURPRISING = ("drift", "surprise")


@dataclass(frozen=True, slots=True)
class Thresholds:
    min_operations: int = 0
    """So many have to be touched, of all banks together."""
    min_coverage: float = 0.0
    """Per cent of all parts."""
    fail_on: tuple[str, ...] = tuple(KINDS)
    accept: tuple[str, ...] = ()
    """Rules that may be broken all the same."""

    def rules(self) -> frozenset[str]:
        """Those that may not be broken: of all others what is found is a warning."""
        return frozenset(rule for kind in self.fail_on for rule in KINDS.get(kind, (kind,))).difference(self.accept)


@dataclass(frozen=True, slots=True)
class Surprise:
    """An answer that was not as usual, and what the client did next at that bank."""

    seen: Seen
    kind: str
    then: str


@dataclass(frozen=True, slots=True)
class Report:
    world: str
    at: datetime
    exchanges: int
    clients: Sequence[str]
    coverage: Coverage
    stamps: Sequence[Stamp]
    surprises: Sequence[Surprise]
    thresholds: Thresholds
    cut: Cut
    unread: int
    """Bodies that the journal does not have whole."""

    @property
    def reasons(self) -> list[str]:
        """Why it is not enough; nothing where it is."""
        found, wanted = list[str](), self.thresholds
        if not self.exchanges:
            found.append("no client called anything")
        if self.cut:
            found.append(f"the journal was full, and lost {self.cut.exchanges} exchanges: what they were is not known")
        if self.unread:
            found.append(f"{self.unread} bodies are not kept whole: what stood in them is not known")
        if self.coverage.touched < wanted.min_operations:
            found.append(f"{self.coverage.touched} operations were touched, and {wanted.min_operations} had to be")
        if self.coverage.percent < wanted.min_coverage:
            found.append(f"{self.coverage.percent} % was touched, and {wanted.min_coverage:g} % had to be")
        for stamp in self.stamps:
            if stamp.outcome is Outcome.FAIL:
                times = len(stamp.looked.findings)
                often = f"{times} times" if times > 1 else "once"
                found.append(f"{stamp.rule.rule_id}, {stamp.rule.title}: broken {often}")
        return found

    @property
    def passed(self) -> bool:
        return not self.reasons

    def count(self, outcome: Outcome) -> int:
        return sum(stamp.outcome is outcome for stamp in self.stamps)


def report(evidence: Evidence, thresholds: Thresholds | None = None) -> Report:
    """Of the banks, and messengers, whose documents the evidence has."""
    exchanges, wanted = evidence.exchanges, thresholds or Thresholds()
    return Report(
        evidence.world,
        evidence.now,
        len(exchanges),
        sorted({seen.one.client for seen in exchanges if seen.one.client}),
        coverage(exchanges, evidence.documents),
        judge(evidence, wanted.rules()),
        surprises(evidence),
        wanted,
        evidence.cut,
        sum(bool(seen.one.cut) for seen in exchanges),
    )


def surprises(evidence: Evidence) -> list[Surprise]:
    found = []
    for seen in evidence.exchanges:
        for fault in seen.one.faults:
            if fault.partition(":")[0] in SURPRISING:
                found.append(Surprise(seen, fault, _then(evidence, seen)))
    return found


def _then(evidence: Evidence, seen: Seen) -> str:
    following = next(evidence.after(seen), None)
    if following is None:
        return "made no further call at this bank"
    if (following.one.method, following.one.path, following.one.query) == (
        seen.one.method, seen.one.path, seen.one.query,
    ):  # fmt: skip
        return "asked the same again"
    return f"went on: {following.one.method} {following.one.path}"
