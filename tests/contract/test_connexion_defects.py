"""Defects of Connexion 3.3 that Sandbank does not have. The numbers are those of our performance notes, section 7."""

import orjson
import pytest

from sandbox.contract.documents import Document
from sandbox.kernel.errors import InvalidDate, InvalidInput
from tests.contract.conftest import Make

SHARED = """
    paths:
      /a/{id}:
        parameters:
          - {name: id, in: path, required: true, schema: {type: string}}
          - {name: limit, in: query, schema: {type: integer, maximum: 10}}
          - {name: day, in: query, schema: {type: string, format: date}}
        get:
          operationId: wide
          parameters:
            - {name: limit, in: query, schema: {type: integer, maximum: 100}}
          responses:
            '200':
              description: ok
              content: {application/json: {schema: {$ref: '#/components/schemas/Node'}}}
        post:
          operationId: narrow
          responses: {'204': {description: ok}}
    components:
      schemas:
        Node:
          type: object
          properties:
            day: {type: string, format: date}
            parent: {nullable: true, allOf: [{$ref: '#/components/schemas/Node'}]}
            twin: {nullable: true, $ref: '#/components/schemas/Node'}
    """


@pytest.fixture
def shared(make: Make) -> Document:
    return make(SHARED)


def test_b1_head_is_the_get_operation_whose_answer_is_checked_before_its_body_is_dropped(shared: Document) -> None:
    operation, parameters = shared.match("HEAD", "/a/1")

    assert (operation.operation_id, parameters) == ("wide", {"id": "1"})
    assert operation.check_response(200, "application/json", {}, {"day": "2025-01-01"}) == []


def test_b2_a_path_level_parameter_is_checked_once(shared: Document) -> None:
    with pytest.raises(InvalidDate) as raised:
        shared.operations["wide"].read_parameters({"id": "1"}, b"day=today", {})

    assert [violation.name for violation in raised.value.violations] == ["day"]


def test_b3_the_operations_own_parameter_wins_over_the_paths(shared: Document) -> None:
    wide, narrow = shared.operations["wide"], shared.operations["narrow"]

    assert wide.read_parameters({"id": "1"}, b"limit=50", {}).query == {"limit": 50}
    with pytest.raises(InvalidInput, match="must be at most 100, got 101"):
        wide.read_parameters({"id": "1"}, b"limit=101", {})
    with pytest.raises(InvalidInput, match="must be at most 10, got 50"):
        narrow.read_parameters({"id": "1"}, b"limit=50", {})


def test_b5_formats_are_checked_in_requests_and_in_answers(shared: Document) -> None:
    wide = shared.operations["wide"]

    with pytest.raises(InvalidDate):
        wide.read_parameters({"id": "1"}, b"day=2025-13-45", {})
    (violation,) = wide.check_response(200, "application/json", {}, {"day": "31/12/2025"})
    assert violation.rule == "format"


def test_b6_a_circular_document_is_handed_out_as_it_was_written(shared: Document) -> None:
    node = orjson.loads(shared.raw_json)["components"]["schemas"]["Node"]

    assert node["properties"]["twin"]["$ref"] == "#/components/schemas/Node"
    assert shared.raw_json is shared.raw_json  # made once, not on each request


def test_b7_an_undeclared_status_is_a_violation(shared: Document) -> None:
    (violation,) = shared.operations["wide"].check_response(418, "application/json", {}, {})

    assert (violation.rule, violation.got) == ("undeclared", 418)
    assert violation.message == "wide does not declare the status 418; it declares 200"


def test_b9_nullable_is_honoured_beside_a_composition_or_a_reference(shared: Document) -> None:
    wide = shared.operations["wide"]

    assert wide.check_response(200, "application/json", {}, {"parent": None, "twin": None}) == []
    assert wide.check_response(200, "application/json", {}, {"parent": {"twin": {"parent": None}}}) == []
    (violation,) = wide.check_response(200, "application/json", {}, {"parent": {"twin": {"parent": 5}}})
    assert violation.message == "response member /parent/twin/parent must be an object or null, got 5"


def test_headers_with_a_type_are_read_in_that_type(make: Make) -> None:
    operation = make("""
        paths:
          /a:
            get:
              operationId: a
              parameters: [{name: X-Count, in: header, schema: {type: integer}}]
              responses: {'204': {description: ok}}
        """).operations["a"]

    assert operation.read_parameters({}, b"", {"x-count": "5"}).headers == {"x-count": 5}
