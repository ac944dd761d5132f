"""The authorization code flow at every bank, as a genuine client lives it, and as an attacker would like it to be."""

from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from tests.conftest import World
from tests.oauth.browser import Browser
from tests.oauth.conftest import CALLBACK, App, application, register


def test_a_genuine_client_gets_tokens_and_reads_accounts(app: App) -> None:
    session = app.session()
    browser = Browser().open(app.start()).consent("omar")
    assert browser.answer["state"] == "state-1"
    assert browser.answer["iss"] == app.metadata["issuer"] == app.base
    token = session.fetch_token(
        app.metadata["token_endpoint"],
        authorization_response=browser.landed,
        code_verifier=app.verifier,
        state="state-1",
    )
    assert token["expires_in"] == int(app.bank.oauth.access_lifetime.total_seconds())
    assert app.read(token["access_token"]).status_code == 200
    path = app.bank.oauth.refresh_path or app.bank.oauth.token_path
    fresh = session.refresh_token(app.base + path, refresh_token=token["refresh_token"])
    assert fresh["access_token"] != token["access_token"]
    assert app.read(fresh["access_token"]).status_code == 200
    assert app.revoke(fresh["refresh_token"]).status_code == 200
    assert app.read(fresh["access_token"]).status_code == 401
    assert app.refresh(fresh["refresh_token"]).json()["error"] == "invalid_grant"


def test_case_40_tokens_are_never_cached(app: App) -> None:
    answer = app.exchange(app.code())
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_same_answer_comes_without_a_browser(app: App) -> None:
    answer = app.world.control(
        "POST", "/authorize", json={"url": app.start(), "customer": "omar", "decision": "approve"}
    )
    assert answer.status_code == 200, answer.text
    code = parse_qs(urlsplit(answer.json()["redirect"]).query)["code"][0]
    assert app.exchange(code).status_code == 200


def test_whoever_does_not_want_to_share_sends_access_denied(app: App) -> None:
    browser = Browser().open(app.start()).sign_in("omar")
    answer = browser.send("cancel").answer
    assert (answer["error"], answer["state"], answer["iss"]) == ("access_denied", "state-1", app.base)
    assert "code" not in answer


def test_case_20_a_code_used_twice_fails_and_takes_the_first_tokens_with_it(app: App) -> None:
    code = app.code()
    first = app.exchange(code).json()
    second = app.exchange(code)
    assert (second.status_code, second.json()["error"]) == (400, "invalid_grant")
    assert app.read(first["access_token"]).status_code == 401
    assert app.refresh(first["refresh_token"]).json()["error"] == "invalid_grant"


def test_case_21_of_twenty_parallel_redemptions_one_wins(app: App) -> None:
    code = app.code()
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: app.exchange(code), range(20)))
    assert sorted(answer.status_code for answer in answers) == [200] + [400] * 19
    assert {answer.json()["error"] for answer in answers if answer.status_code == 400} == {"invalid_grant"}


def test_case_22_a_code_of_one_client_is_worthless_to_another_and_burnt_by_the_try(app: App) -> None:
    code = app.code()
    other = application(app.world, app.bank.slug, register(app.world, app.bank.slug))
    other.verifier = app.verifier
    assert other.exchange(code).json()["error"] == "invalid_grant"
    assert app.exchange(code).json()["error"] == "invalid_grant"


@pytest.mark.parametrize("redirect_uri", [CALLBACK + "/", CALLBACK + "?x=1", None], ids=["slash", "query", "none"])
def test_case_23_a_code_needs_its_redirect_uri_and_is_burnt_by_another(app: App, redirect_uri: str | None) -> None:
    code = app.code()
    refused = app.exchange(code, redirect_uri=redirect_uri)
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")
    assert app.exchange(code).json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("verifier", "error"),
    [
        ("a" * 43, "invalid_grant"),
        (None, "invalid_request"),
        ("short", "invalid_request"),
        ("ü" * 43, "invalid_request"),
    ],
    ids=["wrong", "none", "short", "strange letters"],
)
def test_case_26_a_code_needs_its_verifier_and_is_burnt_by_a_wrong_one(
    app: App, verifier: str | None, error: str
) -> None:
    code = app.code()
    refused = app.exchange(code, code_verifier=verifier)
    assert (refused.status_code, refused.json()["error"]) == (400, error)
    assert app.exchange(code).json()["error"] == "invalid_grant"


def test_case_25_a_verifier_without_a_challenge_is_refused(chase_app: App) -> None:
    code = chase_app.code(code_challenge=None, code_challenge_method=None)
    assert chase_app.exchange(code).status_code == 400


def test_case_24_a_code_runs_out(app: App) -> None:
    code = app.code()
    app.world.advance(f"PT{int(app.bank.oauth.code_lifetime.total_seconds()) + 1}S")
    assert app.exchange(code).json()["error"] == "invalid_grant"


def test_an_access_token_runs_out_and_a_refresh_helps(app: App) -> None:
    token = app.exchange(app.code()).json()
    app.world.advance(f"PT{token['expires_in'] + 1}S")
    assert app.read(token["access_token"]).status_code == 401
    assert app.read(app.refresh(token["refresh_token"]).json()["access_token"]).status_code == 200


def test_case_31_a_refresh_token_used_twice_ends_the_family_where_the_bank_rotates_them(app: App) -> None:
    first = app.exchange(app.code()).json()
    second = app.refresh(first["refresh_token"]).json()
    assert (second["refresh_token"] != first["refresh_token"]) == app.bank.oauth.rotates_refresh_tokens
    if not app.bank.oauth.rotates_refresh_tokens:
        return
    assert app.refresh(first["refresh_token"]).json()["error"] == "invalid_grant"
    assert app.refresh(second["refresh_token"]).json()["error"] == "invalid_grant"
    assert app.read(second["access_token"]).status_code == 401


def test_case_31_of_two_parallel_refreshes_one_wins(app: App) -> None:
    token = app.exchange(app.code()).json()
    if not app.bank.oauth.rotates_refresh_tokens:
        pytest.skip("this bank's refresh tokens are fixed")  # nothing is taken, so both win
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _: app.refresh(token["refresh_token"]), range(2)))
    assert sorted(answer.status_code for answer in answers) == [200, 400]


def test_case_32_a_refresh_may_narrow_the_scope_for_once_and_never_widens_it(app: App) -> None:
    token = app.exchange(app.code()).json()
    assert app.refresh(token["refresh_token"], scope=token["scope"] + " admin").json()["error"] == "invalid_scope"
    first = token["scope"].split()[0]
    narrow = app.refresh(token["refresh_token"], scope=first).json()
    assert narrow["scope"] == first
    again = app.refresh(narrow["refresh_token"]).json()
    assert set(again["scope"].split()) == set(token["scope"].split())


def test_case_33_a_refresh_token_is_worth_nothing_to_another_client(app: App) -> None:
    token = app.exchange(app.code()).json()
    other = application(app.world, app.bank.slug, register(app.world, app.bank.slug))
    assert other.refresh(token["refresh_token"]).json()["error"] == "invalid_grant"
    assert app.read(token["access_token"]).status_code == 200
    assert app.refresh(token["refresh_token"]).status_code == 200


def test_case_33_an_access_token_does_not_refresh_and_a_refresh_token_does_not_read(app: App) -> None:
    token = app.exchange(app.code()).json()
    assert app.refresh(token["access_token"]).json()["error"] == "invalid_grant"
    assert app.read(token["refresh_token"]).status_code == 401


def test_a_token_of_one_bank_is_nothing_to_another(world: World) -> None:
    chase = application(world, "chase", register(world, "chase"))
    usbank = application(world, "usbank", register(world, "usbank"))
    token = chase.exchange(chase.code()).json()["access_token"]
    assert usbank.read(token).status_code == 401


@pytest.mark.parametrize(
    ("form", "auth", "error"),
    [
        ({"grant_type": "password", "username": "maya", "password": "sandbank"}, True, "unsupported_grant_type"),
        ({"grant_type": "authorization_code"}, True, "invalid_request"),
        ({"grant_type": "authorization_code", "code": "nonsense"}, True, "invalid_grant"),
        ({"scope": "x"}, True, "invalid_request"),
        ({"grant_type": "authorization_code", "code": "x"}, False, "invalid_client"),
        ({"grant_type": "refresh_token", "refresh_token": "nonsense"}, True, "invalid_grant"),
    ],
)
def test_the_token_endpoint_refuses_in_the_words_of_the_rfc(
    app: App, form: dict[str, str], auth: bool, error: str
) -> None:
    credentials = (app.client_id, app.client_secret) if auth else (app.client_id, "wrong")
    answer = requests.post(app.base + app.bank.oauth.token_path, data=form, auth=credentials, timeout=30)
    assert answer.json()["error"] == error
    assert answer.status_code == (401 if error == "invalid_client" else 400)
    assert ("WWW-Authenticate" in answer.headers) == (error == "invalid_client")
    assert "Sandbank-Trace" in answer.headers


def test_a_client_authenticates_in_one_way_only(app: App) -> None:
    form: dict[str, str | None] = {
        "grant_type": "refresh_token",
        "refresh_token": "x",
        "client_secret": app.client_secret,
    }
    assert app.post(app.bank.oauth.token_path, form).json()["error"] == "invalid_request"


def test_a_secret_may_travel_in_the_form(app: App) -> None:
    code = app.code()
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": CALLBACK,
        "code_verifier": app.verifier,
        "client_id": app.client_id,
        "client_secret": app.client_secret,
    }
    assert requests.post(app.base + app.bank.oauth.token_path, data=form, timeout=30).status_code == 200


def test_a_public_client_needs_pkce_and_no_secret(world: World) -> None:
    app = application(world, "usbank", register(world, "usbank", public=True))
    app.client_secret = ""
    assert (
        Browser().open(app.start(code_challenge=None, code_challenge_method=None)).answer["error"] == "invalid_request"
    )
    code = app.code()
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": CALLBACK,
        "code_verifier": app.verifier,
        "client_id": app.client_id,
    }
    assert requests.post(app.base + app.bank.oauth.token_path, data=form, timeout=30).status_code == 200


def test_case_39_revoking_a_stranger_or_nothing_is_answered_alike_and_does_nothing(app: App) -> None:
    token = app.exchange(app.code()).json()
    other = application(app.world, app.bank.slug, register(app.world, app.bank.slug))
    assert other.revoke(token["access_token"]).status_code == 200
    assert other.revoke("nonsense").status_code == 200
    assert app.read(token["access_token"]).status_code == 200
