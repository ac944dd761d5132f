"""Every refusal of Citi's, in its own words."""

from typing import Any

import pytest
import requests

from sandbox.banks.citi import reference
from sandbox.banks.citi.errors import FACES, envelope
from sandbox.contract import documents
from sandbox.dialect.faces import face_of
from sandbox.kernel import errors, ids
from tests.banks.citi.conftest import UUID, Reader
from tests.conftest import World

DOCUMENT = documents.load("citi")
PARTNER_OFFERS = {"consentType": "PARTNER_OFFERS", "consentGivenFlag": True, "consentUpdateDate": "2026-06-15"}


def blank(name: str) -> errors.SandbankError:
    """An error of that name that says nothing of its own."""
    kind: type[errors.SandbankError] = getattr(errors, name)
    error = kind.__new__(kind)
    errors.SandbankError.__init__(error)
    if isinstance(error, errors.InvalidRequest):
        error._violations = ()
    return error


@pytest.mark.parametrize("name", DOCUMENT.error_table)
def test_the_table_of_the_document_and_the_faces_in_the_code_say_the_same(name: str) -> None:
    row, error = DOCUMENT.error_table[name], blank(name)
    face = face_of(FACES, error)
    said = envelope(face, error)
    assert (face.status, face.code, face.message) == (row["status"], row["code"], row["message"])
    assert (said["type"], said.get("location")) == (row["type"], row.get("location"))


def test_every_face_has_a_row_in_the_table() -> None:
    reached = {face_of(FACES, blank(name)) for name in DOCUMENT.error_table}
    assert [kind.__name__ for kind, face in FACES.items() if face not in reached] == []


def refused(answer: requests.Response, name: str, *, location: str | None = None) -> str:
    """Asserts that an answer is a row of the table; returns its `details`."""
    row, body = DOCUMENT.error_table[name], answer.json()
    assert answer.status_code == row["status"], answer.text
    expected = {"type": row["type"], "code": row["code"], "location": location or row.get("location")}
    assert {member: body.get(member) for member in expected} == expected
    assert "Sandbank-Contract" not in answer.headers
    assert answer.headers["Sandbank-Trace"]
    if row["code"] != "invalidRequest":
        assert body["details"] == row["message"]
    return str(body["details"])


def test_both_headers_are_required_and_every_fault_is_named(citi: Reader) -> None:
    maya = citi("maya")
    said = refused(maya.get("/v1/accounts", headers={"uuid": None, "client_id": None}), "InvalidHeader")
    assert said == "header uuid is required; header client_id is required"
    refused(maya.get("/v1/accounts", headers={"uuid": "7"}), "InvalidHeader")
    refused(maya.get("/v1/accounts", headers={"client_id": None}), "InvalidHeader", location="client_id")


def test_a_token_is_good_for_the_client_that_it_was_issued_to(citi: Reader) -> None:
    answer = citi("maya").get("/v1/accounts", headers={"client_id": "demo-app"})
    refused(answer, "ClientMismatch")
    assert answer.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'


def test_tokens_that_are_not_alive(citi: Reader, world: World) -> None:
    maya = citi("maya")
    refused(maya.get("/v1/accounts", headers={"Authorization": None}), "TokenMissing")
    refused(maya.get("/v1/accounts", headers={"Authorization": "Bearer of-nobody"}), "TokenInvalid")
    world.advance("PT30M")
    refused(maya.get("/v1/accounts"), "TokenExpired")
    other = citi("maya")
    world.control("POST", f"/consents/{other.access.consent_id}/revoke", json={})
    refused(other.get("/v1/accounts"), "ConsentRevoked")
    lapsing = citi("maya")
    world.advance("P365D")
    refused(lapsing.get("/v1/accounts"), "ConsentExpired")


def test_what_the_consent_does_not_cover(citi: Reader) -> None:
    accounts_only = citi("maya", scope="accounts_details_transactions")
    refused(accounts_only.get("/v1/customers/profiles"), "ClusterNotGranted")
    refused(accounts_only.post("/v1/creditCards/rewards/pointBalance/search", {}), "ClusterNotGranted")
    refused(citi("maya", scope="customers_profiles").get("/v1/accounts"), "ClusterNotGranted")


@pytest.mark.parametrize("account_id", ["nope", "a" * 300, "%00", "%FF", "9f" * 44])
def test_an_account_that_is_not_shared_is_an_unknown_one_however_it_is_written(citi: Reader, account_id: str) -> None:
    refused(citi("maya").get(f"/v1/accounts/{account_id}"), "AccountNotFound")


def test_an_account_of_somebody_else_is_an_unknown_one(citi: Reader) -> None:
    theirs = citi("omar").account("savings")
    refused(citi("maya").get(f"/v1/accounts/{theirs}/transactions"), "AccountNotFound")


BAD_FILTERS: list[tuple[dict[str, Any], str, str]] = [
    ({"transactionFromDate": "2026-02-30"}, "InvalidDate", "transactionFromDate"),
    ({"transactionToDate": "yesterday"}, "InvalidDate", "transactionToDate"),
    (
        {"transactionFromDate": "2026-06-10", "transactionToDate": "2026-06-01"},
        "InvalidDateRange",
        "transactionFromDate",
    ),
    ({"transactionFromDate": "2025-06-14"}, "InvalidDateRange", "transactionFromDate"),
    ({"transactionFromDate": "0001-01-01"}, "InvalidDateRange", "transactionFromDate"),
    ({"transactionToDate": "2025-06-14"}, "InvalidDateRange", "transactionToDate"),
    ({"amountFrom": "-1"}, "InvalidInput", "amountFrom"),
    ({"amountFrom": "many"}, "InvalidInput", "amountFrom"),
    ({"amountFrom": "5", "amountTo": "4.99"}, "InvalidInput", "amountFrom"),
    ({"transactionStatus": "billed"}, "InvalidInput", "transactionStatus"),
    ({"requestSize": "51"}, "InvalidInput", "requestSize"),
    ({"pageSize": "5"}, "InvalidInput", "pageSize"),
    ({"nextStartIndex": "next"}, "InvalidInput", "nextStartIndex"),
    ({"nextStartIndex": "0"}, "InvalidCursor", "nextStartIndex"),
    ({"nextStartIndex": "900000"}, "InvalidCursor", "nextStartIndex"),
    ({"nextStartIndex": "1" * 90}, "InvalidCursor", "nextStartIndex"),
    ({"nextStartIndex": "9" * 120}, "InvalidCursor", "nextStartIndex"),
]


@pytest.mark.parametrize(("filters", "name", "location"), BAD_FILTERS)
def test_bad_filters(citi: Reader, filters: dict[str, Any], name: str, location: str) -> None:
    maya = citi("maya")
    answer = maya.get(f"/v1/accounts/{maya.account('checking')}/transactions", params=filters)
    refused(answer, name, location=location)


def test_a_cursor_works_unchanged_in_its_own_list_alone(citi: Reader) -> None:
    maya = citi("maya")
    path = f"/v1/accounts/{maya.account('checking')}/transactions"
    index = maya.get(path).json()["nextStartIndex"]
    assert maya.get(path, params={"nextStartIndex": index}).status_code == 200
    changed = index[:-1] + str((int(index[-1]) + 1) % 10)
    refused(maya.get(path, params={"nextStartIndex": changed}), "InvalidCursor")
    refused(maya.get(path, params={"nextStartIndex": index, "amountFrom": 1}), "InvalidCursor")
    elsewhere = f"/v1/accounts/{maya.account('savings')}/transactions"
    refused(maya.get(elsewhere, params={"nextStartIndex": index}), "InvalidCursor")
    refused(citi("maya").get(path, params={"nextStartIndex": index}), "InvalidCursor")
    for short in ("/v1/accounts", path.replace("transactions", "statements")):
        refused(maya.get(short, params={"nextStartIndex": index}), "InvalidCursor")


def test_rows_and_statements_that_are_not_there(citi: Reader) -> None:
    maya = citi("maya")
    card = maya.account("creditCard")
    for reference_id in ("nope", "1" * 20, "²" * 20, "PENDNG"):
        refused(maya.get(f"/v1/accounts/{card}/transactions/{reference_id}/details"), "TransactionNotFound")
    refused(maya.get(f"/v1/accounts/{card}/statements/20260301"), "StatementNotFound")
    listed = maya.get(f"/v1/accounts/{card}/statements").json()["statementList"][0]
    path = f"/v1/accounts/{card}/statements/{listed['statementId']}"
    refused(maya.get(path, params={"statementDate": "2026-01-01"}), "StatementNotFound")
    assert maya.get(path, params={"statementDate": listed["statementDate"]}).status_code == 200
    refused(maya.get(path, headers={"Accept": "image/png"}), "NotAcceptable")


def test_a_closed_account_can_be_read_and_not_used(citi: Reader) -> None:
    sofia = citi("sofia")
    closed = sofia.account("checking", accountStatus="CLOSED")
    for path in ("", "/transactions", "/statements", "/consents"):
        assert sofia.get(f"/v1/accounts/{closed}{path}").status_code == 200
    refused(sofia.get(f"/v2/accounts/{closed}/encrypt/accountRoutingNumber"), "AccountClosed")
    body = {"accountId": closed, "accountConsentDetails": [PARTNER_OFFERS]}
    refused(sofia.post(f"/v1/accounts/{closed}/consents", body), "AccountClosed")


def test_a_locked_account_shows_in_the_list_and_nowhere_else(citi: Reader, world: World) -> None:
    maya = citi("maya")
    card = maya.account("creditCard")
    locked = world.control("PATCH", f"/accounts/{maya.canonical[card]}", json={"status": "LOCKED"})
    assert locked.status_code == 200, locked.text
    assert maya.account("creditCard", accountStatus="BLOCKED") == card
    for path in ("", "/transactions", "/statements", "/consents"):
        refused(maya.get(f"/v1/accounts/{card}{path}"), "AccountLocked")
    answer = maya.get("/v2/accounts/details").json()
    assert [group["accountGroup"] for group in answer["accountGroupDetails"]] == ["CHECKING", "SAVINGS"]
    (missing,) = answer["partialResponseInformation"]
    assert missing["reasonCode"] == "accessNotConfigured"
    refused(maya.post("/v1/creditCards/rewards/pointBalance/search", {}), "RewardProgramNotFound")


def test_what_a_kind_of_account_does_not_offer(citi: Reader) -> None:
    maya, walt = citi("maya"), citi("walt")
    card = maya.account("creditCard")
    refused(maya.get(f"/v2/accounts/{card}/encrypt/accountRoutingNumber"), "AccountTypeNotSupported")
    brokerage = walt.account("securitiesBrokerage")
    order = walt.rows(brokerage)[0]["orderReferenceId"]
    refused(walt.get(f"/v1/accounts/{brokerage}/transactions/{order}/details"), "AccountTypeNotSupported")


def test_a_statement_just_cut_is_not_listed_and_still_being_prepared(citi: Reader, world: World) -> None:
    world.advance("P27DT14H")  # Monday, July 13, one in the morning in New York
    maya = citi("maya")
    card = maya.account("creditCard")
    path = f"/v1/accounts/{card}/statements"
    cut_an_hour_ago = ids.digits(15, "statement", maya.canonical[card], "2026-07-12")
    assert maya.get(path).json()["statementList"][0]["statementDate"] == "2026-06-12"
    refused(maya.get(f"{path}/{cut_an_hour_ago}"), "StatementProcessing")
    world.advance("PT8H")
    listed = citi("maya").get(path).json()["statementList"]
    assert listed[0] == {"statementId": cut_an_hour_ago, "statementDate": "2026-07-12"}


BAD_SEARCHES: list[tuple[Any, str | None]] = [
    ({}, "transactionDetailsRequest"),
    ({"transactionDetailsRequest": []}, "transactionDetailsRequest"),
    ({"transactionDetailsRequest": [{"accountId": "x"}] * 11}, "transactionDetailsRequest"),
    (
        {"transactionDetailsRequest": [{"accountId": "x", "currencyCode": "USD"}]},
        "transactionDetailsRequest.0.currencyCode",
    ),
    ({"transactionDetailsRequest": [{"accountId": "x", "amountFrom": "5"}]}, "transactionDetailsRequest.0.amountFrom"),
    ({"transactionDetailsRequest": [{"accountId": "\x00"}]}, "transactionDetailsRequest.0.accountId"),
    ([], None),
]


@pytest.mark.parametrize(("body", "location"), BAD_SEARCHES)
def test_bad_bodies(citi: Reader, body: Any, location: str | None) -> None:
    answer = citi("maya").post("/v1/accounts/transactions/search", body)
    refused(answer, "InvalidInput", location=location)


def test_bodies_that_are_not_read(citi: Reader) -> None:
    maya = citi("maya").access
    path = "/gcb/api/v1/accounts/transactions/search"
    as_text, as_json = {"Content-Type": "text/plain"}, {"Content-Type": "application/json"}
    refused(maya.request("POST", path, data="x", headers=as_text), "UnsupportedMediaType")
    refused(maya.request("POST", path, data="x" * 2_000_000, headers=as_json), "PayloadTooLarge")
    refused(maya.request("POST", path, data="[" * 100_000, headers=as_json), "InvalidInput")
    refused(maya.request("POST", path, data="{", headers=as_json), "InvalidInput")


def test_a_marketing_consent_is_for_the_account_in_the_path(citi: Reader) -> None:
    maya = citi("maya")
    card, checking = maya.account("creditCard"), maya.account("checking")
    path = f"/v1/accounts/{card}/consents"
    elsewhere = {"accountId": checking, "accountConsentDetails": [PARTNER_OFFERS]}
    refused(maya.post(path, elsewhere), "InvalidInput", location="accountId")
    other_card = {"accountId": card, "accountConsentDetails": [{**PARTNER_OFFERS, "cardId": checking}]}
    refused(maya.post(path, other_card), "InvalidInput", location="accountConsentDetails.0.cardId")


def test_paths_and_methods(citi: Reader) -> None:
    maya = citi("maya")
    refused(maya.get("/v1/payees"), "UnknownPath")
    answer = maya.access.request("DELETE", "/gcb/api/v1/accounts")
    refused(answer, "MethodNotAllowed")
    assert answer.headers["Allow"] == "GET, HEAD"
    refused(maya.get("/v1/accounts", headers={"Accept": "text/csv"}), "NotAcceptable")


def test_reference_data_that_there_is_not(citi: Reader) -> None:
    maya = citi("maya")
    refused(maya.get("/v1/utilities/referenceData/currencyCode"), "NotModelled", location="code")
    refused(maya.get("/v1/utilities/referenceData/shoeSize"), "NoData", location="code")


def enumerations(value: Any) -> dict[str, set[str]]:
    """The values of each member of a document that has an enumeration."""
    found: dict[str, set[str]] = {}
    if isinstance(value, dict):
        for name, member in value.get("properties", {}).items():
            resolved = DOCUMENT.schemas.resolve(member)
            if resolved.get("type") == "string" and "enum" in resolved:
                found.setdefault(name, set()).update(resolved["enum"])
    for member in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        for name, values in enumerations(member).items():
            found.setdefault(name, set()).update(values)
    return found


def test_reference_data_holds_the_values_of_the_document() -> None:
    written = enumerations(DOCUMENT.raw["components"]["schemas"])
    written["accountGroup"] -= {"CREDITCARD", "LINEOFCREDIT", "BROKERAGE", "RETIREMENT"}  # version 2's own words
    assert {code: set(values) for code, values in reference.CODES.items()} == {
        code: written[code] for code in reference.CODES
    }
    assert not set(reference.CODES) & reference.NOT_MODELLED


def test_the_token_path_of_another_country_never_gives_a_token(citi: Reader, world: World) -> None:
    client = world.clients["citi"]
    form = {"grant_type": "authorization_code", "code": "whatever"}
    for elsewhere in ("mx/gcb", "us/cards", "US/gcb"):
        answer = requests.post(
            f"{world.server.url}/citi/gcb/api/authCode/oauth2/token/{elsewhere}",
            data=form,
            auth=(client["client_id"], client["client_secret"]),
            timeout=30,
        )
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
        assert answer.json()["error_description"].endswith("use /authCode/oauth2/token/us/gcb.")
        assert answer.headers["Cache-Control"] == "no-store"


def test_a_call_is_answered_with_its_uuid_even_when_it_is_refused(citi: Reader) -> None:
    assert citi("maya").get("/v1/accounts/nope").headers["uuid"] == UUID
