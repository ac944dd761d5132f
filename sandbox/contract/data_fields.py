"""Which fields an operation reads, from its own document: an access tells its operation, and this the fields."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from sandbox.contract.documents import Document

OPEN = ("allOf", "anyOf", "oneOf")
DEEPEST = 8


@lru_cache(maxsize=512)
def fields_of(document: Document, operation_id: str) -> list[str]:
    """The members of what the operation answers with, in dotted words; empty where that is no JSON."""
    operation = document.operations.get(operation_id)
    if operation is None:
        return []
    answers = document.raw["paths"][operation.path][operation.method.lower()]["responses"]
    content = _followed(document, answers.get("200") or answers.get("201", {})).get("content", {})
    schema = content.get("application/json", {}).get("schema", {})
    return [name for name in dict.fromkeys(_leaves(document, schema, (), 0)) if name]


def _leaves(document: Document, schema: Any, path: tuple[str, ...], depth: int) -> Iterator[str]:
    schema = _followed(document, schema)
    inner = [one for word in OPEN for one in schema.get(word, ())]
    members = schema.get("properties", {})
    if "items" in schema:
        inner.append(schema["items"])
    if depth == DEEPEST or not (inner or members):
        yield ".".join(path)
        return
    for one in inner:
        yield from _leaves(document, one, path, depth + 1)
    for name, member in members.items():
        yield from _leaves(document, member, (*path, name), depth + 1)


def _followed(document: Document, value: Any) -> Any:
    while "$ref" in value:
        found: Any = document.raw
        for word in value["$ref"].removeprefix("#/").split("/"):
            found = found[word.replace("~1", "/").replace("~0", "~")]
        value = found
    return value
