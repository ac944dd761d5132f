"""Conversation routing: to the inbox and back, and what the bot may do meanwhile."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import pytest
import requests

from sandbox.messenger.pages import INBOX_APP
from tests.messenger.conftest import Bot
from tests.messenger.listener import Listener, listening
from tests.messenger.sent import refusal


def owner(bot: Bot) -> str:
    told: str = bot.get(f"/me/thread_owner?recipient={bot.psid()}").json()["data"][0]["thread_owner"]["app_id"]
    return told


@pytest.fixture
def hooks() -> Iterator[tuple[Listener, Listener]]:
    with ExitStack() as stack:
        yield stack.enter_context(listening()), stack.enter_context(listening())


def second_app(bot: Bot, hook: Listener) -> Bot:
    """Another app at the bot's page, which listens."""
    apps = "/messenger/pages/ready/apps"
    told = bot.world.control("POST", apps, json={"name": "Help Desk"}).json()
    changed = bot.world.control("PATCH", f"{apps}/{told['app_id']}", json={"callback_url": hook.url})
    assert "standby" in changed.json()["subscribed_fields"]
    page = bot.desk.page(bot.at(), bot.page.page_id)
    assert page is not None
    seen = page.seen_by(told["app_id"])
    assert seen is not None
    return replace(bot, page=seen, token=told["page_token"])


def talking(bot: Bot, hooks: tuple[Listener, Listener]) -> Bot:
    """The second app, beside a bot that listens too; neither hears of its own sends."""
    bot.world.control("PATCH", "/messenger/pages/ready", json={"callback_url": hooks[0].url})
    bot.behave(echoes="off", receipts=False)
    return second_app(bot, hooks[1])


def say(bot: Bot, text: str) -> dict[str, Any]:
    told: dict[str, Any] = bot.world.control("POST", "/messenger/users/maya/say", json={"text": text}).json()
    return told


def test_the_app_without_the_thread_overhears_and_may_not_write(bot: Bot, hooks: tuple[Listener, Listener]) -> None:
    desk = talking(bot, hooks)
    assert len(say(bot, "hello")["deliveries"]) == 2
    first, second = hooks[0].wait(1)[0], hooks[1].wait(1)[0]
    assert first.event["message"]["text"] == "hello"
    assert first.is_signed_by(bot.page.app.secret)
    assert second.envelope["entry"][0]["standby"][0]["message"]["text"] == "hello"
    assert "messaging" not in second.envelope["entry"][0]
    assert second.is_signed_by(desk.page.app.secret)
    assert refusal(desk.send({"text": "May I?"})) == (400, 10, 2018300)


def test_a_thread_is_asked_for_passed_released_and_taken(bot: Bot, hooks: tuple[Listener, Listener]) -> None:
    desk, to = talking(bot, hooks), {"recipient": {"id": bot.psid()}}
    say(bot, "a person, please")
    own, other = bot.page.app.app_id, desk.page.app.app_id
    assert desk.post("/me/request_thread_control", {**to, "metadata": "mine?"}).json() == {"success": True}
    asked = hooks[0].wait(2)[1].event
    assert asked["request_thread_control"] == {"requested_owner_app_id": other, "metadata": "mine?"}
    assert bot.post("/me/pass_thread_control", {**to, "target_app_id": other, "metadata": "yours"}).ok
    passed = hooks[1].wait(2)[1].event
    assert passed["pass_thread_control"] == {
        "previous_owner_app_id": own, "new_owner_app_id": other, "metadata": "yours"
    }  # fmt: skip
    assert desk.send({"text": "This is the help desk."}).ok
    assert refusal(bot.send({"text": "And I?"})) == (400, 10, 2018300)
    assert refusal(desk.post("/me/take_thread_control", to))[1] == 200
    say(bot, "thanks")
    assert hooks[1].wait(3)[2].event["message"]["text"] == "thanks"
    assert "standby" in hooks[0].wait(3)[2].envelope["entry"][0]
    assert desk.post("/me/release_thread_control", to).ok
    assert hooks[0].wait(4)[3].event["pass_thread_control"]["new_owner_app_id"] == own
    assert owner(bot) == owner(desk) == own
    bot.post("/me/pass_thread_control", {**to, "target_app_id": other})
    assert bot.post("/me/take_thread_control", to).ok
    taken = hooks[1].wait(5)[4].event["take_thread_control"]
    assert (taken["previous_owner_app_id"], taken["new_owner_app_id"]) == (other, own)


def test_only_who_sent_a_button_gets_what_it_carries(bot: Bot, hooks: tuple[Listener, Listener]) -> None:
    desk = talking(bot, hooks)
    say(bot, "hello")
    button = {"type": "postback", "title": "Balance", "payload": "BALANCE"}
    payload = {"template_type": "button", "text": "What is it?", "buttons": [button]}
    assert bot.send({"attachment": {"type": "template", "payload": payload}}).ok
    bot.world.control("POST", "/messenger/users/maya/tap", json={"button": "Balance"})
    assert hooks[0].wait(2)[1].event["postback"]["payload"] == "BALANCE"
    assert "payload" not in hooks[1].wait(2)[1].envelope["entry"][0]["standby"][0]["postback"]
    to = {"recipient": {"id": bot.psid()}, "target_app_id": desk.page.app.app_id}
    bot.post("/me/pass_thread_control", to)
    bot.world.control("POST", "/messenger/users/maya/tap", json={"button": "Balance"})
    assert hooks[1].wait(4)[3].event["postback"].keys() == {"mid", "title"}


def test_another_app_becomes_the_default_one_and_all_hear_of_their_roles(
    bot: Bot, hooks: tuple[Listener, Listener]
) -> None:
    desk = talking(bot, hooks)
    own, other = bot.page.app.app_id, desk.page.app.app_id
    apps = "/messenger/pages/ready/apps"
    assert bot.world.control("PATCH", f"{apps}/{other}", json={"default": True}).json()["default"]
    assert hooks[0].wait(1)[0].event["app_roles"] == {own: ["secondary_receiver"]}
    assert hooks[1].wait(1)[0].event["app_roles"] == {other: ["primary_receiver"]}
    assert [one["app_id"] for one in bot.world.control("GET", apps).json()["apps"]] == [other, own]
    say(bot, "who is there?")
    assert hooks[1].wait(2)[1].event["message"]["text"] == "who is there?"
    assert desk.send({"text": "The help desk"}).ok
    kept = bot.world.control("DELETE", f"{apps}/{other}")
    assert (kept.status_code, kept.json()["error"]) == (409, "CannotDo")
    assert bot.world.control("DELETE", f"{apps}/{own}").status_code == 204
    assert refusal(bot.get("/me")) == (401, 190, None)
    assert desk.get("/me").ok


def test_each_app_has_a_token_a_webhook_and_subscriptions_of_its_own(
    bot: Bot, hooks: tuple[Listener, Listener]
) -> None:
    desk = second_app(bot, hooks[1])
    app = desk.page.app
    wish = {"object": "page", "callback_url": hooks[0].url, "verify_token": "verify-me", "fields": "messages"}
    token = {"access_token": f"{app.app_id}|{app.secret}"}
    answer = requests.post(f"{bot.graph}/{app.app_id}/subscriptions", params=token, json=wish, timeout=30)
    assert answer.json() == {"success": True}
    assert desk.post("/me/subscribed_apps", {"subscribed_fields": "messages,standby"}).ok
    assert [one["id"] for one in bot.get("/me/subscribed_apps").json()["data"]] == [app.app_id]
    told = requests.get(f"{bot.graph}/{app.app_id}", params=token, timeout=30).json()
    assert told == {"id": app.app_id, "name": "Help Desk"}
    debugged = bot.get(f"/debug_token?input_token={desk.token}").json()["error"]
    assert debugged["code"] == 200
    assert [one["name"] for one in bot.get("/me/secondary_receivers").json()["data"]] == ["Page Inbox", "Help Desk"]


def test_a_thread_goes_to_the_inbox_and_back(bot: Bot) -> None:
    bot.hear()
    to = {"recipient": {"id": bot.psid()}}
    assert owner(bot) == bot.page.app.app_id
    passed = bot.post("/me/pass_thread_control", {**to, "target_app_id": INBOX_APP, "metadata": "wants a person"})
    assert passed.json() == {"success": True}
    assert owner(bot) == INBOX_APP
    assert refusal(bot.send({"text": "Me again"})) == (400, 10, 2018300)
    assert refusal(bot.post("/me/release_thread_control", to)) == (400, 10, 2018300)
    assert bot.post("/me/request_thread_control", to).json() == {"success": True}
    assert owner(bot) == INBOX_APP
    assert bot.post("/me/take_thread_control", to).json() == {"success": True}
    assert owner(bot) == bot.page.app.app_id
    assert bot.send({"text": "Me again"}).status_code == 200


def test_metadata_may_be_json_in_a_text(bot: Bot) -> None:
    wish = {"recipient": f'{{"id": "{bot.psid()}"}}', "target_app_id": INBOX_APP, "metadata": '{"queue": "cards"}'}
    assert bot.post("/me/pass_thread_control", wish).status_code == 200
    assert bot.request("POST", "/me/pass_thread_control", data=wish).json()["error"]["code"] == 10


def test_a_thread_goes_only_to_apps_that_receive(bot: Bot) -> None:
    wish = {"recipient": {"id": bot.psid()}, "target_app_id": 123456}
    assert refusal(bot.post("/me/pass_thread_control", wish))[1] == 100
    bot.behave(receivers=("123456",))
    named = bot.get("/me/secondary_receivers?fields=id,name").json()["data"]
    assert [one["id"] for one in named] == [INBOX_APP, "123456"]
    assert bot.post("/me/pass_thread_control", wish).status_code == 200
    assert owner(bot) == "123456"


def test_somebody_at_the_inbox_answers_and_gives_the_thread_back(bot: Bot) -> None:
    bot.hear()
    agent = "/messenger/users/maya/agent"
    refused = bot.world.control("POST", agent, json={"done": True})
    assert (refused.status_code, refused.json()["error"]) == (409, "CannotDo")
    answered = bot.world.control("POST", agent, json={"text": "This is Ada."}).json()
    assert (answered["message"]["sender"], answered["message"]["app_id"]) == ("inbox", INBOX_APP)
    assert owner(bot) == INBOX_APP
    assert refusal(bot.send({"text": "Me too"})) == (400, 10, 2018300)
    assert bot.world.control("POST", agent, json={"done": True}).status_code == 200
    assert owner(bot) == bot.page.app.app_id
