"""What the platform refused has left the bot all the same."""

import json
from typing import Any

import pytest

from tests.messenger.sent import buttons
from tests.messenger.whatsapp.conftest import Line, line
from tests.passport.conftest import Story

__all__ = ["line"]


def wish(story: Story, text: str) -> dict[str, Any]:
    return {"recipient": {"id": story.bot.psid()}, "message": {"text": text}, "messaging_type": "RESPONSE"}


def in_batch(story: Story, text: str) -> None:
    body = f"recipient={{'id':'{story.bot.psid()}'}}&message={{'text':'{text}'}}"
    parts = [{"method": "GET", "relative_url": "me"}, {"method": "POST", "relative_url": "me/messages", "body": body}]
    answers = story.bot.post("/", {"batch": parts}).json()
    assert [one["code"] for one in answers] == [200, 400]


def by_query(story: Story, text: str) -> None:
    query = {"recipient": f"{{id:{story.bot.psid()}}}", "message": f"{{text:'{text}'}}"}
    assert story.bot.request("POST", "/me/messages", params=query).status_code == 400


def by_form(story: Story, text: str) -> None:
    form = {name: json.dumps(one) if isinstance(one, dict) else one for name, one in wish(story, text).items()}
    assert story.bot.request("POST", "/v19.0/me/messages", data=form).status_code == 400


def by_json(story: Story, text: str) -> None:
    assert story.bot.post("/me/messages", wish(story, text)).status_code == 400


@pytest.mark.parametrize("sends", [by_json, by_form, by_query, in_batch])
def test_a_number_in_a_message_that_came_too_late(story: Story, sends: Any) -> None:
    account = story.account()
    sends(story, f"Your account ending in {account['last4']}.")
    assert story.outcome("leak.numbers") == "pass", "nobody has written, so the window is shut"
    sends(story, f"Your account {account['number']}.")
    found = story.finding("leak.numbers")
    assert found["evidence"][0].startswith("call:req_")
    assert found["text"].endswith("The platform refused it.")
    assert found["where"] == "/text"


def test_a_number_in_a_message_that_is_far_too_long(story: Story) -> None:
    by_json(story, f"Your account {story.account()['number']} {'x' * 20_000}")
    assert story.outcome("leak.numbers") == "fail"


def test_a_number_for_somebody_who_is_nobody(story: Story) -> None:
    told = {**wish(story, f"Your account {story.account()['number']}."), "recipient": {"id": "1234567890123456"}}
    assert story.bot.post("/me/messages", told).status_code == 400
    assert story.outcome("leak.numbers") == "fail"


def test_a_name_in_an_address_that_was_refused(story: Story) -> None:
    email = story.world.control("GET", "/customers/maya").json()["email"]
    late = buttons({"type": "web_url", "title": "Open", "url": f"https://charts.example/?for={email}"})
    assert story.bot.send(late, messaging_type="RESPONSE").status_code == 400
    assert story.finding("leak.urls")["text"].startswith("The person's email address goes to charts.example")


def test_data_of_a_withdrawn_consent_that_was_refused(story: Story) -> None:
    access, account = story.links(), story.account()
    story.withdraws(access)
    story.world.advance("PT1M")
    by_json(story, "Please link your bank again.")
    assert story.outcome("revocation.data") == "pass"
    by_json(story, f"Your account ··{account['last4']}.")
    assert story.outcome("revocation.data") == "fail"


def test_a_number_that_whatsapp_refused_or_lost(story: Story, line: Line) -> None:
    number = story.account()["number"]
    assert line.text("Your account ··4411.").status_code == 400
    assert story.outcome("leak.numbers") == "pass"
    assert line.text(f"Your account {number}.").status_code == 400
    assert story.finding("leak.numbers")["where"] == "/text/body"
    line.conducts(late_errors="status")
    assert line.text(f"Once more, {number}.").status_code == 200
    assert len(story.stamp("leak.numbers")["findings"]) == 2
