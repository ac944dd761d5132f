"""A rule about a client, and the cases in which it was looked at."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from sandbox.kernel.findings import Finding, Looked
from sandbox.proof.evidence import Evidence
from sandbox.proof.seen import Seen


@dataclass(frozen=True, slots=True)
class Case:
    """One time that the rule could have been broken."""

    bank: str
    operation: str
    finding: Finding | None = None

    def mere_warning(self) -> "Case":
        return self if self.finding is None else replace(self, finding=replace(self.finding, fails=False))


@dataclass(frozen=True, slots=True)
class Rule:
    rule_id: str
    title: str
    says: str
    """What has to hold."""
    why: str
    source: str
    """The standard, or the bank's documents."""
    mend: str
    """What to do where it does not hold."""
    missing: str
    """Where there were no cases: what would have to happen for the rule to be seen."""
    look: Callable[[Evidence], Iterator[Case]]

    def looked(self, cases: list[Case]) -> Looked:
        return Looked(len(cases), tuple(one.finding for one in cases if one.finding is not None), self.missing)


def held(seen: Seen) -> Case:
    return Case(seen.one.channel, seen.one.operation)


def broke(seen: Seen, text: str, *others: Seen) -> Case:
    """`others` prove it together with the exchange."""
    proof = tuple(dict.fromkeys(one.one.id for one in (seen, *others)))
    return Case(seen.one.channel, seen.one.operation, Finding(text, seen.one.at, proof))
