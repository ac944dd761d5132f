"""Requests have the form that the document gives them."""

from collections.abc import Iterator

from sandbox.proof.evidence import Evidence
from sandbox.proof.rule import Case, Rule, broke, held
from sandbox.proof.rules.declared_only import UNKNOWN


def look(evidence: Evidence) -> Iterator[Case]:
    for seen in evidence.exchanges:
        if evidence.operation(seen) is None:
            continue
        found = [
            one for one in seen.one.violations
            if one["rule"] not in UNKNOWN and (one["location"], one["rule"]) != ("header", "required")
        ]  # fmt: skip
        if found:
            yield broke(seen, f"The request broke the document: {'; '.join(str(one['message']) for one in found)}.")
        else:
            yield held(seen)


RULE = Rule(
    "SBX1017",
    "Requests keep to the bank's document",
    "Parameters, headers and bodies have the types, formats and values that the document gives them.",
    "The bank refuses what breaks its document, and the client has nothing to show.",
    "The bank's OpenAPI document",
    "Look at the violation: it says what was expected, and what came.",
    "A call of one of the bank's operations.",
    look,
)
