"""Requests that the client signs (RFC 9101), by value and pushed."""

import json
from base64 import urlsafe_b64encode
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.conftest import World
from tests.oauth.browser import Browser
from tests.oauth.conftest import BANKS, CALLBACK, App, application, register
from tests.oauth.keys import AppKey, now, signed_with_a_secret
from tests.oauth.test_pushed_requests import asking, open_at, push

KEY = AppKey.make()


@pytest.fixture
def signing(world: World) -> App:
    return with_keys(world, "usbank")


def with_keys(world: World, bank: str, **more: Any) -> App:
    return application(world, bank, register(world, bank, jwks=KEY.jwks, **more))


def claims(app: App, **changes: Any) -> dict[str, Any]:
    """None leaves a claim out."""
    told = {
        "iss": app.client_id,
        "aud": app.base,
        "iat": now(),
        "nbf": now(),
        "exp": now() + 300,
        **asking(app),
        **changes,
    }
    return {name: value for name, value in told.items() if value is not None}


def signed(app: App, key: AppKey = KEY, **changes: Any) -> str:
    return key.sign(claims(app, **changes), typ="oauth-authz-req+jwt")


def open_with(app: App, request: str, **beside: str) -> Browser:
    query = urlencode({"client_id": app.client_id, "request": request, **beside})
    return Browser().open(f"{app.metadata['authorization_endpoint']}?{query}")


@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")
@pytest.mark.parametrize("bank", BANKS)
@pytest.mark.parametrize("alg", ["RS256", "PS256", "ES256", "EdDSA", "Ed25519"])
def test_a_signed_request_leads_to_a_code(world: World, bank: str, alg: str) -> None:
    key = AppKey.make(alg)
    app = application(world, bank, register(world, bank, jwks=key.jwks, request_object_signing_alg=alg))
    landed = open_with(app, signed(app, key)).consent("omar").answer
    assert (landed["state"], app.exchange(landed["code"]).status_code) == ("state-1", 200)


@pytest.mark.parametrize("bank", BANKS)
def test_a_signed_request_can_be_pushed(world: World, bank: str) -> None:
    app = with_keys(world, bank, request_object_signing_alg="ES256")
    answer = push(app, {"client_id": app.client_id, "request": signed(app)})
    assert answer.status_code == 201, answer.text
    assert "code" in open_at(app, answer.json()["request_uri"]).consent("omar").answer


def test_case_44_what_stands_beside_the_object_is_ignored(signing: App) -> None:
    beside = {"redirect_uri": "https://evil.example/cb", "state": "evil", "scope": "everything"}
    assert open_with(signing, signed(signing), **beside).consent("omar").answer["state"] == "state-1"
    answer = push(signing, {"client_id": signing.client_id, "request": signed(signing), **beside})
    assert open_at(signing, answer.json()["request_uri"]).consent("omar").answer["state"] == "state-1"


def test_what_is_missing_in_the_object_is_not_taken_from_beside_it(signing: App) -> None:
    answer = open_with(signing, signed(signing, response_type=None), response_type="code").answer
    assert answer["error"] == "invalid_request"


def test_a_registered_uri_beside_the_object_lets_the_refusal_go_to_the_client(signing: App) -> None:
    refused = open_with(signing, signed(signing, aud="x"), redirect_uri=CALLBACK, state="s").answer
    assert (refused["error"], refused["state"]) == ("invalid_request_object", "s")
    stays = open_with(signing, signed(signing, aud="x"), redirect_uri="https://evil.example/cb")
    assert (stays.landed, stays.response.status_code) == ("", 400)


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "https://elsewhere.example"},
        {"aud": None},
        {"iss": "somebody"},
        {"iss": None},
        {"client_id": "somebody"},
        {"client_id": None},
        {"exp": now() - 60},
        {"exp": "soon"},
        {"nbf": now() + 86_400},
        {"iat": now() + 86_400},
        {"request": "x"},
        {"request_uri": "urn:x"},
    ],
)
def test_case_44_an_object_that_says_the_wrong_thing_is_refused(signing: App, changes: dict[str, Any]) -> None:
    answer = push(signing, {"client_id": signing.client_id, "request": signed(signing, **changes)})
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request_object")
    browser = open_with(signing, signed(signing, **changes))
    assert (browser.landed, browser.response.status_code) == ("", 400)


def test_case_44_an_object_that_the_client_has_not_signed_is_refused(signing: App) -> None:
    told = claims(signing)
    parts = [urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in ({"alg": "none"}, told)]
    forged = {
        "unsigned": b".".join([*parts, b""]).decode(),
        "by another key": signed(signing, AppKey.make()),
        "by a secret": signed_with_a_secret(signing.client_secret, told),
        "of another kind": KEY.sign(told, typ="dpop+jwt"),
        "nothing": "",
        "not a JWT": "a.b.c",
    }
    for kind, text in forged.items():
        answer = push(signing, {"client_id": signing.client_id, "request": text})
        assert (kind, answer.status_code, answer.json()["error"]) == (kind, 400, "invalid_request_object")


def test_case_44_a_client_that_registered_to_sign_has_to(world: World) -> None:
    app = with_keys(world, "chase", request_object_signing_alg="PS256")
    assert Browser().open(app.start()).answer["error"] == "invalid_request_object"
    assert push(app, asking(app)).json()["error"] == "invalid_request_object"
    by_another_algorithm = push(app, {"client_id": app.client_id, "request": signed(app)})
    assert by_another_algorithm.json()["error"] == "invalid_request_object"


def test_case_44_a_client_without_keys_cannot_sign(world: World) -> None:
    app = application(world, "citi", register(world, "citi"))
    answer = push(app, {"client_id": app.client_id, "request": signed(app)})
    assert answer.json()["error"] == "invalid_request_object"


def test_fapi2_wants_to_know_from_when_and_until_when(world: World) -> None:
    app = with_keys(world, "wellsfargo", profile="fapi2", token_endpoint_auth_method="private_key_jwt")

    def status(**changes: Any) -> int:
        form = {"request": signed(app, **changes), **KEY.proof(app.client_id, app.base)}
        return push(app, form).status_code

    assert status() == 201
    assert status(exp=None) == status(nbf=None) == status(exp=now() + 4000) == 400


def test_lists_and_objects_in_a_signed_request_are_read_as_json(world: World) -> None:
    app = with_keys(world, "wellsfargo")
    details = [{"type": "unheard_of"}]
    refused = open_with(app, signed(app, authorization_details=details), redirect_uri=CALLBACK).answer
    assert refused["error"] == "invalid_authorization_details"
