"""The documents that ship: each one compiles, and each example in it keeps to its own schema."""

from collections.abc import Iterator
from typing import Any

import pytest

from sandbox import resources
from sandbox.contract.documents import Document, load
from sandbox.contract.operations import Operation
from sandbox.contract.pointers import follow, join, lookup

SLUGS = sorted(path.stem for path in resources.openapi_dir().glob("*.yaml"))


@pytest.mark.parametrize("slug", SLUGS)
def test_every_operation_can_be_reached(slug: str) -> None:
    document = load(slug)

    for operation in document.operations.values():
        path = operation.path.replace("{", "").replace("}", "")
        assert document.match(operation.method, path)[0] is operation


@pytest.mark.parametrize("slug", SLUGS)
def test_every_example_of_an_answer_keeps_to_its_schema(slug: str) -> None:
    document = load(slug)
    faults = [
        f"{operation.operation_id} {status} {media_type}: {violation.message}"
        for operation in document.operations.values()
        for status, media_type, example in examples(document, operation)
        for violation in operation.check_response(int(status), media_type, {}, example)
        if not violation.message.startswith("response header")
    ]

    assert faults == []


def examples(document: Document, operation: Operation) -> Iterator[tuple[str, str, Any]]:
    for status, response in operation.responses.items():
        place = follow(document.raw, join(["paths", operation.path, operation.method.lower(), "responses", status]))
        for media_type in response.content if status.isdigit() else ():
            content = lookup(document.raw, place)["content"][media_type]
            if "example" in content:
                yield status, media_type, content["example"]
            for at, named in content.get("examples", {}).items():
                place_of_example = place + join(["content", media_type, "examples", at])
                example = named if "$ref" not in named else lookup(document.raw, follow(document.raw, place_of_example))
                yield status, media_type, example["value"]
