"""ID tokens as a genuine client reads them: fetched keys, joserfc's checks, and OIDC Core's rules one by one."""

from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import Any

import pytest
import requests
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.jwk import KeySet

from tests.conftest import World
from tests.oauth.browser import Browser
from tests.oauth.conftest import App, application, explained, register
from tests.oauth.keys import now

OPENID = ("usbank", "wellsfargo")
WITHOUT = ("chase", "citi")
SCOPES = {"usbank": "openid accounts", "wellsfargo": "openid offline_access fdx:accountbasic:read"}


def openid_app(world: World, bank: str, **more: Any) -> App:
    return application(world, bank, register(world, bank, **more))


def tokens(app: App, username: str = "omar", **changes: str) -> dict[str, Any]:
    """A code for tokens, with the scope `openid`."""
    answer = app.exchange(app.code(username, **{"scope": SCOPES[app.bank.slug], **changes}))
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def opened(app: App, id_token: str) -> jwt.Token:
    """Checked against the bank's published keys, with the algorithms that its metadata names."""
    published = KeySet.import_key_set(requests.get(app.metadata["jwks_uri"], timeout=30).json())
    return jwt.decode(id_token, published, app.metadata["id_token_signing_alg_values_supported"])


@pytest.mark.parametrize("bank", OPENID)
def test_an_id_token_says_who_signed_in_when_and_for_whom(world: World, bank: str) -> None:
    app = openid_app(world, bank)
    began = now()
    told = tokens(app, nonce="n-0S6_WzA2Mj")
    token = opened(app, told["id_token"])
    assert token.header["alg"] == "RS256"
    claims = token.claims
    assert (claims["iss"], claims["aud"], claims["nonce"]) == (app.metadata["issuer"], app.client_id, "n-0S6_WzA2Mj")
    assert claims["sub"] == app.post(app.bank.oauth.introspection_path, {"token": told["access_token"]}).json()["sub"]
    assert began <= claims["auth_time"] <= claims["iat"] <= now() < claims["exp"]
    assert claims["amr"] == ["pwd", "sms", "mfa"]
    assert claims["acr"] in app.metadata["acr_values_supported"]
    assert "azp" not in claims
    half = sha256(told["access_token"].encode()).digest()[:16]
    assert claims["at_hash"] == urlsafe_b64encode(half).decode().rstrip("=")


@pytest.mark.parametrize("bank", OPENID)
def test_authlibs_own_checks_find_nothing_wrong(world: World, bank: str) -> None:
    app = openid_app(world, bank)
    told = tokens(app, nonce="n-1")
    token = opened(app, told["id_token"])
    options = {"iss": {"values": [app.metadata["issuer"]]}, "aud": {"values": [app.client_id]}}
    params = {"nonce": "n-1", "client_id": app.client_id, "access_token": told["access_token"], "max_age": 60}
    CodeIDToken(token.claims, token.header, options, params).validate(now=now())


@pytest.mark.parametrize(("login", "amr"), [("omar+push", ["pwd", "swk", "mfa"]), ("omar+question", ["pwd", "kba"])])
def test_it_says_by_what_the_customer_was_proven(world: World, login: str, amr: list[str]) -> None:
    app = openid_app(world, "usbank")
    otp = {"push": "approve", "question": "harbor"}[login.partition("+")[2]]
    answer = world.control(
        "POST", "/authorize", json={"url": app.start(scope="openid accounts"), "customer": login, "otp": otp}
    )
    told = app.exchange(answer.json()["code"]).json()
    claims = opened(app, told["id_token"]).claims
    assert claims["amr"] == amr
    assert claims["acr"] == app.metadata["acr_values_supported"][0 if "mfa" in amr else 1]


@pytest.mark.parametrize("alg", ["RS256", "PS256", "ES256"])
def test_a_client_gets_the_algorithm_that_it_registered(world: World, alg: str) -> None:
    app = openid_app(world, "usbank", id_token_signed_response_alg=alg)
    assert opened(app, tokens(app)["id_token"]).header["alg"] == alg


@pytest.mark.parametrize("bank", OPENID)
def test_a_nonce_that_was_not_sent_is_not_there(world: World, bank: str) -> None:
    app = openid_app(world, bank)
    assert "nonce" not in opened(app, tokens(app)["id_token"]).claims


def test_a_nonce_too_long_to_be_kept_is_refused_at_the_client(world: World) -> None:
    app = openid_app(world, "usbank")
    answer = Browser().open(app.start(scope="openid accounts", nonce="n" * 5000)).answer
    assert (answer["error"], answer["iss"]) == ("invalid_request", app.metadata["issuer"])


def test_a_nonce_travels_in_a_pushed_request(world: World) -> None:
    app = openid_app(world, "wellsfargo")
    asked = dict(pair.split("=", 1) for pair in app.start().partition("?")[2].split("&"))
    pushed = app.post(
        app.bank.oauth.pushed_authorization_path,
        {
            "response_type": "code",
            "redirect_uri": app.redirect_uri,
            "scope": SCOPES["wellsfargo"],
            "state": "s-1",
            "nonce": "n-pushed",
            "code_challenge": asked["code_challenge"],
            "code_challenge_method": "S256",
        },
    ).json()
    url = f"{app.metadata['authorization_endpoint']}?client_id={app.client_id}&request_uri={pushed['request_uri']}"
    code = Browser().open(url).consent("omar").answer["code"]
    assert opened(app, app.exchange(code).json()["id_token"]).claims["nonce"] == "n-pushed"


@pytest.mark.parametrize("bank", OPENID)
def test_a_refresh_brings_one_about_the_same_sign_in_without_a_nonce(world: World, bank: str) -> None:
    app = openid_app(world, bank)
    first = tokens(app, nonce="n-1")
    before = opened(app, first["id_token"]).claims
    second = app.refresh(first["refresh_token"]).json()
    after = opened(app, second["id_token"]).claims
    same = ("iss", "sub", "aud", "auth_time", "acr", "amr")
    assert [after[name] for name in same] == [before[name] for name in same]
    assert "nonce" not in after
    assert after["iat"] >= before["iat"]
    assert after["at_hash"] != before["at_hash"]
    third = app.refresh(second["refresh_token"]).json()
    assert opened(app, third["id_token"]).claims["auth_time"] == before["auth_time"]


@pytest.mark.parametrize("bank", OPENID)
def test_there_is_none_without_the_scope(world: World, bank: str) -> None:
    app = openid_app(world, bank)
    scope = SCOPES[bank].replace("openid ", "")
    assert "id_token" not in tokens(app, scope=scope)
    narrowed = app.refresh(tokens(app)["refresh_token"], scope=scope).json()
    assert "id_token" not in narrowed


@pytest.mark.parametrize("bank", WITHOUT)
def test_banks_without_openid_have_no_word_for_it(world: World, bank: str) -> None:
    app = openid_app(world, bank)
    assert Browser().open(app.start(scope="openid")).answer["error"] == "invalid_scope"
    assert "id_token" not in app.exchange(app.code()).json()
    assert [name for name in app.metadata if name.startswith(("id_token", "userinfo", "claims", "subject"))] == []


@pytest.mark.parametrize("bank", OPENID)
def test_case_30_the_issuer_is_the_same_in_answers_metadata_and_id_token(world: World, bank: str) -> None:
    app = openid_app(world, bank)
    browser = Browser().open(app.start(scope=SCOPES[bank])).consent("omar")
    told = app.exchange(browser.answer["code"]).json()
    refused = Browser().open(app.start(scope=SCOPES[bank])).sign_in("omar").send("cancel").answer
    broken = Browser().open(app.start(scope="everything")).answer
    issuer = app.metadata["issuer"]
    assert [answer["iss"] for answer in (browser.answer, refused, broken)] == [issuer] * 3
    assert app.metadata["authorization_response_iss_parameter_supported"] is True
    assert opened(app, told["id_token"]).claims["iss"] == issuer


def test_an_id_token_opens_nothing(world: World) -> None:
    app = openid_app(world, "wellsfargo")
    refused = app.read(tokens(app)["id_token"])
    assert refused.status_code == 401
    assert "RS256, not ES256" in explained(refused)["detail"]
