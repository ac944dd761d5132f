"""A person on the bank's pages: what goes right, what goes wrong, and what they may do about it."""

import pytest

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
    browser = Browser().open(app.start()).sign_in("omar").send()
    assert browser.landed == ""
    assert browser.response.status_code == 200
    assert "No account is chosen" in browser.text


def test_an_account_that_was_not_offered_is_refused_and_nothing_granted(chase_app: App) -> None:
    browser = Browser().open(chase_app.start()).sign_in("maya").send(account="acc_of_somebody_else")
    assert browser.response.status_code == 400
    assert browser.landed == ""


def test_one_may_go_back_and_choose_again(chase_app: App) -> None:
    browser = Browser().open(chase_app.start()).sign_in("maya")
    offered = browser.form.offered
    browser.send(account=offered).send("back").send(account=offered[-1:])
    token = chase_app.exchange(browser.send().answer["code"]).json()["access_token"]
    assert chase_app.read(token).json()["page"]["totalElements"] == 1


def test_an_answer_is_given_once(chase_app: App) -> None:
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


def test_a_form_that_the_page_did_not_make_changes_nothing(chase_app: App) -> None:
    browser = Browser().open(chase_app.start())
    page = browser.response
    forged = {"csrf": "guessed", "action": "continue", "username": "maya", "password": "sandbank"}
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
    for left in (2, 1):
        browser.send(username="maya", password="wrong")
        assert f"{left} tries are left" in browser.text
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


def test_pages_are_kept_from_frames_caches_and_referrers(app: App) -> None:
    page = Browser().open(app.start()).response
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in page.headers["Cache-Control"]


def test_markup_in_a_client_name_is_shown_and_not_obeyed(world: World) -> None:
    app = application(world, "citi", register(world, "citi", name="<script>alert(1)</script>"))
    page = Browser().open(app.start()).sign_in("omar").response.text
    assert "<script>alert" not in page
