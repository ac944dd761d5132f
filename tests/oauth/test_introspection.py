"""What a client hears of its own tokens (RFC 7662), at every bank; of anybody else's it hears nothing."""

import pytest
import requests

from sandbox.kernel.clock import parse_instant
from tests.conftest import NOW, World
from tests.oauth.conftest import App, application, explained, register

ISSUED = int(parse_instant(NOW).timestamp())


def shown(app: App, token: str, **more: str) -> requests.Response:
    return app.post(app.bank.oauth.introspection_path, {"token": token, **more})


def test_a_live_access_token_is_told_in_full(app: App) -> None:
    token = app.exchange(app.code()).json()
    answer = shown(app, token["access_token"])
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    told = answer.json()
    assert told["active"] is True
    assert told["iss"] == told["aud"] == app.metadata["issuer"]
    assert told["client_id"] == app.client_id
    assert (told["scope"], told["token_type"]) == (token["scope"], token["token_type"])
    assert (told["iat"], told["nbf"], told["exp"]) == (ISSUED, ISSUED, ISSUED + token["expires_in"])
    assert all(told[name] for name in ("sub", "jti", "fdxConsentId"))
    assert token["access_token"] not in answer.text


def test_a_refresh_token_is_told_as_one_and_a_hint_changes_nothing(app: App) -> None:
    token = app.exchange(app.code()).json()
    first = shown(app, token["refresh_token"]).json()
    assert (first["active"], first["token_type"]) == (True, "refresh_token")
    assert first["jti"] != shown(app, token["access_token"]).json()["jti"]
    for hint in ("access_token", "refresh_token", "id_token", ""):
        assert shown(app, token["refresh_token"], token_type_hint=hint).json() == first


def test_what_has_ended_or_never_was_is_inactive_and_nothing_more(app: App) -> None:
    token = app.exchange(app.code()).json()
    assert shown(app, "nonsense").json() == {"active": False}
    app.world.advance(f"PT{token['expires_in'] + 1}S")
    assert shown(app, token["access_token"]).json() == {"active": False}
    app.revoke(token["refresh_token"])
    assert shown(app, token["refresh_token"]).json() == {"active": False}


def test_case_39_another_clients_token_is_inactive_and_lives_on(app: App) -> None:
    token = app.exchange(app.code()).json()["access_token"]
    other = application(app.world, app.bank.slug, register(app.world, app.bank.slug))
    assert shown(other, token).json() == {"active": False}
    assert app.read(token).status_code == 200


def test_case_39_nobody_is_told_anything_who_does_not_prove_who_they_are(app: App) -> None:
    token = app.exchange(app.code()).json()["access_token"]
    for auth in (None, (app.client_id, "wrong")):
        refused = requests.post(app.metadata["introspection_endpoint"], {"token": token}, auth=auth, timeout=30)
        assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")


def test_a_request_without_a_token_says_what_is_missing(app: App) -> None:
    refused = app.post(app.bank.oauth.introspection_path, {"token_type_hint": "access_token"})
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_request")
    assert explained(refused)["detail"] == "token is missing"


@pytest.mark.parametrize("bank", ["citi"])
def test_a_clients_own_token_is_about_the_client(world: World, bank: str) -> None:
    app = application(world, bank, register(world, bank))
    own = app.post(app.bank.oauth.client_token_path, {"grant_type": "client_credentials"}).json()
    told = shown(app, own["access_token"]).json()
    assert (told["active"], told["sub"], told["scope"]) == (True, app.client_id, "/api")
    assert "fdxConsentId" not in told
