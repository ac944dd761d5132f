"""The customer's side at the bank: who reads what, other accounts, offers, and an end to it."""

from typing import Any

import pytest
import requests

from tests.conftest import World
from tests.oauth.browser import Browser
from tests.oauth.conftest import App, application, register

BALANCES = {"code": "SHOW_BALANCES", "text": "Show your balances in chat", "clusters": ["ACCOUNT_BASIC", "BALANCES"]}
SPENDING = {"code": "EXPLAIN_SPENDING", "text": "Explain your spending", "clusters": ["TRANSACTIONS"]}


def dashboard(app: App, username: str = "maya", otp: str = "123456") -> Browser:
    """Signed in."""
    address = f"{app.base}/dashboard?client_id={app.client_id}"
    return Browser().open(address).send(username=username, password="sandbank").send(otp=otp)


def tokens_of(app: App, username: str = "maya") -> dict[str, Any]:
    tokens: dict[str, Any] = app.exchange(app.code(username)).json()
    return tokens


def introspected(app: App, token: str) -> bool:
    answer = app.post(app.bank.oauth.introspection_path, {"token": token}).json()
    return bool(answer["active"])


def test_the_bank_calls_it_by_its_own_name_and_everybody_finds_it(app: App) -> None:
    told = requests.get(f"{app.world.server.url}/_sandbox/banks", timeout=30).json()["banks"]
    address = next(bank["dashboard_url"] for bank in told if bank["slug"] == app.bank.slug)
    assert address == f"{app.base}/dashboard"
    browser = Browser().open(address)
    assert app.bank.skin.dashboard in browser.text
    assert "Who can I be?" in browser.text


def test_it_says_who_reads_what_and_what_for(app: App) -> None:
    tokens_of(app)
    text = dashboard(app).text
    for words in (
        "An application",
        "Account list",
        "Show your balances and recent purchases",
        "June 15, 2026",
        "Not read",
    ):
        assert words in text


def test_what_was_stopped_is_dead_at_the_next_call_everywhere(app: App) -> None:
    tokens = tokens_of(app)
    assert app.read(tokens["access_token"]).status_code == 200
    page = dashboard(app).follow("/stop")
    assert "It will be refused from its very next call on" in page.text
    page.send("stop")
    assert "Sharing has stopped" in page.text
    assert "You stopped it on June 15, 2026" in page.text
    assert app.read(tokens["access_token"]).status_code == 401
    assert app.refresh(tokens["refresh_token"]).json()["error"] == "invalid_grant"
    if app.bank.oauth.introspection_path:
        assert not introspected(app, tokens["access_token"])


def test_it_says_when_the_app_read_last_and_how_often(app: App) -> None:
    token = tokens_of(app)["access_token"]
    for _ in range(2):
        assert app.read(token).status_code == 200
    app.world.advance("PT2H")
    assert app.read(token + "x").status_code == 401
    text = dashboard(app).text
    local = {
        "America/New_York": "11:00 AM EDT",
        "America/Chicago": "10:00 AM CDT",
        "America/Los_Angeles": "8:00 AM PDT",
    }
    assert f"June 15, 2026, {local[app.bank.time_zone]}, 2 times in all" in text


def test_stopping_is_asked_about_first(chase_app: App) -> None:
    tokens = tokens_of(chase_app)
    page = dashboard(chase_app).follow("/stop")
    assert chase_app.read(tokens["access_token"]).status_code == 200
    assert "Sharing now" in page.follow().text


def test_accounts_can_be_changed_and_that_bites_at_once(chase_app: App) -> None:
    token = tokens_of(chase_app)["access_token"]
    before = chase_app.read(token).json()["page"]["totalElements"]
    page = app_page(chase_app)
    page.send("accounts", account=page.form.offered[:1])
    assert "Your change holds from now on" in page.text
    assert (before, chase_app.read(token).json()["page"]["totalElements"]) == (3, 1)
    page.send("accounts", account=page.form.offered)
    assert chase_app.read(token).json()["page"]["totalElements"] == 3


def app_page(app: App, username: str = "maya") -> Browser:
    """What one app may see: the first link in the list."""
    browser = dashboard(app, username)
    return browser.follow(change(browser))


def change(browser: Browser) -> str:
    """How the address of the first app's page ends."""
    stop = next(link for link in browser.page.links if link.endswith("/stop"))
    return stop.removesuffix("/stop").rpartition("/")[2]


def test_no_account_at_all_is_not_a_change_but_an_end(chase_app: App) -> None:
    token = tokens_of(chase_app)["access_token"]
    assert "stop sharing with this app" in app_page(chase_app).send("accounts", account=[]).text
    assert chase_app.read(token).status_code == 200


def test_a_purpose_can_be_taken_back_but_for_one_that_is_required(world: World) -> None:
    client = register(world, "chase", purposes=[{**BALANCES, "required": True}, SPENDING])
    app = application(world, "chase", client)
    tokens_of(app)
    page = app_page(app).send("purposes", purpose=[])
    assert "Transactions" not in page.text.split("What it does not see")[0]
    consent = world.control("GET", "/consents", params={"client_id": app.client_id}).json()["consents"][-1]
    assert [purpose["code"] for purpose in consent["purposes"]] == ["SHOW_BALANCES"]


def test_offers_are_switched_apart_from_the_rest(world: World) -> None:
    app = application(world, "usbank", register(world, "usbank", asks_for_marketing=True))
    tokens_of(app)
    page = app_page(app).send("offers", marketing="yes")
    assert marketing_of(app) is True
    page.send("offers", marketing=[])
    assert marketing_of(app) is False


def marketing_of(app: App) -> bool:
    told = app.world.control("GET", "/consents", params={"client_id": app.client_id}).json()["consents"]
    return bool(told[-1]["marketing"])


def test_another_holder_sees_what_is_shared_and_takes_it_out(chase_app: App) -> None:
    token = tokens_of(chase_app, "amina")["access_token"]
    before = chase_app.read(token).json()["page"]["totalElements"]
    page = dashboard(chase_app, "jon")
    assert "Amina Warsame" in page.text
    page.send("refuse")
    assert "The account is not shared any more" in page.text
    assert chase_app.read(token).json()["page"]["totalElements"] == before - 1


@pytest.mark.parametrize("kind", ["devices", "question", "push"])
def test_any_second_factor_opens_it(chase_app: App, kind: str) -> None:
    browser = Browser().open(f"{chase_app.base}/dashboard").send(username=f"maya+{kind}", password="sandbank")
    if kind == "devices":
        browser.send()
    right = {"devices": "123456", "question": "harbor", "push": "approve"}[kind]
    assert "Signed in as Maya" in browser.send(otp=right).text


@pytest.mark.parametrize(
    ("login", "words"),
    [
        ("wrong-password", "could not sign you in"),
        ("locked", "Your login is locked"),
        ("otp-wrong", "not right"),
        ("otp-expired", "run out"),
        ("bank-down", "not available"),
        ("cancels", "not available"),
        ("no-accounts", "Nobody reads your accounts"),
    ],
)
def test_magic_logins_do_here_what_they_do_elsewhere(chase_app: App, login: str, words: str) -> None:
    browser = Browser().open(f"{chase_app.base}/dashboard").send(username=login, password="sandbank")
    if words not in browser.text:
        browser.send(otp="123456")
    assert words in browser.text


def test_three_wrong_passwords_end_it(chase_app: App) -> None:
    browser = Browser().open(f"{chase_app.base}/dashboard")
    for _ in range(3):
        browser.send(username="maya", password="wrong")
    assert browser.response.status_code == 400
    assert browser.open(browser.response.url).response.status_code == 400


def test_the_address_changes_on_the_way_in_so_that_nobody_waits_at_the_old_one(chase_app: App) -> None:
    browser = Browser().open(f"{chase_app.base}/dashboard")
    before = browser.response.url
    browser.send(username="maya", password="sandbank").send(otp="123456")
    assert browser.response.url != before
    assert Browser().open(before).response.status_code == 400
    assert not browser.session.cookies


def test_it_signs_out_by_itself_and_on_demand(chase_app: App) -> None:
    left = dashboard(chase_app)
    address = left.response.url
    assert "You have signed out" in left.send("leave").text
    assert left.open(address).response.status_code == 400
    forgotten = dashboard(chase_app)
    chase_app.world.advance("PT16M")
    assert "You have been signed out" in forgotten.open(forgotten.response.url).text
    assert chase_app.bank.skin.dashboard in forgotten.follow().text


def test_case_10_a_form_without_its_token_changes_nothing(chase_app: App) -> None:
    token = tokens_of(chase_app)["access_token"]
    page = dashboard(chase_app).follow("/stop")
    for forged in ({}, {"csrf": "guessed"}, {"csrf": dict(dashboard(chase_app).form.fields)["csrf"]}):
        answer = requests.post(page.response.url, data={**forged, "action": "stop"}, allow_redirects=False, timeout=30)
        assert answer.status_code == 400
    assert chase_app.read(token).status_code == 200


def test_case_12_what_is_another_customers_is_not_there(chase_app: App) -> None:
    tokens = tokens_of(chase_app, "amina")
    ending = change(dashboard(chase_app, "amina"))
    stranger = dashboard(chase_app, "maya")
    address, csrf = stranger.response.url, dict(stranger.form.fields)["csrf"]
    for path in (f"/{ending}", f"/{ending}/stop"):
        assert requests.get(address + path, timeout=30).status_code == 400
        form = {"csrf": csrf, "action": "accounts", "account": "acc_of_somebody_else"}
        assert requests.post(address + path, data=form, timeout=30).status_code == 400
    refused = {"csrf": csrf, "action": "refuse", "consent": tokens["access_token"], "account": "acc"}
    assert requests.post(address, data=refused, timeout=30).status_code == 400
    assert chase_app.read(tokens["access_token"]).status_code == 200


def test_case_12_an_account_that_was_not_offered_is_not_added(chase_app: App) -> None:
    token = tokens_of(chase_app)["access_token"]
    assert app_page(chase_app).send("accounts", account="acc_of_somebody_else").response.status_code == 400
    assert chase_app.read(token).json()["page"]["totalElements"] == 3


def test_case_16_every_form_is_answered_by_a_303(chase_app: App) -> None:
    tokens_of(chase_app)
    page = dashboard(chase_app).follow("/stop")
    fields = [*page.form.fields, ("action", "stop")]
    answer = requests.post(page.response.url, data=fields, allow_redirects=False, timeout=30)
    assert answer.status_code == 303


def every_page(app: App) -> list[requests.Response]:
    tokens_of(app)
    home = dashboard(app)
    pages = (home, app_page(app), dashboard(app).follow("/stop"), Browser().open(f"{app.base}/dashboard"))
    return [page.response for page in pages]


def test_case_11_its_pages_open_in_no_frame(app: App) -> None:
    for page in every_page(app):
        assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
        assert page.headers["X-Frame-Options"] == "DENY"


def test_case_17_its_pages_leave_nothing_in_caches_and_referrers(app: App) -> None:
    for page in every_page(app):
        headers = page.headers
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cache-Control"] == "no-store"
        assert "<script" not in page.text


def test_case_18_what_others_wrote_is_shown_and_not_obeyed(world: World) -> None:
    hostile = "<script>alert(1)</script>\u202e" + "W" * 60
    client = register(world, "citi", name=hostile, purposes=[hostile], asks_for_marketing=True)
    app = application(world, "citi", client)
    tokens_of(app, "amina")
    for page in (dashboard(app, "amina"), app_page(app, "amina"), dashboard(app, "jon")):
        assert "<script" not in page.response.text
        assert "alert(1)" in page.text


def test_who_asks_for_a_world_that_is_not_there_is_told_so(chase_app: App) -> None:
    for query in ("client_id=nobody", "world=wld_nowhere"):
        assert Browser().open(f"{chase_app.base}/dashboard?{query}").response.status_code == 400
    in_world = Browser().open(f"{chase_app.base}/dashboard?world={chase_app.world.world_id}")
    assert in_world.response.status_code == 200


def test_consents_that_people_brought_along_are_there_too(chase_app: App) -> None:
    text = dashboard(chase_app, "marcus").text
    assert "You stopped it" in text
