"""What is going away is not used."""

from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.contract.documents import Document
from sandbox.proof.evidence import Evidence
from sandbox.proof.rule import Case, Rule, broke, held


def look(evidence: Evidence) -> Iterator[Case]:
    going = {slug: _deprecated(document) for slug, document in evidence.documents.items()}
    for seen in evidence.exchanges:
        operation = evidence.operation(seen)
        if operation is None:
            continue
        names = going[seen.one.contract].get(operation.operation_id)
        if names is None:
            yield held(seen)
        elif not names:
            yield broke(seen, f"{operation.operation_id} is deprecated.")
        elif used := sorted(names.intersection(seen.query, seen.one.request_headers) or names.intersection(seen.query)):
            yield broke(seen, f"{' and '.join(used)} of {operation.operation_id} is deprecated.")
        else:
            yield held(seen)


def _deprecated(document: Document) -> Mapping[str, frozenset[str]]:
    """By operation the parameters that are; none of them where the whole operation is."""
    found: dict[str, frozenset[str]] = {}
    for operation in document.operations.values():
        written: Mapping[str, Any] = document.raw["paths"][operation.path][operation.method.lower()]
        shared = document.raw["paths"][operation.path].get("parameters", [])
        parameters = [document.schemas.resolve(one) for one in (*written.get("parameters", []), *shared)]
        names = frozenset(str(one["name"]) for one in parameters if one.get("deprecated"))
        if written.get("deprecated") or names:
            found[operation.operation_id] = frozenset() if written.get("deprecated") else names
    return found


RULE = Rule(
    "SBX1019",
    "Nothing deprecated is used",
    "Operations and parameters that the document calls deprecated are not used.",
    "They end on a day that the bank chooses.",
    "The bank's OpenAPI document; RFC 9745",
    "Use what the document names in its place.",
    "A call of one of the bank's operations.",
    look,
)
