"""What data may be used for: a consent grants pairs of a data cluster and a purpose, and a read outside them is
refused and recorded."""

from typing import Any

import pytest
import requests

from tests.conftest import Access, World
from tests.control.words import refused, told
from tests.oauth.conftest import BANKS, application, register
from tests.oauth.grants import granted, only_consent

ASSISTANT = {
    "code": "ASSISTANT",
    "text": "Show balances in chat",
    "clusters": ["ACCOUNT_BASIC", "ACCOUNT_DETAILED", "BALANCES"],
}
RECEIPTS = {"code": "RECEIPTS", "text": "File receipts", "clusters": ["ACCOUNT_BASIC", "TRANSACTIONS"]}
PURPOSES = [ASSISTANT, RECEIPTS]
TRANSACTIONS = {
    "chase": "/jpmc/servicing/inquiry-maintenance/fdx/v4/accounts/{}/transactions",
    "wellsfargo": "/fdx/v6/accounts/{}/transactions",
    "usbank": "/transactions/v1/accounts/{}/transactions?view=FULL",
    "citi": "/gcb/api/v1/accounts/{}/transactions",
}
every_bank = pytest.mark.parametrize("bank", BANKS)


def linked(world: World, bank: str, **more: Any) -> tuple[Access, dict[str, Any]]:
    """A consent for a client with both purposes; (access, the consent as it was given)."""
    client = register(world, bank, purposes=PURPOSES)
    given = world.consent(bank, client_id=client["client_id"], **more)
    usual = {**world.access(bank).headers}
    if bank == "citi":
        usual["client_id"] = client["client_id"]
    return Access(f"{world.server.url}/{bank}", given["consent_id"], given["access_token"], usual), given


def latest(world: World, access: Access) -> dict[str, Any]:
    """The latest record of the consent."""
    return dict(told(world.control("GET", f"/consents/{access.consent_id}/accesses"))["accesses"][0])


@every_bank
def test_a_consent_grants_no_data_that_no_purpose_uses(world: World, bank: str) -> None:
    _, given = linked(world, bank)
    assert set(given["clusters"]) == {"ACCOUNT_BASIC", "ACCOUNT_DETAILED", "BALANCES", "TRANSACTIONS"}


@every_bank
def test_a_read_is_held_to_the_purpose_that_is_stated(world: World, bank: str) -> None:
    access, given = linked(world, bank)
    path = TRANSACTIONS[bank].format(given["accounts"][0]["id"])
    assert access.get(path, headers={"Sandbank-Purpose": "RECEIPTS"}).status_code == 200
    assert latest(world, access)["purposes"] == ["RECEIPTS"]
    answer = access.get(path, headers={"Sandbank-Purpose": "ASSISTANT"})
    assert answer.status_code == 403, answer.text
    assert "Sandbank-Contract" not in answer.headers
    record = latest(world, access)
    assert (record["status"], record["error"], record["purposes"]) == (403, "PurposeNotGranted", ["ASSISTANT"])
    why = told(requests.get(f"{world.server.url}/_sandbox/why/{record['trace']}", timeout=30))
    assert why["facts"]["granted"]["RECEIPTS"] == RECEIPTS["clusters"]


@every_bank
def test_without_a_word_on_purpose_the_one_that_covers_the_data_is_recorded(world: World, bank: str) -> None:
    access, given = linked(world, bank)
    assert access.get(TRANSACTIONS[bank].format(given["accounts"][0]["id"])).status_code == 200
    assert latest(world, access)["purposes"] == ["RECEIPTS"]


@pytest.mark.parametrize("stated", ["", "MARKETING", "receipts", "RECEIPTS, ASSISTANT"])
def test_a_purpose_that_was_not_granted_opens_nothing(world: World, stated: str) -> None:
    access, _ = linked(world, "chase")
    path = world.server.app.services.banks["chase"].accounts_path
    assert access.get(path, headers={"Sandbank-Purpose": stated}).status_code == 403


def test_fields_of_other_purposes_stay_out_of_a_detailed_answer(world: World) -> None:
    whole = [
        {"code": "ALL", "text": "Do everything"},
        {"code": "LIST", "text": "List accounts", "clusters": ["ACCOUNT_BASIC"]},
    ]
    client = register(world, "wellsfargo", purposes=whole)
    given = world.consent("wellsfargo", client_id=client["client_id"])
    headers = world.access("wellsfargo").headers
    access = Access(f"{world.server.url}/wellsfargo", given["consent_id"], given["access_token"], dict(headers))
    path = "/fdx/v6/accounts?resultType=details"
    assert access.get(path, headers={"Sandbank-Purpose": "ALL"}).status_code in (200, 206)
    assert access.get(path, headers={"Sandbank-Purpose": "LIST"}).status_code == 403


def test_purposes_are_given_by_the_control_api_and_bite_when_they_are_taken_back(world: World) -> None:
    access, given = linked(world, "usbank", purposes=["RECEIPTS"])
    assert given["clusters"] == ["ACCOUNT_BASIC", "TRANSACTIONS"]
    access, given = linked(world, "usbank")
    path = TRANSACTIONS["usbank"].format(given["accounts"][0]["id"])
    assert access.get(path).status_code == 200
    amended = told(world.control("PATCH", f"/consents/{access.consent_id}", json={"purposes": ["ASSISTANT"]}))
    assert [one["code"] for one in amended["purposes"]] == ["ASSISTANT"]
    assert access.get(path).status_code == 403
    wish = {"bank": "usbank", "customer": "maya", "purposes": ["UNHEARD_OF"]}
    refused(world.control("POST", "/consents", json=wish), 400, "PurposeUnknown")


def test_a_client_whose_purposes_use_nothing_of_what_it_asks_for_is_refused(world: World) -> None:
    app = application(world, "usbank", register(world, "usbank", purposes=[RECEIPTS]))
    answer = world.control("POST", "/authorize", json={"url": app.start(scope="identity"), "customer": "maya"}).json()
    assert answer["error"] == "invalid_scope"
    granted(app, scope="accounts transactions identity")
    assert only_consent(app)["scope"] == "accounts transactions"
