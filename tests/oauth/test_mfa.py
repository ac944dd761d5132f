"""The second factor, whichever it is: right, wrong, run out, locked out; on the pages and without a browser."""

from typing import Any

import pytest
import requests

from tests.conftest import World
from tests.oauth.browser import Browser
from tests.oauth.conftest import App, application, register

RIGHT = {"text": "123456", "devices": "123456", "question": "harbor", "push": "approve"}
KINDS = list(RIGHT)
WRONG = {
    "text": "That code is not right",
    "devices": "That code is not right",
    "question": "That is not the answer we know",
    "push": "Nobody has approved it yet",
}
RUN_OUT = {
    "text": "That code has run out",
    "devices": "That code has run out",
    "question": "That question has run out",
    "push": "That request has run out",
}


def asked(app: App, kind: str, username: str = "maya") -> Browser:
    """At the page of the second factor."""
    browser = Browser().open(app.start()).send(username=f"{username}+{kind}", password="sandbank")
    return browser.send() if kind == "devices" else browser


def answered(app: App, customer: str, **wish: Any) -> requests.Response:
    return app.world.control("POST", "/authorize", json={"url": app.start(), "customer": customer, **wish})


@pytest.mark.parametrize("kind", KINDS)
def test_the_right_answer_leads_on(app: App, kind: str) -> None:
    browser = asked(app, kind).send(otp=RIGHT[kind])
    assert "Choose what to share" in browser.text
    code = browser.send(account=browser.form.offered).send().answer["code"]
    assert app.exchange(code).status_code == 200


@pytest.mark.parametrize("kind", KINDS)
def test_three_wrong_answers_lock_out(chase_app: App, kind: str) -> None:
    browser = asked(chase_app, kind)
    for left in ("2 tries are", "1 try is"):
        assert WRONG[kind] in browser.send(otp="no").text
        assert f"{left} left" in browser.text
    assert browser.send(otp="no").response.status_code == 400
    assert "Too many wrong answers" in browser.text
    assert browser.open(browser.response.url).response.status_code == 400


@pytest.mark.parametrize("kind", KINDS)
def test_what_waits_for_more_than_ten_minutes_runs_out_and_is_made_anew(chase_app: App, kind: str) -> None:
    browser = asked(chase_app, kind)
    chase_app.world.advance("PT11M")
    assert RUN_OUT[kind] in browser.send(otp=RIGHT[kind]).text
    assert "Choose what to share" in browser.send(otp=RIGHT[kind]).text


def test_a_new_code_can_be_asked_for(chase_app: App) -> None:
    browser = asked(chase_app, "text")
    chase_app.world.advance("PT9M")
    browser.send("resend")
    chase_app.world.advance("PT9M")
    assert "Choose what to share" in browser.send(otp="123456").text


def test_asking_for_a_new_code_gives_no_more_tries(chase_app: App) -> None:
    browser = asked(chase_app, "text")
    for _ in range(2):
        browser.send(otp="no").send("resend")
    assert browser.send(otp="no").response.status_code == 400


@pytest.mark.parametrize(("device", "words"), [("text", "••• •••"), ("email", "@example.com"), ("app", "app on your")])
def test_the_code_goes_where_it_was_told_to(chase_app: App, device: str, words: str) -> None:
    browser = Browser().open(chase_app.start()).send(username="maya+devices", password="sandbank")
    assert "Where should we send" in browser.text
    assert words in browser.send(device=device).text
    assert "Where should we send" in browser.send("back").text
    assert "Choose what to share" in browser.send(device=device).send(otp="123456").text


def test_a_device_that_was_not_offered_gets_no_code(chase_app: App) -> None:
    browser = Browser().open(chase_app.start()).send(username="maya+devices", password="sandbank")
    assert "No way is chosen" in browser.send(device="pigeon").text


def test_the_page_that_waits_for_the_phone_looks_again_by_itself_and_runs_nothing(chase_app: App) -> None:
    page = asked(chase_app, "push").response.text
    assert '<meta http-equiv="refresh" content="30">' in page
    assert "<script" not in page


def test_who_did_not_ask_for_it_says_so_and_nothing_is_shared(chase_app: App) -> None:
    assert asked(chase_app, "push").send("cancel").answer["error"] == "access_denied"


def test_citi_asks_for_nothing_where_it_sees_no_risk(world: World) -> None:
    app = application(world, "citi", register(world, "citi"))
    browser = Browser().open(app.start())
    assert "risk engine" in browser.text
    assert "Choose what to share" in browser.send(username="maya+trusted", password="sandbank").text


def test_other_banks_always_ask(chase_app: App) -> None:
    browser = Browser().open(chase_app.start())
    assert "risk engine" not in browser.text
    assert "One-time code" in browser.send(username="maya+trusted", password="sandbank").text


def test_the_login_page_tells_what_can_be_added_to_a_username(app: App) -> None:
    text = Browser().open(app.start()).text
    assert all(f"+{kind}" in text for kind in KINDS)


def test_an_addition_that_means_nothing_is_part_of_the_name(chase_app: App) -> None:
    text = Browser().open(chase_app.start()).send(username="maya+nothing", password="sandbank").text
    assert "could not sign you in" in text


@pytest.mark.parametrize("kind", KINDS)
def test_a_script_answers_the_same_questions(chase_app: App, kind: str) -> None:
    assert "code" in answered(chase_app, f"maya+{kind}").json()
    refused = answered(chase_app, f"maya+{kind}", otp="no")
    assert (refused.status_code, refused.json()["facts"]["title"]) == (400, WRONG[kind])
    magic = answered(chase_app, f"otp-expired+{kind}")
    assert (magic.status_code, magic.json()["facts"]["title"]) == (400, RUN_OUT[kind])


def test_a_login_may_be_slow_and_holds_up_nobody_else(chase_app: App) -> None:
    slow = Browser().open(chase_app.start()).send(username="maya+slow", password="sandbank")
    assert slow.response.elapsed.total_seconds() > 2.5
    quick = Browser().open(chase_app.start()).send(username="maya", password="sandbank")
    assert quick.response.elapsed.total_seconds() < 2.5
