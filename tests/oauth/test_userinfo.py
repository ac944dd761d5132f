"""Claims about the customer: what the consent covers, by a token that works, and the bank's own words where not."""

from typing import Any

import pytest
import requests

from tests.conftest import World
from tests.oauth.conftest import App, application, explained, register
from tests.oauth.test_id_tokens import OPENID, opened, tokens

IDENTITY = {
    "usbank": "openid accounts identity",
    "wellsfargo": "openid offline_access fdx:customercontact:read fdx:customerpersonal:read",
}
CONTACT = {"name", "given_name", "family_name", "address", "email", "phone_number"}


def app_at(world: World, bank: str) -> App:
    return application(world, bank, register(world, bank))


def ask(app: App, token: str | None, method: str = "GET", **more: Any) -> requests.Response:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return requests.request(method, app.metadata["userinfo_endpoint"], headers=headers, timeout=30, **more)


@pytest.mark.parametrize("bank", OPENID)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_customer_who_shares_it_is_described(world: World, bank: str, method: str) -> None:
    app = app_at(world, bank)
    told = tokens(app, "maya", scope=IDENTITY[bank])
    answer = ask(app, told["access_token"], method)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    claims = answer.json()
    assert claims["sub"] == opened(app, told["id_token"]).claims["sub"]
    assert (claims["given_name"], claims["family_name"]) == ("Maya", "Torres")
    assert claims["email"].endswith("@example.com")
    assert (claims["phone_number"][:2], claims["phone_number"][-7:-4]) == ("+1", "555")
    assert claims["address"]["country"] == "US"
    assert claims["birthdate"].startswith("19")


@pytest.mark.parametrize("bank", OPENID)
def test_without_the_clusters_there_is_only_the_subject(world: World, bank: str) -> None:
    app = app_at(world, bank)
    told = tokens(app)
    assert set(ask(app, told["access_token"]).json()) == {"sub"}


def test_each_claim_hangs_on_its_cluster(world: World) -> None:
    app = app_at(world, "wellsfargo")
    contact = tokens(app, scope="openid fdx:customercontact:read")["access_token"]
    claims = ask(app, contact).json()
    assert set(claims) > CONTACT
    assert "birthdate" not in claims
    personal = tokens(app, scope="openid fdx:customerpersonal:read")["access_token"]
    assert set(ask(app, personal).json()) == {"sub", "birthdate"}


def test_a_token_that_was_narrowed_tells_less_than_the_consent_would(world: World) -> None:
    app = app_at(world, "usbank")
    pair = tokens(app, scope=IDENTITY["usbank"])
    assert "email" in ask(app, pair["access_token"]).json()
    narrowed = app.refresh(pair["refresh_token"], scope="openid accounts").json()["access_token"]
    assert set(ask(app, narrowed).json()) == {"sub"}


@pytest.mark.parametrize("bank", OPENID)
def test_a_token_without_openid_is_refused_as_too_narrow(world: World, bank: str) -> None:
    app = app_at(world, bank)
    token = tokens(app, scope=IDENTITY[bank].replace("openid ", ""))["access_token"]
    refused = ask(app, token)
    assert refused.status_code == 403
    assert refused.headers["WWW-Authenticate"] == 'Bearer error="insufficient_scope"'
    assert explained(refused)["facts"]["needed"] == ["openid"]


@pytest.mark.parametrize("bank", OPENID)
def test_a_dead_token_is_refused_in_the_banks_voice(world: World, bank: str) -> None:
    app = app_at(world, bank)
    token = tokens(app)["access_token"]
    app.revoke(token)
    for refused, challenge in (
        (ask(app, token), 'Bearer error="invalid_token"'),
        (ask(app, None), 'Bearer realm="accounts"'),
    ):
        assert refused.status_code == 401
        assert refused.headers["WWW-Authenticate"] == challenge
        assert "error_description" not in refused.text
        assert {"code", "message"} <= set(refused.json().get("error", refused.json()))


@pytest.mark.parametrize("bank", OPENID)
def test_a_withdrawn_consent_ends_it_at_once(world: World, bank: str) -> None:
    app = app_at(world, bank)
    told = tokens(app)
    consent_id = app.post(app.bank.oauth.introspection_path, {"token": told["access_token"]}).json()["fdxConsentId"]
    assert world.control("POST", f"/consents/{consent_id}/revoke", json={}).status_code == 200
    assert ask(app, told["access_token"]).status_code == 401
