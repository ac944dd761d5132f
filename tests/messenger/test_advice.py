"""Behind the trace id of a refusal stands what would help, also where the document alone was broken."""

from typing import Any

import pytest
import requests

from tests.messenger.conftest import Bot
from tests.messenger.sent import buttons, generic, receipt, template

QUICK = {"content_type": "text", "title": "Yes", "payload": "YES"}


def why(bot: Bot, answer: requests.Response) -> tuple[str, str]:
    """(what the platform says, what would help)"""
    error = answer.json()["error"]
    told = requests.get(f"{bot.world.server.url}/_sandbox/why/{error['fbtrace_id']}", timeout=30).json()
    return error["message"], told["hint"]


@pytest.mark.parametrize(
    ("message", "says", "helps"),
    [
        ({"text": "x" * 2001}, "Length of param message[text] must be less", "Shorten it to 2000 characters"),
        ({"text": ""}, "Param message[text] must be a non-empty text", "Put something into it"),
        ({"text": 5}, "Param message[text] must be of the type string", "Send it as string"),
        ({"txet": "x"}, 'Invalid keys "txet" were found in param "message"', "Did you mean text"),
        ({"text": "x", "quick_replies": [QUICK] * 14}, "has too many elements: at most 13", "Send 13 at most"),
        (template({"template_type": "list"}), "[template_type] must be one of {button,", "a generic template shows"),
        (template({"template_type": "open_graph"}), "must be one of {button,", "send the link as text"),
        (template({"template_type": "carousel"}), "must be one of {button,", "Known: button"),
        (buttons(), "[buttons] has too few elements", "Send 1 at least"),
        (buttons({"type": "element_share"}), "[buttons][0][type] must be one of {account_link,", "ended"),
        (
            buttons({"type": "web_url", "title": "Go", "url": "javascript:alert(1)"}),
            "[buttons][0][url] should represent a valid URL",
            "begins with https://",
        ),
        (generic(title="x" * 81), "Length of param", "Shorten it to 80 characters"),
        (receipt(without="summary"), "[summary] is required", "Add summary"),
        (receipt(currency="DOLLAR"), "[currency] must match ^[A-Z]{3}$", "It has to match"),
    ],
)
def test_a_wrong_message_is_refused_with_what_would_help(
    bot: Bot, message: dict[str, Any], says: str, helps: str
) -> None:
    bot.hear()
    said, helped = why(bot, bot.send(message))
    assert said.startswith("(#100) ")
    assert says in said
    assert helps in helped


def test_json_that_comes_as_a_form_is_recognised(bot: Bot) -> None:
    body = f'{{"recipient": {{"id": "{bot.psid()}"}}, "message": {{"text": "x"}}}}'
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = requests.post(
        f"{bot.graph}/me/messages", params={"access_token": bot.token}, data=body, headers=form, timeout=30
    )
    assert why(bot, answer) == (
        "(#100) The parameter recipient is required",
        "The body is JSON but came as a form, as curl sends it by itself: add -H 'Content-Type: application/json'.",
    )
    broken = requests.post(f"{bot.graph}/me/messages", data={"recipient": "{id", "access_token": bot.token}, timeout=30)
    assert "with every brace closed" in why(bot, broken)[1]


@pytest.mark.parametrize(
    ("edge", "helps"), [("thread_settings", "messenger_profile"), ("broadcast_messages", "ended in March 2020")]
)
def test_edges_that_are_gone_name_what_took_their_place(bot: Bot, edge: str, helps: str) -> None:
    said, helped = why(bot, bot.post(f"/me/{edge}", {"setting_type": "greeting"}))
    assert said == f"(#100) Tried accessing nonexisting field ({edge}) on node type (Page)"
    assert helps in helped


def test_what_a_call_lacks_is_said(bot: Bot) -> None:
    nobody = Bot(bot.world, bot.page, "abc")
    assert "sandbank info" in why(bot, nobody.get("/me"))[1]
    both = bot.send({"text": "x"}, sender_action="typing_on")
    assert why(bot, both)[0] == "(#100) Params message and sender_action cannot be sent together"
    assert "TYPING_ON" in why(bot, bot.send(sender_action="typing"))[1]
    late = bot.send({"text": "x"})
    assert "message template" in why(bot, late)[1]


def test_members_may_be_named_in_brackets(bot: Bot) -> None:
    bot.hear()
    form = {
        "recipient[id]": bot.psid(),
        "message[text]": "Which?",
        "message[quick_replies][0][content_type]": "text",
        "message[quick_replies][0][title]": "Red",
        "message[quick_replies][0][payload]": "RED",
        "access_token": bot.token,
    }
    url = f"{bot.graph}/me/messages"
    for answer in (requests.post(url, data=form, timeout=30), requests.post(url, params=form, timeout=30)):
        assert answer.ok, answer.text
        reply = {"content_type": "text", "title": "Red", "payload": "RED"}
        assert bot.said()[-1].content == {"text": "Which?", "quick_replies": [reply]}
    deep = requests.post(f"{bot.graph}/me/messages", data={"a" + "[b]" * 5000: "x", **form}, timeout=30)
    assert deep.ok, deep.text


def test_the_root_says_what_it_takes(bot: Bot) -> None:
    assert "?ids=" in why(bot, bot.get("/"))[1]
    assert "relative_url" in why(bot, bot.post("/", {"batch": "[{method}]"}))[1]
