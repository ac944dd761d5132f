"""Clients: registered at a bank in a world, looked at, struck off."""

from typing import Any

import pytest
import requests

from tests.conftest import World
from tests.control.words import refused, told
from tests.oauth.keys import AppKey

CALLBACK = "http://127.0.0.1:9000/callback"


def register(world: World, **wish: Any) -> requests.Response:
    return world.control(
        "POST", "/clients", json={"bank": "citi", "name": "A bot", "redirect_uris": [CALLBACK], **wish}
    )


def test_a_client_is_registered_and_its_secret_told_once(world: World) -> None:
    answer = register(world, profile="strict", purposes=["Remind me of bills"], client_uri="https://bot.example")
    made = told(answer, 201)
    secret = made.pop("client_secret")
    assert len(secret) >= 32
    shown = requests.get(world.server.url + answer.headers["Location"], timeout=10)
    assert told(shown) == made
    assert secret not in shown.text
    assert (made["profile"], made["public"], made["world"]) == ("strict", False, world.world_id)
    listed = told(world.control("GET", "/clients", params={"bank": "citi"}))["clients"]
    assert made in listed


def test_a_public_client_has_no_secret(world: World) -> None:
    made = told(register(world, public=True), 201)
    assert made["public"]
    assert "client_secret" not in made


def test_an_id_can_be_chosen_once_at_a_bank(world: World) -> None:
    client_id = f"bot-{world.world_id}"
    assert told(register(world, client_id=client_id), 201)["client_id"] == client_id
    refused(register(world, client_id=client_id), 409, "Conflict")
    told(register(world, client_id=client_id, bank="usbank"), 201)


def test_a_bank_that_takes_one_redirect_uri_takes_one(world: World) -> None:
    two = [CALLBACK, "https://bot.example/callback"]
    told(register(world, redirect_uris=two), 201)
    refusal = refused(register(world, bank="chase", redirect_uris=two), 400, "InvalidInput")
    assert "one redirect URI" in refusal["detail"]


@pytest.mark.parametrize(
    "uri",
    [
        "http://bot.example/callback",
        "https://bot.example/#fragment",
        "https://bot.example/callback#",
        "https://user:pass@bot.example/",
        "https://*.bot.example/",
        "https://bot.example/*",
        "bot.example/callback",
        "/callback",
        "loopback:*",
        "javascript:alert(1)",
        "https://bot.example/a b",
        "https://bot.example\\@evil.example/",
        "https://bøt.example/",
        "https://",
        "http://127.0.0.1:port/",
        "http://127.0.0.1.evil.example/",
    ],
)
def test_a_redirect_uri_that_could_mislead_is_refused(world: World, uri: str) -> None:
    refusal = refused(register(world, redirect_uris=[CALLBACK, uri]), 400, "InvalidInput")
    assert [violation["name"] for violation in refusal["violations"]] == ["/redirect_uris/1"]


@pytest.mark.parametrize("uri", [CALLBACK, "http://localhost/cb", "http://[::1]:8000/", "https://bot.example/cb?x=1"])
def test_loopback_and_https_uris_are_taken(world: World, uri: str) -> None:
    assert told(register(world, redirect_uris=[uri]), 201)["redirect_uris"] == [uri]


def test_a_client_that_is_struck_off_reads_nothing_more(world: World) -> None:
    made = told(register(world, bank="chase"), 201)
    access = world.access("chase", client_id=made["client_id"])
    accounts = "/jpmc/servicing/inquiry-maintenance/fdx/v4/accounts"
    assert access.get(accounts).status_code == 200
    path = f"/clients/chase/{made['client_id']}"
    assert world.control("DELETE", path).status_code == 204
    assert access.get(accounts).status_code == 401
    refused(world.control("GET", path), 404, "ClientNotFound")
    refused(world.control("DELETE", path), 404, "ClientNotFound")


def test_a_client_of_another_world_is_not_found_in_this(world: World) -> None:
    refused(world.control("GET", "/clients/chase/demo-app"), 404, "ClientNotFound")
    refused(world.control("GET", "/clients/bankofnowhere/demo-app"), 404, "BankNotFound")


# --- What RFC 7591 lets a client say -------------------------------------------------------------------------------

KEY = AppKey.make()
EVERYTHING: dict[str, Any] = {
    "token_endpoint_auth_method": "private_key_jwt",
    "jwks": KEY.jwks,
    "request_object_signing_alg": "ES256",
    "id_token_signed_response_alg": "PS256",
    "require_pushed_authorization_requests": True,
    "dpop_bound_access_tokens": True,
    "scope": "customers_profiles",
    "grant_types": ["authorization_code"],
    "logo_uri": "https://bot.example/logo.png",
    "policy_uri": "https://bot.example/policy",
    "tos_uri": "https://bot.example/terms",
    "contacts": ["ops@bot.example"],
}


def test_everything_that_is_registered_is_shown(world: World) -> None:
    made = told(register(world, profile="fapi2", **EVERYTHING), 201)
    assert "client_secret" not in made
    assert {name: made[name] for name in EVERYTHING} == EVERYTHING
    by_certificate = {
        "token_endpoint_auth_method": "tls_client_auth",
        "tls_client_auth_san_dns": "bot.example",
        "tls_client_certificate_bound_access_tokens": True,
    }
    made = told(register(world, **by_certificate), 201)
    assert {name: made[name] for name in by_certificate} == by_certificate


def test_all_that_is_wrong_is_told_at_once(world: World) -> None:
    refusal = refused(
        register(
            world,
            profile="fapi2",
            token_endpoint_auth_method="client_secret_basic",
            redirect_uris=["http://bot.example/cb", CALLBACK, "cb"],
            scope="everything",
            logo_uri="javascript:alert(1)",
            jwks={"keys": [{"kty": "oct", "k": "eA"}]},
            jwks_uri="https://127.0.0.1/jwks",
            id_token_signed_response_alg="none",
        ),
        400,
        "InvalidInput",
    )
    assert [violation["name"] for violation in refusal["violations"]] == [
        "/redirect_uris/0",
        "/redirect_uris/2",
        "/logo_uri",
        "/token_endpoint_auth_method",
        "/jwks_uri",
        "/jwks",
        "/jwks_uri",
        "/id_token_signed_response_alg",
        "/scope",
    ]


@pytest.mark.parametrize(
    ("wish", "name"),
    [
        ({"token_endpoint_auth_method": "private_key_jwt"}, "/jwks"),
        ({"token_endpoint_auth_method": "self_signed_tls_client_auth"}, "/jwks"),
        ({"token_endpoint_auth_method": "tls_client_auth"}, "/tls_client_auth_subject_dn"),
        ({"token_endpoint_auth_method": "client_secret_jwt"}, "/token_endpoint_auth_method"),
        ({"token_endpoint_auth_method": "client_secret_basic", "public": True}, "/public"),
        ({"token_endpoint_auth_method": "private_key_jwt", "jwks": KEY.jwks, "public": True}, "/public"),
        ({"request_object_signing_alg": "ES256"}, "/jwks"),
        ({"request_object_signing_alg": "HS256", "jwks": KEY.jwks}, "/request_object_signing_alg"),
        ({"profile": "fapi2"}, "/token_endpoint_auth_method"),
        ({"profile": "fapi2", "public": True}, "/token_endpoint_auth_method"),
        ({"grant_types": ["client_credentials"], "public": True}, "/grant_types"),
        ({"redirect_uris": []}, "/redirect_uris"),
    ],
)
def test_what_does_not_fit_together_is_refused(world: World, wish: dict[str, Any], name: str) -> None:
    refusal = refused(register(world, **wish), 400, "InvalidInput")
    assert [violation["name"] for violation in refusal["violations"]] == [name]


def test_only_what_a_change_names_is_changed_and_null_takes_away(world: World) -> None:
    made = told(register(world, scope="customers_profiles", contacts=["ops@bot.example"]), 201)
    path = f"/clients/citi/{made['client_id']}"
    changed = told(world.control("PATCH", path, json={"name": "A better bot", "scope": None}))
    expected = {name: value for name, value in made.items() if name not in ("client_secret", "scope")}
    assert changed == expected | {"name": "A better bot"}
    refused(world.control("PATCH", path, json={"redirect_uris": ["javascript:x"]}), 400, "InvalidInput")
    refused(world.control("PATCH", path, json={"client_id": "another"}), 400, "InvalidInput")
    assert told(world.control("GET", path)) == changed


def test_a_secret_goes_and_comes_with_the_way_to_prove_oneself(world: World) -> None:
    made = told(register(world, bank="usbank"), 201)
    path = f"/clients/usbank/{made['client_id']}"

    def works(secret: str) -> bool:
        url = f"{world.server.url}/usbank/auth/oauth2/v1/revoke"
        return requests.post(url, data={"token": "x"}, auth=(made["client_id"], secret), timeout=30).ok

    assert works(made["client_secret"])
    rotated = told(world.control("POST", f"{path}/secret"))["client_secret"]
    assert (works(made["client_secret"]), works(rotated)) == (False, True)
    by_key = {"token_endpoint_auth_method": "private_key_jwt", "jwks": KEY.jwks}
    assert "client_secret" not in told(world.control("PATCH", path, json=by_key))
    assert not works(rotated)
    refused(world.control("POST", f"{path}/secret"), 409, "Conflict")
    by_secret = told(world.control("PATCH", path, json={"token_endpoint_auth_method": "client_secret_basic"}))
    assert works(by_secret["client_secret"])


def test_the_worlds_own_client_can_be_changed_and_keeps_its_redirect_uris(world: World) -> None:
    path = f"/clients/chase/{world.clients['chase']['client_id']}"
    before = told(world.control("GET", path))
    after = told(world.control("PATCH", path, json={"require_pushed_authorization_requests": True}))
    assert after == before | {"require_pushed_authorization_requests": True}
