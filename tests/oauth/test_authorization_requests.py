"""What the authorization endpoint makes of requests that are not as they should be. Until the client and its redirect
URI are known good, nobody is sent anywhere."""

import pytest

from tests.conftest import World
from tests.oauth.browser import Browser
from tests.oauth.conftest import CALLBACK, App, application, register


@pytest.mark.parametrize(
    "redirect_uri",
    [
        CALLBACK + "/",
        CALLBACK + "?x=1",
        CALLBACK.upper(),
        CALLBACK.replace("callback", "Callback"),
        CALLBACK.replace("callback", "x/../callback"),
        CALLBACK.replace("callback", "c%61llback"),
        CALLBACK.replace("127.0.0.1", "good@127.0.0.1"),
        CALLBACK.replace("http", "https"),
        CALLBACK + "#fragment",
        "javascript:alert(1)",
        "//127.0.0.1:8912/callback",
    ],
)
def test_case_01_a_redirect_uri_that_is_not_the_registered_one_to_the_letter_stays_at_the_bank(
    chase_app: App, redirect_uri: str
) -> None:
    stays_at_the_bank(chase_app.start(redirect_uri=redirect_uri))


@pytest.mark.parametrize(
    "redirect_uri",
    [
        "https://app.example/callback/more",
        "https://app.example/call",
        "https://evil.app.example/callback",
        "https://app.example.evil.example/callback",
        "https://evil.example/https://app.example/callback",
        "https://evil.example/callback",
    ],
)
def test_case_02_what_only_begins_or_ends_like_the_registered_one_stays_at_the_bank(
    world: World, redirect_uri: str
) -> None:
    app = application(world, "citi", register(world, "citi", redirect_uris=["https://app.example/callback"]))
    stays_at_the_bank(app.start(redirect_uri=redirect_uri))


@pytest.mark.parametrize(
    "redirect_uri",
    ["http://localhost:8912/cb", "http://127.0.0.1:8912/other", "http://127.0.0.2:8912/cb", "http://[::1]:8912/cb"],
)
def test_case_03_of_a_loopback_address_only_the_port_is_free(world: World, redirect_uri: str) -> None:
    app = application(world, "usbank", register(world, "usbank", redirect_uris=["http://127.0.0.1/cb"]))
    stays_at_the_bank(app.start(redirect_uri=redirect_uri))


def test_case_03_a_loopback_address_may_use_any_port(world: World) -> None:
    app = application(world, "usbank", register(world, "usbank", redirect_uris=["http://127.0.0.1/cb"]))
    app.redirect_uri = "http://127.0.0.1:8912/cb"
    assert "code" in Browser().open(app.start()).consent("omar").answer


def test_a_redirect_uri_may_be_left_out_where_there_is_only_one(chase_app: App) -> None:
    code = Browser().open(chase_app.start(redirect_uri=None)).consent("omar").answer["code"]
    assert chase_app.exchange(code, redirect_uri=None).status_code == 200


def test_case_05_a_redirect_uri_may_not_be_left_out_where_there_are_two(world: World) -> None:
    uris = [CALLBACK, "https://app.example/cb"]
    app = application(world, "usbank", register(world, "usbank", redirect_uris=uris))
    assert Browser().open(app.start(redirect_uri=None)).response.status_code == 400


def test_case_06_an_unknown_client_is_sent_nowhere(app: App) -> None:
    browser = Browser().open(app.start(client_id="nobody"))
    assert (browser.landed, browser.response.status_code) == ("", 400)


def test_case_06_a_client_that_was_struck_off_is_sent_nowhere(world: World) -> None:
    app = application(world, "citi", register(world, "citi"))
    url = app.start()
    assert world.control("DELETE", f"/clients/citi/{app.client_id}").status_code == 204
    stays_at_the_bank(url)


@pytest.mark.parametrize("name", ["redirect_uri", "client_id", "state", "scope", "response_type", "code_challenge"])
def test_case_04_a_parameter_given_twice_is_refused_at_the_bank(chase_app: App, name: str) -> None:
    browser = Browser().open(chase_app.start() + f"&{name}=a&{name}=b")
    assert (browser.landed, browser.response.status_code) == ("", 400)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge": None}, "invalid_request"),
        ({"prompt": "none"}, "login_required"),
        ({"response_mode": "fragment"}, "invalid_request"),
    ],
)
def test_other_faults_are_told_to_the_client(app: App, changes: dict[str, str | None], error: str) -> None:
    answer = Browser().open(app.start(**changes)).answer
    assert (answer["error"], answer["state"], answer["iss"]) == (error, "state-1", app.base)


@pytest.mark.parametrize("changes", [{"scope": "everything"}, {"scope": "everything", "prompt": "none"}])
def test_case_07_an_unknown_scope_is_told_to_a_known_client_at_its_own_address(
    app: App, changes: dict[str, str | None]
) -> None:
    browser = Browser().open(app.start(**changes))
    assert browser.landed.startswith(f"{CALLBACK}?")
    answer = browser.answer
    assert (answer["error"], answer["state"], answer["iss"]) == ("invalid_scope", "state-1", app.base)
    stays_at_the_bank(app.start(**changes, client_id="nobody"))
    stays_at_the_bank(app.start(**changes, redirect_uri="https://evil.example/callback"))


@pytest.mark.parametrize("response_type", ["token", "id_token token", "code token", "none"])
def test_case_08_no_token_comes_by_way_of_the_browser(app: App, response_type: str) -> None:
    answer = Browser().open(app.start(response_type=response_type)).answer
    assert (answer["error"], answer["iss"]) == ("unsupported_response_type", app.base)
    assert "access_token" not in answer


@pytest.mark.parametrize("bank", ["chase", "usbank"])
def test_case_19_a_strict_client_may_leave_the_state_out_only_with_pkce(world: World, bank: str) -> None:
    app = application(world, bank, register(world, bank, profile="strict"))
    without = Browser().open(app.start(state=None, code_challenge=None, code_challenge_method=None)).answer
    assert without["error"] == "invalid_request"
    protected = Browser().open(app.start(state=None)).consent("omar").answer
    assert "code" in protected
    assert "state" not in protected


def test_case_19_a_state_of_eight_kilobytes_comes_back_to_the_letter(chase_app: App) -> None:
    state = "é&=+%20 " * 1000
    assert Browser().open(chase_app.start(state=state)).sign_in("omar").send("cancel").answer["state"] == state


@pytest.mark.parametrize("method", ["plain", "S512", None])
def test_case_27_a_challenge_other_than_by_s256_is_refused(app: App, method: str | None) -> None:
    answer = Browser().open(app.start(code_challenge_method=method)).answer
    assert (answer["error"], answer["iss"]) == ("invalid_request", app.base)


def test_case_28_a_public_client_whose_challenge_was_stripped_is_refused(world: World) -> None:
    app = application(world, "usbank", register(world, "usbank", public=True))
    answer = Browser().open(app.start(code_challenge=None, code_challenge_method=None)).answer
    assert answer["error"] == "invalid_request"


def test_unknown_parameters_are_ignored(chase_app: App) -> None:
    assert Browser().open(chase_app.start(utm_source="mail", nonce="n")).response.status_code == 200


def test_a_strict_client_needs_pkce(world: World) -> None:
    app = application(world, "wellsfargo", register(world, "wellsfargo", profile="strict"))
    answer = Browser().open(app.start(code_challenge=None, code_challenge_method=None)).answer
    assert answer["error"] == "invalid_request"


def stays_at_the_bank(url: str) -> None:
    """The refusal is a page of the bank's own, and the browser is sent nowhere."""
    browser = Browser().open(url)
    assert (browser.landed, browser.response.status_code) == ("", 400)
    assert browser.response.headers["Content-Type"].startswith("text/html")
