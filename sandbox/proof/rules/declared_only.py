"""Nothing is sent that the document does not know."""

from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.proof.evidence import Evidence
from sandbox.proof.rule import Case, Rule, broke, held

UNKNOWN = ("unknown", "additionalProperties", "unevaluatedProperties")


def look(evidence: Evidence) -> Iterator[Case]:
    for seen in evidence.exchanges:
        operation = evidence.operation(seen)
        if operation is None or operation.oauth_endpoint:
            continue
        found = [one for one in seen.one.violations if one["rule"] in UNKNOWN]
        if found:
            yield broke(seen, f"What the document does not know was sent: {'; '.join(map(_said, found))}.")
        else:
            yield held(seen)


def _said(violation: Mapping[str, Any]) -> str:
    return f"{violation['location']} {violation['name']}".strip()


RULE = Rule(
    "SBX1016",
    "Nothing is sent that the bank does not know",
    "Requests have the parameters and members of the bank's document, and no others.",
    "Some banks refuse them, others ignore them: the filter that was meant does nothing.",
    "The bank's OpenAPI document",
    "Look at the violation: it names what is known, and what was probably meant.",
    "A call of one of the bank's operations.",
    look,
)
