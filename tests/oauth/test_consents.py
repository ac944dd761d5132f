"""A consent's life at every bank: what is kept of it, how it changes, and that its end bites everywhere at once."""

import re
from hashlib import sha256

import pytest
import requests

from sandbox.oauth.disclosure import disclose
from tests.conftest import Access, World
from tests.control.words import account_of, refused, told
from tests.oauth.browser import Browser
from tests.oauth.conftest import BANKS, App
from tests.oauth.grants import consent_of, granted, only_consent

every_bank = pytest.mark.parametrize("bank", BANKS)
NUMBERS = {
    "chase": "/jpmc/servicing/inquiry-maintenance/fdx/v4/accounts/{}/payment-networks",
    "usbank": "/accounts/v1/accounts/{}/payment-networks",
}


def read_accounts(world: World, access: Access, bank: str) -> requests.Response:
    return access.get(world.server.app.services.banks[bank].accounts_path)


# --- What is kept ---------------------------------------------------------------------------------------------------


def test_it_keeps_the_digest_of_the_very_words_on_the_review_page(app: App) -> None:
    page = Browser().open(app.start()).consent("omar")
    assert page.answer["code"]
    consent = only_consent(app)
    services = app.world.server.app.services
    world, value = services.consents.get(consent["consent_id"])
    client = services.grants.client(app.bank.slug, app.client_id)
    customer = services.worlds.customer(world, "omar")
    assert client is not None
    text = disclose(app.bank, client, value, services.worlds.held(world, customer, app.bank.slug)).text
    assert consent["disclosure"] == {"version": "2026-12", "sha256": sha256(text.encode()).hexdigest()}
    assert client.name in text
    assert client.purposes[0].text in text


def test_its_history_tells_who_did_what(app: App) -> None:
    consent_id = granted(app, grant_management_action="create")["grant_id"]
    kept = consent_of(app, consent_id)["accounts"][:1]
    told(app.world.control("PATCH", f"/consents/{consent_id}", json={"accounts": kept, "marketing": True}))
    told(app.world.control("POST", f"/consents/{consent_id}/revoke", json={"initiator": "DATA_RECIPIENT"}))
    events = [(event["act"], event["by"], event.get("detail")) for event in consent_of(app, consent_id)["history"]]
    assert events == [
        ("GRANTED", "INDIVIDUAL", None),
        ("AMENDED", "INDIVIDUAL", "accounts, marketing"),
        ("REVOKED", "DATA_RECIPIENT", "USER_ACTION"),
    ]


def test_it_reminds_of_its_end_a_month_before(world: World) -> None:
    given = world.consent("citi", lifetime_days=60)
    path = f"/consents/{given['consent_id']}"
    assert told(world.control("GET", path))["expires_soon"] is False
    world.advance("P30D")
    consent = told(world.control("GET", path))
    assert (consent["expires_soon"], consent["reauthorize_by"]) == (True, given["expires_at"])


def test_marcus_has_one_that_runs_out_and_one_just_withdrawn(world: World) -> None:
    query = {"customer": "marcus", "bank": "usbank"}
    consents = told(world.control("GET", "/consents", params=query))["consents"]
    assert {(one["status"], one["expires_soon"]) for one in consents} == {("ACTIVE", True), ("REVOKED", False)}
    assert {one["history"][-1]["act"] for one in consents} == {"GRANTED", "REVOKED"}


@every_bank
def test_a_consent_for_once_gives_one_token_for_a_day(world: World, bank: str) -> None:
    given = world.consent(bank, duration="ONE_TIME")
    assert "refresh_token" not in given
    assert given["expires_in"] == 24 * 60 * 60
    access = Access(
        f"{world.server.url}/{bank}", given["consent_id"], given["access_token"], world.access(bank).headers
    )
    assert read_accounts(world, access, bank).status_code == 200
    world.advance("P1D")
    assert read_accounts(world, access, bank).status_code == 401


# --- How it changes -------------------------------------------------------------------------------------------------


@every_bank
def test_an_account_that_is_taken_out_is_gone_at_the_next_call(world: World, bank: str) -> None:
    given, access = world.consent(bank, "amina"), world.access(bank, "amina")
    accounts = {one["id"]: one["account_id"] for one in given["accounts"]}
    (gone, gone_id), (stays, stays_id) = list(accounts.items())[:2]
    assert gone in read_accounts(world, access, bank).text
    told(world.control("PATCH", f"/consents/{access.consent_id}", json={"accounts": [stays_id]}))
    answer = read_accounts(world, access, bank)
    assert stays in answer.text
    assert gone not in answer.text
    told(world.control("PATCH", f"/consents/{access.consent_id}", json={"accounts": [stays_id, gone_id]}))
    assert gone in read_accounts(world, access, bank).text


def test_it_cannot_be_amended_to_nothing_nor_to_what_is_not_shared(world: World) -> None:
    path = f"/consents/{world.consent('chase')['consent_id']}"
    refused(world.control("PATCH", path, json={"accounts": []}), 400, "InvalidInput")
    refused(world.control("PATCH", path, json={}), 400, "InvalidInput")
    refused(world.control("PATCH", path, json={"purposes": ["SOMETHING_ELSE"]}), 400, "PurposeUnknown")
    stranger = account_of(world, "omar")["account_id"]
    refused(world.control("PATCH", path, json={"accounts": [stranger]}), 404, "AccountNotFound")
    told(world.control("POST", f"{path}/revoke"))
    refused(world.control("PATCH", path, json={"marketing": True}), 409, "ConsentAlreadyEnded")


@pytest.mark.parametrize("bank", NUMBERS)
def test_tokenised_numbers_are_new_with_each_consent_and_die_with_it(world: World, bank: str) -> None:
    account = account_of(world, bank=bank)["account_id"]
    first, again = (world.consent(bank, accounts=[account]) for _ in range(2))
    number = first["accounts"][0]["tan"]
    assert number != again["accounts"][0]["tan"]
    headers = {"Authorization": f"Bearer {first['access_token']}"}
    url = f"{world.server.url}/{bank}" + NUMBERS[bank].format(first["accounts"][0]["id"])
    assert f'"{number}"' in requests.get(url, headers=headers, timeout=30).text
    assert told(world.control("GET", f"/tans/{number}"))["live"] is True
    told(world.control("POST", f"/consents/{first['consent_id']}/revoke"))
    dead = told(world.control("GET", f"/tans/{number}"))
    assert (dead["live"], dead["why_not"]) == (False, "the consent is revoked")
    assert told(world.control("GET", f"/tans/{again['accounts'][0]['tan']}"))["live"] is True
    refused(world.control("GET", "/tans/00000000000000"), 404, "NumberNotFound")


def test_a_number_dies_when_its_account_leaves_the_consent(world: World) -> None:
    given = world.consent("chase")
    gone, stays = given["accounts"][:2]
    told(world.control("PATCH", f"/consents/{given['consent_id']}", json={"accounts": [stays["account_id"]]}))
    assert told(world.control("GET", f"/tans/{gone['tan']}"))["live"] is False
    assert told(world.control("GET", f"/tans/{stays['tan']}"))["live"] is True


# --- How it ends, and what it never opened --------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["revoked", "expired"])
def test_case_37_what_has_ended_is_refused_at_the_next_call_everywhere(app: App, end: str) -> None:
    tokens = granted(app)
    consent = only_consent(app)
    assert app.read(tokens["access_token"]).status_code == 200
    if end == "revoked":
        told(app.world.control("POST", f"/consents/{consent['consent_id']}/revoke"))
    else:
        short = {"bank": app.bank.slug, "client_id": app.client_id, "customer": "omar", "lifetime_days": 0.001}
        tokens = told(app.world.control("POST", "/consents", json=short), 201)
        app.world.advance("PT2M")
    answer = app.read(tokens["access_token"])
    assert answer.status_code == 401
    assert "invalid_token" in answer.headers["WWW-Authenticate"]
    assert app.refresh(tokens["refresh_token"]).json()["error"] == "invalid_grant"
    if app.bank.oauth.introspection_path:
        for token in (tokens["access_token"], tokens["refresh_token"]):
            assert told(app.post(app.bank.oauth.introspection_path, {"token": token})) == {"active": False}


@every_bank
def test_case_38_a_token_opens_no_account_of_another_consent(world: World, bank: str) -> None:
    """Whether it is another consent's, another customer's or nobody's: the answer is the same but for the id."""
    accounts = world.consent(bank, "amina")["accounts"]
    shared, hidden = accounts[0], accounts[1]
    access = world.access(bank, "amina", accounts=[shared["account_id"]])
    theirs = world.consent(bank, "maya")["accounts"][0]
    path = next(
        operation.path
        for operation in world.server.app.services.documents[bank].operations.values()
        if operation.method == "GET" and "transactions" in operation.path and "{account" in operation.path
    )

    def read(account: str) -> tuple[int, str]:
        name = path[path.index("{") : path.index("}") + 1]
        answer = access.get(path.replace(name, account))
        return answer.status_code, answer.text.replace(account, "ID")

    assert read(shared["id"])[0] in (200, 400)  # some banks want dates
    nobodys = "".join("0" if one.isdigit() else one for one in hidden["id"][:-1]) + hidden["id"][-1]
    seen = {(status, _without_ids(text)) for status, text in map(read, (hidden["id"], theirs["id"]))}
    assert {status for status, _ in seen} == {404}
    assert len(seen) == 1
    assert read(nobodys)[0] == 404


def _without_ids(text: str) -> str:
    """A refusal without the error id that no other error has."""
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "UUID", text)
