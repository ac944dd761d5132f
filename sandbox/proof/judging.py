"""All the rules are held against the evidence."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from sandbox.kernel.findings import Looked, Outcome
from sandbox.proof.evidence import Evidence
from sandbox.proof.rule import Case, Rule
from sandbox.proof.rules import RULES


@dataclass(frozen=True, slots=True)
class Stamp:
    """A rule, and what came of it."""

    rule: Rule
    cases: Sequence[Case]

    @property
    def looked(self) -> Looked:
        return self.rule.looked(list(self.cases))

    @property
    def outcome(self) -> Outcome:
        return self.looked.outcome

    def by_operation(self) -> dict[tuple[str, str], Looked]:
        """By bank and operation."""
        found: dict[tuple[str, str], list[Case]] = {}
        for case in self.cases:
            found.setdefault((case.bank, case.operation or "unmatched"), []).append(case)
        return {key: self.rule.looked(cases) for key, cases in sorted(found.items())}


def judge(evidence: Evidence, counting: AbstractSet[str]) -> list[Stamp]:
    """`counting`: the rules that may not be broken."""
    return [
        Stamp(rule, [case if rule.rule_id in counting else case.mere_warning() for case in rule.look(evidence)])
        for rule in RULES
    ]
