"""Requests that are pushed over the back channel (RFC 9126), at every bank."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlencode

import pytest
import requests
from authlib.common.security import generate_token
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from tests.conftest import World
from tests.oauth.browser import Browser
from tests.oauth.conftest import BANKS, CALLBACK, App, application, register
from tests.oauth.keys import AppKey

KEY = AppKey.make()


def asking(app: App, **changes: str | None) -> dict[str, str]:
    """The parameters of an authorization request with PKCE; None leaves one out."""
    app.verifier = generate_token(48)
    asked = {
        "response_type": "code",
        "client_id": app.client_id,
        "redirect_uri": CALLBACK,
        "state": "state-1",
        "code_challenge": create_s256_code_challenge(app.verifier),
        "code_challenge_method": "S256",
        **changes,
    }
    return {name: value for name, value in asked.items() if value is not None}


def push(app: App, form: dict[str, str]) -> requests.Response:
    auth = (app.client_id, app.client_secret) if app.client_secret else None
    endpoint = app.metadata["pushed_authorization_request_endpoint"]
    return requests.post(endpoint, data=form, auth=auth, timeout=30)


def pushed(app: App, **changes: str | None) -> str:
    answer = push(app, asking(app, **changes))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["request_uri"])


def by_reference(app: App, request_uri: str, **beside: str) -> str:
    query = urlencode({"client_id": app.client_id, "request_uri": request_uri, **beside})
    return f"{app.metadata['authorization_endpoint']}?{query}"


def open_at(app: App, request_uri: str, **beside: str) -> Browser:
    return Browser().open(by_reference(app, request_uri, **beside))


def test_a_pushed_request_leads_to_a_code(app: App) -> None:
    answer = push(app, asking(app))
    assert (answer.json()["expires_in"], answer.headers["Cache-Control"]) == (90, "no-store")
    landed = open_at(app, answer.json()["request_uri"]).consent("omar").answer
    assert (landed["state"], landed["iss"]) == ("state-1", app.base)
    assert app.exchange(landed["code"]).status_code == 200


@pytest.mark.parametrize("bank", BANKS)
def test_a_client_with_a_key_pushes_with_its_key(world: World, bank: str) -> None:
    client = register(world, bank, token_endpoint_auth_method="private_key_jwt", jwks=KEY.jwks, profile="fapi2")
    app = application(world, bank, client)
    assert push(app, asking(app)).json()["error"] == "invalid_client"
    wrong = KEY.proof(app.client_id, app.metadata["pushed_authorization_request_endpoint"])
    assert push(app, asking(app) | wrong).json()["error"] == "invalid_client"
    answer = push(app, asking(app) | KEY.proof(app.client_id, app.base))
    assert answer.status_code == 201, answer.text
    assert "code" in open_at(app, answer.json()["request_uri"]).consent("omar").answer


@pytest.mark.parametrize("bank", BANKS)
def test_a_public_client_pushes_by_its_name(world: World, bank: str) -> None:
    app = application(world, bank, register(world, bank, public=True))
    assert "code" in open_at(app, pushed(app)).consent("omar").answer


def test_case_43_who_does_not_prove_who_it_is_pushes_nothing(app: App) -> None:
    endpoint = app.metadata["pushed_authorization_request_endpoint"]
    for auth in (None, (app.client_id, "guess"), ("nobody", "guess")):
        answer = requests.post(endpoint, data=asking(app), auth=auth, timeout=30)
        assert answer.status_code in (400, 401)
        assert answer.json()["error"] in ("invalid_client", "invalid_request")


def test_case_43_a_reference_cannot_be_pushed(app: App) -> None:
    answer = push(app, asking(app, request_uri=pushed(app)))
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"redirect_uri": "https://evil.example/cb"}, "invalid_request"),
        ({"scope": "everything"}, "invalid_scope"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
    ],
)
def test_what_would_be_refused_at_the_front_is_refused_at_the_back(
    app: App, changes: dict[str, str], error: str
) -> None:
    answer = push(app, asking(app, **changes))
    assert (answer.status_code, answer.json()["error"]) == (400, error)


def test_case_43_a_reference_that_has_led_to_a_code_is_spent(app: App) -> None:
    request_uri = pushed(app)
    assert "code" in open_at(app, request_uri).consent("omar").answer
    again = open_at(app, request_uri)
    assert (again.landed, again.response.status_code) == ("", 400)
    assert "request_uri was used before" in again.text


def test_who_reloads_before_signing_in_lands_on_the_same_journey(app: App) -> None:
    request_uri = pushed(app)
    with ThreadPoolExecutor(8) as pool:  # a double click, and more
        pages = list(pool.map(lambda _: open_at(app, request_uri).response, range(8)))
    assert {page.status_code for page in pages} == {200}
    assert len({page.url for page in pages}) == 1


def test_case_43_once_somebody_has_signed_in_nobody_else_lands_there(app: App) -> None:
    request_uri = pushed(app)
    first = open_at(app, request_uri).sign_in("omar")
    assert open_at(app, request_uri).response.status_code == 400
    assert "code" in first.send(account=first.form.offered).send().answer


def test_case_43_a_reference_runs_out_on_the_worlds_clock(app: App) -> None:
    request_uri = pushed(app)
    app.world.advance("PT89S")
    assert open_at(app, request_uri).response.status_code == 200
    late = pushed(app)
    app.world.advance("PT90S")
    browser = open_at(app, late)
    assert (browser.landed, browser.response.status_code) == ("", 400)


def test_case_43_another_clients_reference_is_of_no_use_and_stays_good(app: App) -> None:
    other = application(app.world, app.bank.slug, register(app.world, app.bank.slug))
    request_uri = pushed(app)
    assert open_at(other, request_uri).response.status_code == 400
    assert open_at(app, request_uri).response.status_code == 200


@pytest.mark.parametrize("guess", ["urn:ietf:params:oauth:request_uri:guess", "urn:x", "", "file:///etc/passwd"])
def test_case_43_a_guessed_reference_leads_nowhere(app: App, guess: str) -> None:
    browser = open_at(app, guess, redirect_uri=CALLBACK)
    assert (browser.landed, browser.response.status_code) == ("", 400)


def test_case_43_parameters_beside_the_reference_change_nothing(app: App) -> None:
    beside = {
        "redirect_uri": "https://evil.example/cb",
        "state": "evil",
        "scope": "everything",
        "response_type": "token",
        "code_challenge": "E" * 43,
    }
    landed = open_at(app, pushed(app), **beside).consent("omar").answer
    assert landed["state"] == "state-1"
    assert app.exchange(landed["code"]).status_code == 200


def test_case_49_a_reference_elsewhere_is_not_fetched(app: App) -> None:
    request_uri = "https://169.254.169.254/latest/request.jwt"
    told = open_at(app, request_uri, redirect_uri=CALLBACK, state="s").answer
    assert (told["error"], told["state"]) == ("request_uri_not_supported", "s")
    unsure = open_at(app, request_uri)
    assert (unsure.landed, unsure.response.status_code) == ("", 400)


def test_a_client_can_bind_itself_to_pushing(world: World) -> None:
    for more in ({"require_pushed_authorization_requests": True}, {"profile": "strict"}):
        app = application(world, "wellsfargo", register(world, "wellsfargo", **more))
        assert Browser().open(app.start()).answer["error"] == "invalid_request"
        assert "code" in open_at(app, pushed(app)).consent("omar").answer


def test_the_control_api_walks_a_pushed_request_once(app: App) -> None:
    url = by_reference(app, pushed(app))

    def walk() -> Any:
        return app.world.control("POST", "/authorize", json={"url": url, "customer": "omar"})

    assert "code" in walk().json()
    assert walk().status_code == 400
