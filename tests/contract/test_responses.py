"""Answers of ours, held to the document before they are sent."""

from typing import Any

import orjson
import pytest

from sandbox.contract.documents import Document
from sandbox.contract.operations import Operation
from tests.contract.conftest import INTERACTION

JSON = "application/json"
ACCOUNT = {"id": "A1", "opened": "2025-01-01"}
PAGE = {"total": 1, "accounts": [{"deposit": ACCOUNT}]}
HEADERS = {"interaction-id": INTERACTION, "content-type": JSON}


def check(operation: Operation, status: int = 200, media_type: str | None = JSON, **others: Any) -> list[str]:
    found = operation.check_response(
        status, media_type, others.get("headers", HEADERS), others.get("body", PAGE), rows=others.get("rows")
    )
    return [violation.message for violation in found]


def test_an_answer_as_declared_has_no_violations(list_accounts: Operation) -> None:
    assert check(list_accounts) == []
    assert check(list_accounts) == []  # now by the quick way
    assert check(list_accounts, media_type="application/json; charset=utf-8") == []
    assert check(list_accounts, body=orjson.dumps(PAGE)) == []


def test_every_fault_of_a_body_is_named(list_accounts: Operation) -> None:
    body = {"accounts": [{"deposit": ACCOUNT | {"opened": "31/12/2025"}}], "page": 1}

    assert sorted(check(list_accounts, body=body)) == [
        'response member /accounts/0/deposit/opened must be a date (YYYY-MM-DD), got "31/12/2025"',
        "response member /page is unknown. Known: accounts, next, total.",
        "response member /total is required",
    ]


def test_headers_are_part_of_the_answer(list_accounts: Operation) -> None:
    assert check(list_accounts, headers={}) == ["response header Interaction-Id is required"]
    assert check(list_accounts, headers={"interaction-id": "me", "retry-after": "soon", "x-any": "thing"}) == [
        'response header Interaction-Id must be a UUID, got "me"',
        'response header Retry-After must be an integer, got "soon"',
    ]
    assert check(list_accounts, headers=HEADERS | {"retry-after": "5"}) == []


def test_media_types_are_declared(list_accounts: Operation) -> None:
    assert check(list_accounts, media_type="text/html") == ["200 is declared as application/json, not as text/html"]
    assert check(list_accounts, media_type=None) == ["an answer must have a media type"]


def test_ranges_and_default_stand_for_statuses_that_are_not_listed(toy: Document, list_accounts: Operation) -> None:
    token = toy.operations["issueToken"]

    assert check(list_accounts, 404, body={"code": 1}, headers={}) == []
    assert check(list_accounts, 404, body={"code": "x"}) == ['response member /code must be an integer, got "x"']
    assert check(token, 418, body={"error": "x"}) == []
    assert check(token, 418, body={}) == ["response member /error is required"]


def test_binary_answers_are_bytes(toy: Document) -> None:
    operation = toy.operations["getAccount"]

    assert check(operation, media_type="application/pdf", body=b"%PDF") == []
    assert check(operation, media_type="application/pdf", body={}) == ["application/pdf is made of text or bytes"]
    (said,) = check(operation, body=b"%PDF")
    assert said.startswith("the response must be valid JSON: ")


def test_an_answer_without_a_body_has_none(toy: Document) -> None:
    assert check(toy.operations["ping"], 204, None, body=None) == []
    assert check(toy.operations["ping"], 204, None, body=b"") == []
    assert check(toy.operations["ping"], 204, JSON, body={}) == ["204 has no body"]


# --- Pages of rows that were checked before ---


def page(operation: Operation, envelope: object, member: str = "accounts") -> list[str]:
    return [violation.message for violation in operation.check_page(200, JSON, HEADERS, envelope, member)]


def test_a_page_is_checked_without_its_rows(list_accounts: Operation) -> None:
    assert page(list_accounts, {"total": 3, "accounts": []}) == []
    assert page(list_accounts, {"total": 3}) == []
    assert page(list_accounts, {"total": 3, "accounts": ["not looked at"]}) == []
    assert check(list_accounts, body={"total": 3, "accounts": []}) == [
        "response member /accounts must have at least 1 item, got []"
    ]


def test_the_rest_of_a_page_is_checked(list_accounts: Operation) -> None:
    assert sorted(page(list_accounts, {"accounts": [], "more": True})) == [
        "response member /more is unknown. Known: accounts, next, total.",
        "response member /total is required",
    ]
    assert page(list_accounts, PAGE, "next") == []
    assert page(list_accounts, {"total": 1, "next": 5}, "accounts") == ["response member /next must be a string, got 5"]


def test_a_page_of_an_undeclared_status_is_refused(list_accounts: Operation) -> None:
    (violation,) = list_accounts.check_page(206, JSON, HEADERS, {}, "accounts")

    assert violation.message == "listAccounts does not declare the status 206; it declares 200, 4XX"


def test_the_rows_may_be_the_whole_body(toy: Document) -> None:
    assert page(toy.operations["searchAccounts"], [], "") == []


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, ["response member accounts may not have 0 rows: minItems is 1"]),
        (2, []),
        (3, ["response member accounts may not have 3 rows: maxItems is 2"]),
    ],
)
def test_rows_are_counted_where_their_number_is_told(list_accounts: Operation, count: int, said: list[str]) -> None:
    assert check(list_accounts, body={"total": 3}, rows=("accounts", count)) == said


def test_members_deeper_in_the_envelope_and_in_branches_can_hold_the_rows(toy: Document) -> None:
    document = {
        "components": {
            "schemas": {
                "Data": {
                    "type": "object",
                    "required": ["rows"],
                    "properties": {"rows": {"type": "array", "minItems": 1}},
                },
                "Page": {
                    "oneOf": [
                        {
                            "type": "object",
                            "required": ["data"],
                            "properties": {"data": {"$ref": "#/components/schemas/Data"}},
                        },
                        {"type": "object", "required": ["error"], "properties": {"error": {}}},
                    ]
                },
            }
        }
    }
    from sandbox.contract.schemas import Schemas  # noqa: PLC0415

    schemas = Schemas(lambda: document)
    blind = schemas.compose(schemas.without({"$ref": "#/components/schemas/Page"}, ["data", "rows"]), "response")

    assert blind.is_valid({"data": {}})
    assert blind.is_valid({"data": {"rows": [1]}})
    assert not blind.is_valid({"data": []})
    assert not blind.is_valid({})
