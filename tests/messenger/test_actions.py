"""What a page does on a thread beside talking, who is told of what it sends, and recipients that make errors happen."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from sandbox.messenger.hooks import DELIVERY, Delivery
from sandbox.messenger.magic import MAGIC
from sandbox.messenger.pages import App
from sandbox.messenger.threads import Message, Thread
from tests.messenger.conftest import Bot
from tests.messenger.sent import GENERIC, refusal, template


def thread(bot: Bot) -> Thread:
    return bot.desk.thread(bot.at(), bot.page, bot.psid())


def test_the_dots_are_shown_until_a_message_comes(bot: Bot) -> None:
    bot.hear()
    answer = bot.send(sender_action="typing_on")
    assert answer.json() == {"recipient_id": bot.psid()}
    assert thread(bot).typing_until == bot.at().now + timedelta(seconds=20)
    bot.send({"text": "Here you are"})
    assert thread(bot).typing_until is None


def test_typing_can_be_taken_back_and_messages_seen(bot: Bot) -> None:
    bot.hear()
    bot.send(sender_action="TYPING_ON")
    bot.send(sender_action="TYPING_OFF")
    bot.send(sender_action="mark_seen")
    assert (thread(bot).typing_until, thread(bot).seen_at) == (None, bot.at().now)


def test_a_page_reacts_to_a_message_of_the_thread(bot: Bot) -> None:
    bot.hear()
    written = bot.desk.add_message(
        bot.at(),
        Message("", bot.page.page_id, bot.psid(), bot.at().now, "person", {"text": "Thanks"}),
    )
    assert bot.send(sender_action="react", payload={"message_id": written.mid, "reaction": "love"}).status_code == 200
    assert bot.said()[-1].content == {"text": "Thanks", "reaction": "❤"}
    assert bot.send(sender_action="unreact", payload={"message_id": written.mid}).status_code == 200
    assert bot.said()[-1].content == {"text": "Thanks"}
    assert refusal(bot.send(sender_action="react", payload={"message_id": "m_x"})) == (400, 100, None)
    assert refusal(bot.send(sender_action="unreact")) == (400, 100, None)


def test_a_reply_names_a_message_of_the_thread(bot: Bot) -> None:
    bot.hear()
    mid = bot.send({"text": "One"}).json()["message_id"]
    assert bot.send({"text": "Two"}, reply_to={"mid": mid}).status_code == 200
    assert bot.said()[-1].content["reply_to"] == {"mid": mid}
    assert refusal(bot.send({"text": "Three"}, reply_to={"mid": "m_x"})) == (400, 100, None)


def test_a_message_can_come_from_a_persona_of_the_page(bot: Bot) -> None:
    bot.hear()
    ana = {"name": "Ana", "profile_picture_url": "https://bank.example/ana.png"}
    persona = bot.post("/me/personas", ana).json()["id"]
    assert bot.send({"text": "Ana here"}, persona_id=persona).status_code == 200
    assert bot.said()[-1].persona_id == persona
    assert refusal(bot.send({"text": "Nobody here"}, persona_id="1")) == (400, 100, 2018062)


def told(bot: Bot) -> list[tuple[str, dict[str, Any]]]:
    """(field, event) of every webhook that was queued."""
    kept = bot.desk.all_of(bot.at(), DELIVERY, bot.page.page_id, Delivery)
    return [(one.field, one.envelope["entry"][0]["messaging"][0]) for _, one in kept]


@pytest.fixture
def subscribed(bot: Bot) -> Bot:
    fields = ("message_echoes", "message_deliveries")
    app: App = replace(bot.page.app, callback_url="http://127.0.0.1:9/hook", fields=fields)
    bot.change(app=app, subscribed_fields=fields)
    bot.hear()
    return bot


def test_the_app_hears_an_echo_and_the_delivery_of_what_it_sent(subscribed: Bot) -> None:
    bot = subscribed
    mid = bot.send({**template(GENERIC), "metadata": "42"}).json()["message_id"]
    (first, echo), (second, delivery) = told(bot)
    assert (first, second) == ("message_echoes", "message_deliveries")
    assert (echo["sender"]["id"], echo["recipient"]["id"]) == (bot.page.page_id, bot.psid())
    assert echo["message"] == {
        "mid": mid,
        "is_echo": True,
        "app_id": int(bot.page.app.app_id),
        "metadata": "42",
        "attachments": [{"type": "template", "payload": GENERIC}],
    }
    assert (delivery["sender"]["id"], delivery["delivery"]["mids"]) == (bot.psid(), [mid])


def test_an_echo_can_overtake_the_answer(subscribed: Bot) -> None:
    subscribed.behave(echoes="before")
    answer = subscribed.send({"text": "Hello"})
    assert answer.elapsed >= timedelta(seconds=0.3)
    assert told(subscribed)[0][1]["message"]["mid"] == answer.json()["message_id"]


def test_echoes_and_receipts_can_be_switched_off(subscribed: Bot) -> None:
    subscribed.behave(echoes="off", receipts=False)
    subscribed.send({"text": "Hello"})
    assert told(subscribed) == []


@pytest.mark.parametrize("psid", MAGIC)
def test_a_magic_recipient_makes_its_error_happen(bot: Bot, psid: str) -> None:
    error = MAGIC[psid]
    answer = bot.send({"text": "x"}, to=psid)
    assert refusal(answer) == (error.status, error.code, error.subcode)
    assert "Sandbank-Contract" not in answer.headers, answer.text
