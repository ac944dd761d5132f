"""A customer's answer to an authorization URL, without a browser."""

import base64
import hashlib
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests

from tests.conftest import World
from tests.control.words import account_of, refused, told

BANKS = ("chase", "wellsfargo", "usbank", "citi")
VERIFIER = "a-verifier-that-is-long-enough-for-rfc-7636-and-then-some"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
REDIRECT = "http://127.0.0.1:49152/callback"


def asked(world: World, bank: str = "chase", /, **changes: str | None) -> str:
    """The URL to which a client of the world would send the browser; None leaves a parameter out."""
    parameters: dict[str, str | None] = {
        "response_type": "code",
        "client_id": world.clients[bank]["client_id"],
        "redirect_uri": REDIRECT,
        "state": "st&te=1",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        **changes,
    }
    path = world.server.app.services.banks[bank].oauth.authorization_path
    query = urlencode({name: value for name, value in parameters.items() if value is not None})
    return f"{world.server.url}/{bank}{path}?{query}"


def answer(world: World, url: str, customer: str = "maya", **wish: Any) -> requests.Response:
    return world.control("POST", "/authorize", json={"url": url, "customer": customer, **wish})


def query_of(redirect: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(redirect).query).items()}


def exchange(world: World, bank: str, code: str) -> requests.Response:
    client = world.clients[bank]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT, "code_verifier": VERIFIER}
    path = world.server.app.services.banks[bank].oauth.token_path
    auth = (client["client_id"], client["client_secret"])
    return requests.post(f"{world.server.url}/{bank}{path}", data=form, auth=auth, timeout=10)


@pytest.mark.parametrize("bank", BANKS)
def test_a_code_comes_back_and_buys_tokens_at_every_bank(world: World, bank: str) -> None:
    told_back = told(answer(world, asked(world, bank)))
    query = query_of(told_back["redirect"])
    assert told_back["redirect"].startswith(f"{REDIRECT}?")
    assert (query["state"], query["iss"], query["code"]) == (
        "st&te=1",
        f"{world.server.url}/{bank}",
        told_back["code"],
    )
    tokens = told(exchange(world, bank, query["code"]))
    accounts = world.server.app.services.banks[bank].accounts_path
    usual = world.access(bank).headers | {"Authorization": f"Bearer {tokens['access_token']}"}
    assert requests.get(f"{world.server.url}/{bank}{accounts}", headers=usual, timeout=10).status_code == 200


def test_only_the_chosen_accounts_are_shared(world: World) -> None:
    account = account_of(world)
    code = told(answer(world, asked(world), accounts=[account["nickname"]]))["code"]
    told(exchange(world, "chase", code))
    [consent] = told(world.control("GET", "/consents", params={"customer": "maya"}))["consents"]
    assert consent["accounts"] == [account["account_id"]]
    refused(answer(world, asked(world), accounts=["Nessie"]), 404, "AccountNotFound")


def test_a_denial_goes_to_the_client(world: World) -> None:
    told_back = told(answer(world, asked(world), decision="deny"))
    assert told_back["error"] == query_of(told_back["redirect"])["error"] == "access_denied"
    assert query_of(told_back["redirect"])["state"] == "st&te=1"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "everything"}, "invalid_scope"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"prompt": "none"}, "login_required"),
    ],
)
def test_a_refusal_that_the_client_may_see_goes_to_the_client(
    world: World, changes: dict[str, str], error: str
) -> None:
    assert told(answer(world, asked(world, **changes)))["error"] == error


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"client_id": "stranger"}, "invalid_client"),
        ({"client_id": None}, "invalid_request"),
        ({"redirect_uri": "https://evil.example/callback"}, "invalid_request"),
        ({"redirect_uri": None}, "invalid_request"),
    ],
)
def test_a_refusal_that_stays_with_the_bank_is_told_here(
    world: World, changes: dict[str, str | None], error: str
) -> None:
    refusal = refused(answer(world, asked(world, **changes)), 400, "AuthorizationRejected")
    assert refusal["facts"]["error"] == error
    assert refusal["detail"].startswith(f"{error}: ")


@pytest.mark.parametrize(
    ("customer", "wish", "title"),
    [
        ("maya", {"password": "wrong"}, "We could not sign you in"),
        ("nobody", {}, "We could not sign you in"),
        ("maya", {"otp": "000000"}, "That code is not right"),
        ("locked", {}, "Your login is locked"),
        ("wrong-password", {}, "We could not sign you in"),
        ("otp-wrong", {}, "That code is not right"),
        ("otp-expired", {}, "That code has run out"),
        ("no-accounts", {}, "There is nothing to share"),
    ],
)
def test_what_a_page_refuses_is_told_in_the_pages_words(
    world: World, customer: str, wish: dict[str, str], title: str
) -> None:
    refusal = refused(answer(world, asked(world), customer, **wish), 400, "PageRefused")
    assert refusal["facts"]["title"] == title
    assert refusal["facts"]["text"]


@pytest.mark.parametrize(
    ("customer", "error"), [("bank-down", "temporarily_unavailable"), ("cancels", "access_denied")]
)
def test_magic_logins_send_their_errors_to_the_client(world: World, customer: str, error: str) -> None:
    assert told(answer(world, asked(world), customer))["error"] == error


def test_the_url_may_name_the_bank_in_any_way(world: World) -> None:
    url = urlsplit(asked(world))
    path = url.path.removeprefix("/chase")
    port = url.port
    ways = {
        f"/chase{path}?{url.query}": f"{world.server.url}/chase",
        f"http://chase.localhost:{port}{path}?{url.query}": f"http://chase.localhost:{port}",
        f"http://sandbank:9000/chase{path}?{url.query}": "http://sandbank:9000/chase",
    }
    for way, issuer in ways.items():
        assert query_of(told(answer(world, way))["redirect"])["iss"] == issuer


@pytest.mark.parametrize(
    "url",
    [
        "/bankofnowhere/authorize",
        "/chase/nowhere",
        "/chase",
        "",
        "ftp://localhost/chase",
        "http://[::1/chase",
        "http://localhost:port/chase",
    ],
)
def test_a_url_that_leads_elsewhere_is_refused(world: World, url: str) -> None:
    refusal = refused(answer(world, url), 400, "InvalidInput")
    assert refusal["violations"][0]["name"] == "/url"


def test_a_client_of_another_world_is_refused_where_a_world_is_named(world: World) -> None:
    wish = {"url": asked(world), "customer": "maya"}
    answered = world.control("POST", "/authorize", json=wish, params={"world": "default"})
    refused(answered, 404, "ClientNotFound")


def test_a_code_works_once(world: World) -> None:
    code = told(answer(world, asked(world)))["code"]
    told(exchange(world, "chase", code))
    assert told(exchange(world, "chase", code), 400)["error"] == "invalid_grant"
