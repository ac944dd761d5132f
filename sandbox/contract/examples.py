"""The examples of answers that a document holds."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.contract.operations import Operation
from sandbox.contract.pointers import follow, lookup

UNNAMED = "example"
"""What an example is called that has no name, since it is the only one."""


@dataclass(frozen=True, slots=True)
class Example:
    status: int
    media_type: str
    value: Any


def examples(operation: Operation) -> dict[str, Example]:
    """Of good answers, by name; of two with one name the first."""
    found: dict[str, Example] = {}
    document = next(iter(operation.responses.values())).schemas.document
    answers = document["paths"][operation.path][operation.method.lower()]["responses"]
    for status, answer in answers.items():
        if status.isdigit() and status < "300":
            for media_type, content in _followed(document, answer).get("content", {}).items():
                for name, value in _named(document, content):
                    found.setdefault(name, Example(int(status), media_type, value))
    return found


def _named(document: Mapping[str, Any], content: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    if "example" in content:
        yield UNNAMED, content["example"]
    for name, example in content.get("examples", {}).items():
        yield name, _followed(document, example)["value"]


def _followed(document: Mapping[str, Any], value: Mapping[str, Any]) -> Mapping[str, Any]:
    while "$ref" in value:
        value = lookup(document, follow(document, value["$ref"]))
    return value
