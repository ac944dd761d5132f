"""Consents: given in a customer's name, looked at, withdrawn."""

from typing import Any

import pytest
import requests

from tests.conftest import Server, World
from tests.control.words import account_of, refused, told

BANKS = ("chase", "wellsfargo", "usbank", "citi")


@pytest.mark.parametrize("bank", BANKS)
def test_tokens_work_at_once_at_every_bank(world: World, bank: str) -> None:
    given = world.consent(bank)
    assert {account["account_id"] for account in given["accounts"]}
    assert given["clusters"] == [cluster.value for cluster in world.server.app.services.banks[bank].clusters]
    access = world.access(bank)
    answer = access.request("GET", given["accounts_url"].removeprefix(access.base))
    assert answer.status_code == 200, answer.text
    assert all(account["id"] in answer.text for account in given["accounts"])


@pytest.mark.parametrize("bank", BANKS)
def test_the_refresh_token_is_a_real_one(world: World, bank: str) -> None:
    given, client = world.consent(bank), world.clients[bank]
    metadata = requests.get(f"{world.server.url}/{bank}/.well-known/openid-configuration", timeout=10).json()
    policy = world.server.app.services.banks[bank].oauth
    url = f"{world.server.url}/{bank}{policy.refresh_path}" if policy.refresh_path else metadata["token_endpoint"]
    form = {"grant_type": "refresh_token", "refresh_token": given["refresh_token"]}
    answer = requests.post(url, data=form, auth=(client["client_id"], client["client_secret"]), timeout=10)
    assert told(answer)["access_token"] != given["access_token"]


@pytest.mark.parametrize("name", ["account_id", "last4", "nickname", "product"])
def test_accounts_are_chosen_by_any_of_their_names(world: World, name: str) -> None:
    account = account_of(world)
    given = world.consent("chase", accounts=[account[name]])
    assert [one["account_id"] for one in given["accounts"]] == [account["account_id"]]
    again = world.consent("chase", accounts=[given["accounts"][0]["id"]])
    assert [one["account_id"] for one in again["accounts"]] == [account["account_id"]]


def test_an_account_that_is_not_there_is_refused_with_those_that_are(world: World) -> None:
    wish: dict[str, Any] = {"bank": "chase", "customer": "maya", "accounts": ["0000-nothing"]}
    refusal = refused(world.control("POST", "/consents", json=wish), 404, "AccountNotFound")
    assert account_of(world)["account_id"] in [one["account_id"] for one in refusal["facts"]["offered"]]


def test_clusters_narrow_what_can_be_read(world: World) -> None:
    access = world.access("chase", clusters=["ACCOUNT_BASIC"])
    fdx = "/jpmc/servicing/inquiry-maintenance/fdx/v4"
    assert access.get(f"{fdx}/accounts").status_code == 200
    assert access.get(f"{fdx}/customers/current").status_code == 403


def test_a_scope_brings_its_clusters(world: World) -> None:
    scope = next(iter(world.server.app.services.banks["usbank"].oauth.scopes))
    given = world.consent("usbank", scope=scope)
    assert given["scope"] == scope
    assert len(given["clusters"]) < len(world.consent("usbank")["clusters"])


@pytest.mark.parametrize(
    ("wish", "status", "error"),
    [
        ({"bank": "bankofnowhere"}, 404, "BankNotFound"),
        ({"customer": "maja"}, 404, "CustomerNotFound"),
        ({"client_id": "stranger"}, 404, "ClientNotFound"),
        ({"scope": "everything"}, 400, "InvalidInput"),
        ({"clusters": ["NOTIFICATIONS"]}, 400, "InvalidInput"),
        ({"clusters": ["SECRETS"]}, 400, "InvalidInput"),
        ({"lifetime_days": 0}, 400, "InvalidInput"),
        ({"lifetime_days": 366}, 400, "InvalidInput"),
        ({"accounts": []}, 400, "InvalidInput"),
        ({"marketing": "yes"}, 400, "InvalidInput"),
    ],
)
def test_a_consent_that_cannot_be_is_refused(world: World, wish: dict[str, Any], status: int, error: str) -> None:
    whole = {"bank": "chase", "customer": "maya", **wish}
    refused(world.control("POST", "/consents", json=whole), status, error)


def test_a_client_selects_its_world(server: Server, world: World) -> None:
    wish = {"bank": "chase", "customer": "maya", "client_id": world.clients["chase"]["client_id"]}
    given = requests.post(f"{server.url}/_sandbox/consents", json=wish, timeout=10)
    assert told(given, 201)["world"] == world.world_id
    elsewhere = requests.post(f"{server.url}/_sandbox/consents?world=default", json=wish, timeout=10)
    refused(elsewhere, 409, "Conflict")
    default = requests.post(f"{server.url}/_sandbox/consents", json={"bank": "citi", "customer": "jon"}, timeout=10)
    assert told(default, 201)["client_id"] == "demo-app"


def test_a_consent_is_listed_shown_and_withdrawn_once(world: World) -> None:
    given = world.consent("chase")
    path = f"/consents/{given['consent_id']}"
    listed = told(world.control("GET", "/consents", params={"customer": "maya"}))["consents"]
    assert listed == [told(world.control("GET", path))]
    assert (listed[0]["status"], listed[0]["accounts"]) == ("ACTIVE", [one["account_id"] for one in given["accounts"]])
    ended = told(world.control("POST", f"{path}/revoke", json={"initiator": "DATA_PROVIDER"}))
    assert (ended["status"], ended["revocation"]["initiator"]) == ("REVOKED", "DATA_PROVIDER")
    refused(world.control("POST", f"{path}/revoke"), 409, "ConsentAlreadyEnded")
    assert not told(world.control("GET", "/consents", params={"customer": "maya", "status": "ACTIVE"}))["consents"]
    headers = {"Authorization": f"Bearer {given['access_token']}"}
    assert requests.get(given["accounts_url"], headers=headers, timeout=10).status_code == 401


def test_a_consent_ends_when_its_days_are_over(world: World) -> None:
    given = world.consent("chase", lifetime_days=1)
    assert given["expires_at"] == "2026-06-16T15:00:00Z"
    world.advance("P1D")
    assert told(world.control("GET", f"/consents/{given['consent_id']}"))["status"] == "EXPIRED"
    refused(world.control("POST", f"/consents/{given['consent_id']}/revoke"), 409, "ConsentAlreadyEnded")


def test_a_consent_of_another_world_is_not_found_in_this(world: World) -> None:
    given = world.consent("chase")
    answer = world.control("GET", f"/consents/{given['consent_id']}", params={"world": "default"})
    refused(answer, 404, "ConsentNotFound")
    refused(world.control("GET", "/consents/nothing"), 404, "ConsentNotFound")


def test_personas_bring_consents_of_their_own(world: World) -> None:
    consents = told(world.control("GET", "/consents", params={"customer": "marcus", "bank": "chase"}))["consents"]
    assert sorted(consent["status"] for consent in consents) == ["ACTIVE", "REVOKED"]
    assert (
        told(world.control("GET", "/consents", params={"customer": "marcus", "bank": "chase"}))["consents"] == consents
    )
    world.advance("P5D")
    active = {"customer": "marcus", "bank": "chase", "status": "ACTIVE"}
    assert not told(world.control("GET", "/consents", params=active))["consents"]


def test_somebody_without_accounts_has_nothing_to_share(world: World) -> None:
    told(world.control("POST", "/customers", json={"username": "none", "first_name": "N", "last_name": "One"}), 201)
    refused(world.control("POST", "/consents", json={"bank": "citi", "customer": "none"}), 409, "Conflict")
