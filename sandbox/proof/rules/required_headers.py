"""Banks get the headers that they want."""

from collections.abc import Iterator

from sandbox.proof.evidence import Evidence
from sandbox.proof.rule import Case, Rule, broke, held


def look(evidence: Evidence) -> Iterator[Case]:
    required = {
        (slug, record["operation_id"])
        for slug, document in evidence.documents.items()
        for record in document.compiled["operations"]
        if any(one["in"] == "header" and one["required"] for one in record["parameters"])
    }
    for seen in evidence.exchanges:
        if (seen.one.contract, seen.one.operation) not in required:
            continue
        missing = [
            one["name"] for one in seen.one.violations if (one["location"], one["rule"]) == ("header", "required")
        ]
        if missing:
            yield broke(seen, f"Without {' and '.join(missing)}, which {seen.one.channel} requires.")
        else:
            yield held(seen)


RULE = Rule(
    "SBX1018",
    "The headers that a bank requires are sent",
    "Each call carries what the bank's document requires: `x-fapi-interaction-id`, `FDX-API-Actor-Type`, `uuid` …",
    "Each bank wants others, and refuses calls without them, though all else is right.",
    "The bank's OpenAPI document; FDX API, FAPI",
    "Set the headers where the bank's client is made, one table a bank.",
    "A call of an operation that requires headers, at Wells Fargo or Citi.",
    look,
)
