"""What is called exists."""

from collections.abc import Iterator

from sandbox.proof.evidence import Evidence
from sandbox.proof.rule import Case, Rule, broke, held


def look(evidence: Evidence) -> Iterator[Case]:
    for seen in evidence.exchanges:
        if seen.one.error in ("UnknownPath", "MethodNotAllowed"):
            yield broke(seen, f"{seen.one.method} {seen.one.path} is offered by nobody.")
        else:
            yield held(seen)


RULE = Rule(
    "SBX1020",
    "Only what is offered is called",
    "Every call is one of the bank's operations.",
    "A path of another bank, or of another version, ends in a 404 that no test looks at.",
    "The bank's OpenAPI document",
    "`GET /_sandbox/requests/unmatched` names the operations nearest to each.",
    "Any call.",
    look,
)
