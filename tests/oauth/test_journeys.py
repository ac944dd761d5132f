"""A person on the bank's pages: what goes right, what goes wrong, and what they may do about it."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from tests.conftest import World
from tests.oauth.browser import Browser
from tests.oauth.conftest import App, application, register


def test_the_review_says_who_reads_what_why_and_for_how_long(app: App) -> None:
    browser = Browser().open(app.start()).sign_in("omar")
    page = browser.send(account=browser.form.offered[:1]).text
    assert "An application" in page
    assert app.bank.skin.dashboard in page
    assert "not affiliated" in page


def test_only_the_ticked_accounts_are_shared(chase_app: App) -> None:
    browser = Browser().open(chase_app.start()).sign_in("maya")
    offered = browser.form.offered
    code = browser.send(account=offered[:1]).send().answer["code"]
    token = chase_app.exchange(code).json()["access_token"]
    assert len(offered) > 1
    assert chase_app.read(token).json()["page"]["totalElements"] == 1


def test_nothing_ticked_is_asked_again(app: App) -> None:
    browser = Browser().open(app.start()).sign_in("omar").send(account=[])
    assert browser.landed == ""
    assert browser.response.status_code == 200
    assert "No account is chosen" in browser.text


def test_case_12_an_account_that_was_not_offered_is_refused_and_nothing_granted(chase_app: App) -> None:
    browser = Browser().open(chase_app.start()).sign_in("maya").send(account="acc_of_somebody_else")
    assert browser.response.status_code == 400
    assert browser.landed == ""


def test_one_may_go_back_and_choose_again(chase_app: App) -> None:
    browser = Browser().open(chase_app.start()).sign_in("maya")
    offered = browser.form.offered
    browser.send(account=offered).send("back").send(account=offered[-1:])
    token = chase_app.exchange(browser.send().answer["code"]).json()["access_token"]
    assert chase_app.read(token).json()["page"]["totalElements"] == 1


def test_case_15_an_answer_is_given_once(chase_app: App) -> None:
    browser = Browser().open(chase_app.start()).sign_in("maya")
    browser.send(account=browser.form.offered)
    form, page = browser.form, browser.response
    assert "code" in browser.send().answer
    again = browser.session.post(
        page.url, data=[*form.fields, ("action", "continue")], allow_redirects=False, timeout=30
    )
    assert again.status_code == 400
    assert "Already answered" in again.text
    assert browser.session.get(page.url, timeout=30).status_code == 400


def test_case_10_a_form_that_the_page_did_not_make_changes_nothing(chase_app: App) -> None:
    browser = Browser().open(chase_app.start())
    page = browser.response
    elsewhere = dict(Browser().open(chase_app.start()).form.fields)["csrf"]
    for token in ("", "guessed", elsewhere):
        forged = {"csrf": token, "action": "continue", "username": "maya", "password": "sandbank"}
        assert browser.session.post(page.url, data=forged, allow_redirects=False, timeout=30).status_code == 400
    assert "code" in Browser().open(page.url).consent("maya").answer


def test_another_tab_that_lags_behind_is_told_where_things_stand(chase_app: App) -> None:
    lagging = Browser().open(chase_app.start())
    Browser().open(lagging.response.url).sign_in("maya")
    lagging.send(username="maya", password="sandbank")
    assert lagging.response.status_code == 200
    assert lagging.landed == ""


def test_three_wrong_passwords_end_the_journey(chase_app: App) -> None:
    browser = Browser().open(chase_app.start())
    for left in ("2 tries are", "1 try is"):
        browser.send(username="maya", password="wrong")
        assert f"{left} left" in browser.text
    assert browser.send(username="maya", password="wrong").response.status_code == 400


def test_a_page_left_open_runs_out(chase_app: App) -> None:
    browser = Browser().open(chase_app.start())
    chase_app.world.advance("PT31M")
    assert browser.open(browser.response.url).response.status_code == 400
    assert "run out" in browser.text


@pytest.mark.parametrize(
    ("username", "words"),
    [
        ("wrong-password", "could not sign you in"),
        ("locked", "locked"),
    ],
)
def test_magic_logins_that_stop_at_the_door(app: App, username: str, words: str) -> None:
    browser = Browser().open(app.start()).send(username=username, password="sandbank")
    assert words in browser.text
    assert browser.landed == ""


@pytest.mark.parametrize(("username", "words"), [("otp-wrong", "not right"), ("otp-expired", "run out")])
def test_magic_logins_that_stop_at_the_one_time_code(app: App, username: str, words: str) -> None:
    browser = Browser().open(app.start()).sign_in(username)
    assert words in browser.text
    assert browser.landed == ""


@pytest.mark.parametrize(
    ("username", "error"), [("cancels", "access_denied"), ("bank-down", "temporarily_unavailable")]
)
def test_magic_logins_that_send_the_client_an_error(app: App, username: str, error: str) -> None:
    browser = Browser().open(app.start()).send(username=username, password="sandbank")
    if not browser.landed:
        browser.send(otp="123456")
    assert browser.answer["error"] == error


def test_the_magic_login_without_accounts_has_nothing_to_tick(app: App) -> None:
    browser = Browser().open(app.start()).sign_in("no-accounts")
    assert browser.form.offered == []
    assert browser.send("cancel").answer["error"] == "access_denied"


def test_case_11_pages_open_in_no_frame(app: App) -> None:
    page = Browser().open(app.start()).response
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["X-Frame-Options"] == "DENY"


def test_case_17_pages_leave_nothing_in_caches_and_referrers(app: App) -> None:
    page = Browser().open(app.start()).response
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in page.headers["Cache-Control"]


def test_case_18_markup_in_a_client_name_is_shown_and_not_obeyed(world: World) -> None:
    app = application(world, "citi", register(world, "citi", name="<script>alert(1)</script>"))
    page = Browser().open(app.start()).sign_in("omar").response.text
    assert "<script>alert" not in page


def test_case_12_an_account_of_another_customer_is_not_shared(app: App) -> None:
    others = Browser().open(app.start()).sign_in("omar").form.offered
    browser = Browser().open(app.start()).sign_in("maya").send(account=others)
    assert browser.response.status_code == 400
    assert "not offered" in browser.text


def test_case_13_fields_that_widen_the_request_are_ignored(world: World) -> None:
    app = application(world, "citi", register(world, "citi"))
    browser = Browser().open(app.start(scope="accounts_details_transactions")).sign_in("maya")
    wide = {
        "scope": " ".join(app.bank.oauth.scopes),
        "cluster": "REWARDS",
        "purpose": "SELL_IT",
        "client_id": "demo-app",
    }
    browser.send(account=browser.form.offered, **wide).send(**wide)
    tokens = app.exchange(browser.answer["code"]).json()
    assert tokens["scope"] == "accounts_details_transactions"
    given = consent_of(app)
    assert "REWARDS" not in given["clusters"]
    assert [purpose["code"] for purpose in given["purposes"]] == ["BALANCE_ASSISTANT"]


@pytest.mark.parametrize("step", ["login", "otp", "accounts", "review"])
def test_case_14_who_says_no_is_told_as_such_to_the_client_from_any_page(app: App, step: str) -> None:
    browser = Browser().open(walked(app, leave_at=step)["page"]).send("cancel")
    assert (browser.answer["error"], browser.answer["state"], browser.answer["iss"]) == (
        "access_denied",
        "state-1",
        app.base,
    )
    assert "code" not in browser.answer


def test_case_16_every_form_is_answered_by_a_303(app: App) -> None:
    for step, fields in (
        ("login", {"username": "maya", "password": "sandbank"}),
        ("otp", {"otp": "123456"}),
        ("review", {}),
    ):
        page = Browser().open(walked(app, leave_at=step)["page"])
        data = [*page.form.fields, ("action", "continue"), *fields.items()]
        answer = requests.post(page.response.url, data=data, allow_redirects=False, timeout=30)
        assert answer.status_code == 303
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"


# --- Purposes, and the box that stands apart -----------------------------------------------------------------------

BALANCES = {"code": "SHOW_BALANCES", "text": "Show your balances in chat", "clusters": ["ACCOUNT_BASIC", "BALANCES"]}
SPENDING = {"code": "EXPLAIN_SPENDING", "text": "Explain your spending", "clusters": ["TRANSACTIONS"]}
POINTS = {"code": "USE_POINTS", "text": "Show your points", "clusters": ["REWARDS"]}


def purposeful(world: World, bank: str, *purposes: dict[str, Any], **more: Any) -> App:
    return application(world, bank, register(world, bank, purposes=list(purposes), **more))


def at_the_review(app: App, username: str = "maya") -> Browser:
    browser = Browser().open(app.start()).sign_in(username)
    return browser.send(account=browser.form.offered)


def consent_of(app: App) -> dict[str, Any]:
    """The latest."""
    told = app.world.control("GET", "/consents", params={"client_id": app.client_id}).json()["consents"]
    latest: dict[str, Any] = told[-1]
    return latest


def test_a_purpose_that_is_unticked_is_not_granted_nor_what_only_it_uses(world: World) -> None:
    app = purposeful(world, "chase", BALANCES, SPENDING)
    page = at_the_review(app)
    assert "Uses: Account list, Balances." in page.text
    assert app.exchange(page.send(purpose="SHOW_BALANCES").answer["code"]).status_code == 200
    given = consent_of(app)
    assert [purpose["code"] for purpose in given["purposes"]] == ["SHOW_BALANCES"]
    assert given["clusters"] == ["ACCOUNT_BASIC", "BALANCES"]


def test_the_scope_shrinks_to_what_was_approved(world: World) -> None:
    app = purposeful(world, "citi", BALANCES, POINTS)
    tokens = app.exchange(at_the_review(app).send(purpose="SHOW_BALANCES").answer["code"]).json()
    assert tokens["scope"] == "accounts_details_transactions"


def test_a_purpose_that_the_app_requires_cannot_be_unticked(world: World) -> None:
    app = purposeful(world, "chase", {**BALANCES, "required": True}, SPENDING)
    page = at_the_review(app)
    assert "The app needs this." in page.text
    page.send(purpose=[])
    assert [purpose["code"] for purpose in consent_of(app)["purposes"]] == ["SHOW_BALANCES"]


def test_nothing_ticked_at_all_is_asked_again(world: World) -> None:
    page = at_the_review(purposeful(world, "chase", BALANCES, SPENDING)).send(purpose=[])
    assert page.landed == ""
    assert "Nothing is ticked" in page.text
    assert "code" in page.send().answer


def test_offers_are_a_box_of_their_own_that_nobody_ticked(world: World) -> None:
    app = purposeful(world, "usbank", BALANCES, asks_for_marketing=True)
    page = at_the_review(app)
    assert "Optional" in page.text
    page.send()
    assert consent_of(app)["marketing"] is False
    at_the_review(app).send(marketing="yes")
    assert any(consent["marketing"] for consent in world.control("GET", "/consents").json()["consents"])


def test_offers_are_not_consented_to_where_the_app_did_not_ask(chase_app: App) -> None:
    at_the_review(chase_app).send(marketing="yes")
    assert consent_of(chase_app)["marketing"] is False


def test_who_signs_in_reads_first_who_asks_and_what_for(world: World) -> None:
    text = Browser().open(purposeful(world, "citi", BALANCES, SPENDING).start()).text
    for words in ("An application asks", "Show your balances in chat", "Explain your spending"):
        assert words in text


def test_another_holder_is_spoken_of_before_an_account_of_two_is_shared(chase_app: App) -> None:
    assert "Whoever holds an account with you sees" in at_the_review(chase_app, "amina").text
    assert "Whoever holds" not in at_the_review(chase_app, "omar").text


def test_the_consent_keeps_the_hash_of_what_was_read(world: World) -> None:
    app = purposeful(world, "chase", BALANCES, SPENDING)
    at_the_review(app).send(purpose="SHOW_BALANCES")
    services = world.server.app.services
    kept = services.consents.find(consent_of(app)["consent_id"])
    assert kept.disclosure_version
    assert len(kept.disclosure_hash) == 64
    at_the_review(app).send()
    given = [one for one in services.grants.consents(world.world_id) if one.client_id == app.client_id]
    hashes = {one.disclosure_hash for one in given}
    assert len(hashes) == 2


# --- By mistake, and on purpose ------------------------------------------------------------------------------------


def walked(app: App, **wish: Any) -> dict[str, Any]:
    """Without a browser."""
    asked = {"url": app.start(), "customer": "maya", **wish}
    answer = app.world.control("POST", "/authorize", json=asked)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


@pytest.mark.parametrize(
    ("mishap", "title"),
    [
        ("two_tabs", "You are elsewhere by now"),
        ("double_click", "Already answered"),
        ("replayed_form", "Already answered"),
        ("widened_request", "That account was not offered"),
        ("forged_form", "This form is not ours"),
    ],
)
def test_a_script_can_let_it_go_wrong_and_hears_what_the_page_said(app: App, mishap: str, title: str) -> None:
    told = walked(app, mishap=mishap)
    assert [notice["title"] for notice in told["notices"]] == [title]
    assert app.exchange(told["code"]).status_code == 200


def test_a_script_can_go_back_without_harm(chase_app: App) -> None:
    told = walked(chase_app, mishap="back_button")
    assert "notices" not in told
    assert chase_app.exchange(told["code"]).status_code == 200


@pytest.mark.parametrize("step", ["login", "otp", "accounts", "review"])
def test_a_tab_that_was_closed_can_be_opened_again_until_it_runs_out(chase_app: App, step: str) -> None:
    left = walked(chase_app, leave_at=step)
    assert left["step"] == step
    assert "redirect" not in left
    assert Browser().open(left["page"]).response.status_code == 200
    assert "code" in walked(chase_app, url=left["page"])

    late = walked(chase_app, leave_at=step)
    chase_app.world.advance("PT31M")
    refused = chase_app.world.control("POST", "/authorize", json={"url": late["page"], "customer": "maya"})
    assert (refused.status_code, refused.json()["facts"]["title"]) == (400, "This page has run out")
    assert Browser().open(late["page"]).response.status_code == 400


def test_a_script_can_untick_a_purpose_and_tick_the_box_for_offers(world: World) -> None:
    app = purposeful(world, "chase", BALANCES, SPENDING, asks_for_marketing=True)
    walked(app, purposes=["SHOW_BALANCES"], marketing=True)
    given = consent_of(app)
    assert (given["clusters"], given["marketing"]) == (["ACCOUNT_BASIC", "BALANCES"], True)
    strange = world.control("POST", "/authorize", json={"url": app.start(), "customer": "maya", "purposes": ["X"]})
    assert strange.status_code == 400


def test_a_form_from_before_the_back_button_is_taken(chase_app: App) -> None:
    page = Browser().open(chase_app.start()).sign_in("maya")
    form, url, offered = page.form, page.response.url, page.form.offered
    page.send(account=offered)
    fields = [*form.fields, ("action", "continue"), ("account", offered[0])]
    page.response = page.session.post(url, data=fields, timeout=30)
    assert chase_app.read(chase_app.exchange(page.send().answer["code"]).json()["access_token"]).json()["page"] == {
        "totalElements": 1
    }


def test_of_twenty_clicks_on_approve_one_counts(chase_app: App) -> None:
    page = at_the_review(chase_app)
    fields, url = [*page.form.fields, ("action", "continue")], page.response.url
    with ThreadPoolExecutor(20) as pool:
        answers = list(
            pool.map(lambda _: requests.post(url, data=fields, allow_redirects=False, timeout=30), range(20))
        )
    assert sorted(answer.status_code for answer in answers) == [303, *[400] * 19]
    told = chase_app.world.control("GET", "/consents", params={"client_id": chase_app.client_id}).json()["consents"]
    assert len(told) == 1


def test_of_twenty_guesses_at_once_three_count(chase_app: App) -> None:
    page = Browser().open(chase_app.start()).send(username="maya", password="sandbank")
    fields, url = [*page.form.fields, ("action", "continue"), ("otp", "000000")], page.response.url
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: requests.post(url, data=fields, timeout=30), range(20)))
    assert sum("not right" in answer.text for answer in answers) == 2
    assert page.open(url).response.status_code == 400


def test_an_app_opens_the_banks_app_and_needs_no_cookie(chase_app: App) -> None:
    url = chase_app.start().replace("/v1/authorize", "/v1/mobile/authorize")
    browser = Browser().open(url)
    browser.consent("omar")
    assert not browser.session.cookies
    assert chase_app.exchange(browser.answer["code"]).status_code == 200
    assert "code" in walked(chase_app, url=url)


def test_a_consent_that_runs_out_while_it_is_used_ends_everything(app: App) -> None:
    tokens = app.exchange(app.code("maya")).json()
    app.world.advance("P400D")
    assert app.read(tokens["access_token"]).status_code == 401
    assert app.refresh(tokens["refresh_token"]).json()["error"] == "invalid_grant"


def test_faults_may_befall_whoever_reads_under_a_consent(app: App) -> None:
    browser = Browser().open(app.start()).sign_in("maya+maintenance-window")
    code = browser.send(account=browser.form.offered[:1]).send().answer["code"]
    token = app.exchange(code).json()["access_token"]
    answer = app.read(token)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "1800"
