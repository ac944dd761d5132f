"""A bot subscribes and hears what people do: signed, in order, again where it did not take it."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.messenger.conftest import Bot
from tests.messenger.listener import Heard, Listener, listening


@pytest.fixture
def hook() -> Iterator[Listener]:
    with listening() as listener:
        yield listener


def subscribe(
    bot: Bot, hook: Listener, fields: str = "messages, messaging_postbacks", **more: Any
) -> requests.Response:
    wish = {"object": "page", "callback_url": hook.url, "verify_token": "verify-me", "fields": fields, **more}
    url = f"{bot.graph}/v19.0/{bot.page.app.app_id}/subscriptions"
    token = f"{bot.page.app.app_id}|{bot.page.app.secret}"
    return requests.post(url, params={"access_token": token}, json=wish, timeout=30)


def listen(bot: Bot, hook: Listener, fields: str = "messages, messaging_postbacks") -> None:
    assert subscribe(bot, hook, fields).json() == {"success": True}
    answer = bot.post("/me/subscribed_apps", {"subscribed_fields": fields})
    assert answer.json() == {"success": True}, answer.text


def say(bot: Bot, text: str, user: str = "maya") -> dict[str, Any]:
    answer = bot.world.control("POST", f"/messenger/users/{user}/say", json={"text": text})
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def behave(bot: Bot, **behaviour: Any) -> None:
    answer = bot.world.control("PATCH", "/messenger/pages/ready", json={"behaviour": behaviour})
    assert answer.status_code == 200, answer.text


def delivery(bot: Bot, delivery_id: str) -> dict[str, Any]:
    told: dict[str, Any] = bot.world.control("GET", f"/messenger/deliveries/{delivery_id}").json()
    return told


def test_what_a_person_says_is_heard_signed_by_the_apps_secret(bot: Bot, hook: Listener) -> None:
    listen(bot, hook)
    told = say(bot, "Grüße 🎉")
    heard = hook.wait(1)[0]
    assert heard.is_signed_by(bot.page.app.secret)
    assert b"Gr\\u00fc\\u00dfe \\ud83c\\udf89" in heard.body
    assert heard.envelope["object"] == "page"
    assert heard.event == {
        "sender": {"id": bot.psid()},
        "recipient": {"id": bot.page.page_id},
        "timestamp": 1781535600000,
        "message": {"mid": told["message"]["mid"], "text": "Grüße 🎉"},
    }


@pytest.mark.parametrize(
    ("token", "words"),
    [
        ("another", "HTTP Status Code = 403; HTTP Message = Forbidden"),
        ("verify-me", 'Response does not match challenge, expected value="'),
    ],
)
def test_a_webhook_that_fails_the_handshake_is_refused(bot: Bot, hook: Listener, token: str, words: str) -> None:
    hook.challenge = lambda challenge: f"<p>{challenge}</p>"
    error = subscribe(bot, hook, verify_token=token).json()["error"]
    assert error["code"] == 2200
    assert words in error["message"]


def test_a_bot_may_call_before_it_answers_the_handshake(bot: Bot, hook: Listener) -> None:
    """Nobody waits for a handshake but who asked for it; so the bot is answered meanwhile, whatever it asks."""
    asked = list[int]()

    def answer(challenge: str) -> str:
        asked.append(bot.get("/me").status_code)
        return challenge

    hook.challenge = answer
    assert subscribe(bot, hook).json() == {"success": True}
    assert asked == [200]


def test_a_refused_handshake_is_explained_and_on_the_wire(bot: Bot, hook: Listener) -> None:
    refused = subscribe(bot, hook, verify_token="another")
    trace = refused.json()["error"]["fbtrace_id"]
    why = requests.get(f"{bot.world.server.url}/_sandbox/why/{trace}", timeout=30).json()
    assert why["rule"] == "A webhook must answer the handshake with 200 and the value of hub.challenge."
    call = bot.world.control("GET", "/messenger/calls").json()["calls"][0]
    assert (call["status"], call["code"]) == (400, 2200)
    assert "X-App-Usage" in refused.headers
    subscribe(bot, hook)
    assert bot.world.control("GET", "/messenger/calls").json()["calls"][0]["status"] == 200


def test_without_both_subscriptions_nothing_is_told_and_the_person_can_learn_why(bot: Bot, hook: Listener) -> None:
    assert "POST /{app-id}/subscriptions" in say(bot, "one")["unheard"][0]["why"]
    subscribe(bot, hook)
    assert "subscribed_apps" in say(bot, "two")["unheard"][0]["why"]
    bot.post("/me/subscribed_apps", {})
    assert say(bot, "three")["unheard"] == []
    assert [heard.event["message"]["text"] for heard in hook.wait(1)] == ["three"]


def test_a_page_subscription_needs_the_pages_token_and_an_apps_the_apps(bot: Bot, hook: Listener) -> None:
    refused = bot.post(
        f"/{bot.page.app.app_id}/subscriptions", {"object": "page", "callback_url": "x", "verify_token": ""}
    )
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, 200)
    unknown = subscribe(bot, hook, "messages,mesages")
    assert unknown.json()["error"]["message"].startswith("(#100) Param fields[1] must be one of {messages,")


def test_what_one_person_says_arrives_in_order(bot: Bot, hook: Listener) -> None:
    listen(bot, hook)
    for number in range(10):
        say(bot, str(number))
    assert [heard.event["message"]["text"] for heard in hook.wait(10)] == [str(number) for number in range(10)]


def test_a_bot_may_answer_before_it_has_taken_the_webhook(bot: Bot, hook: Listener) -> None:
    listen(bot, hook)
    sent = list[requests.Response]()

    def answering(heard: Heard) -> None:
        sent.append(bot.send({"text": f"You said {heard.event['message']['text']}"}))

    hook.answering = answering
    say(bot, "hello")
    hook.wait(1)
    assert sent[0].status_code == 200, sent[0].text
    thread = bot.world.control("GET", "/messenger/users/maya/thread").json()
    assert [one["content"]["text"] for one in thread["messages"]] == ["hello", "You said hello"]
    assert thread["window"] == {"open": True, "closes_at": "2026-06-16T15:00:00Z"}


def test_a_webhook_that_was_not_taken_comes_again_by_the_worlds_clock(bot: Bot, hook: Listener) -> None:
    listen(bot, hook)
    behave(bot, retry_clock="world")
    hook.statuses = [500, 503]
    told = say(bot, "again")["deliveries"][0]
    hook.wait(1)
    bot.world.advance("PT2S")
    hook.wait(2)
    bot.world.advance("PT8S")
    bodies = [heard.body for heard in hook.wait(3)]
    assert len(set(bodies)) == 1
    hook.statuses = [200]
    settled = until(lambda: delivery(bot, told), lambda one: one["state"] == "delivered")
    assert [attempt["status"] for attempt in settled["attempts"]] == [500, 503, 200]


def until(look: Any, good: Any) -> Any:
    """Looks again and again until it is good."""
    for _ in range(500):
        found = look()
        if good(found):
            return found
    raise AssertionError(f"it stays {found}")


def test_an_app_that_fails_too_often_is_unsubscribed(bot: Bot, hook: Listener) -> None:
    listen(bot, hook)
    behave(bot, retry_clock="world", unsubscribe_after=2)
    hook.statuses = [500, 500]
    say(bot, "one")
    hook.wait(1)
    bot.world.advance("PT2S")
    hook.wait(2)
    page = until(
        lambda: bot.world.control("GET", "/messenger/pages/ready").json(), lambda page: not page["subscribed_fields"]
    )
    assert page["fields"] == ["messages", "messaging_postbacks"]
    assert "subscribed_apps" in say(bot, "two")["unheard"][0]["why"]


def test_duplicates_and_wrong_signatures_can_be_asked_for(bot: Bot, hook: Listener) -> None:
    listen(bot, hook)
    behave(bot, duplicate_rate=1.0)
    say(bot, "twice")
    first, second = hook.wait(2)
    assert first.body == second.body
    behave(bot, duplicate_rate=0, signature="wrong")
    say(bot, "forged")
    assert not hook.wait(3)[2].is_signed_by(bot.page.app.secret)
    behave(bot, signature="missing")
    say(bot, "unsigned")
    assert "x-hub-signature" not in hook.wait(4)[3].headers
    behave(bot, signature="good", raw_utf8=True)
    say(bot, "Grüße")
    raw = hook.wait(5)[4]
    assert "Grüße".encode() in raw.body
    assert raw.is_signed_by(bot.page.app.secret)


def test_a_webhook_is_replayed_with_the_bytes_that_it_had(bot: Bot, hook: Listener) -> None:
    listen(bot, hook)
    told = say(bot, "once")["deliveries"][0]
    hook.wait(1)
    until(lambda: delivery(bot, told), lambda one: one["state"] == "delivered")
    assert bot.world.control("POST", f"/messenger/deliveries/{told}/replay").status_code == 202
    first, second = hook.wait(2)
    assert first.body == second.body
    listed = bot.world.control("GET", "/messenger/deliveries").json()["deliveries"]
    assert [one["delivery_id"] for one in listed] == [told]


def test_a_webhook_can_be_set_without_a_handshake(bot: Bot, hook: Listener) -> None:
    answer = bot.world.control("PATCH", "/messenger/pages/ready", json={"callback_url": hook.url})
    assert "messages" in answer.json()["subscribed_fields"]
    say(bot, "hello")
    assert hook.wait(1)[0].event["message"]["text"] == "hello"
