"""Templates that are made once, and sent outside the window with values for their gaps."""

from typing import Any

import pytest
import requests

from tests.messenger.conftest import Bot
from tests.messenger.sent import refusal

NEW: dict[str, Any] = {
    "name": "balance_low",
    "language": "en_US",
    "category": "UTILITY",
    "components": [
        {"type": "HEADER", "format": "TEXT", "text": "{{1}}"},
        {"type": "BODY", "text": "Your {{1}} account is down to {{2}}."},
        {
            "type": "BUTTONS",
            "buttons": [
                {"type": "URL", "text": "Open", "url": "https://bot.example/a/{{1}}"},
                {"type": "POSTBACK", "text": "Balance", "payload": "BALANCE"},
            ],
        },
    ],
}


def values(kind: str, *texts: str, **more: Any) -> dict[str, Any]:
    return {"type": kind, "parameters": [{"type": "text", "text": text} for text in texts], **more}


FILLED = [
    values("header", "Balance"),
    values("body", "checking", "12.00 USD"),
    values("button", "7", sub_type="url", index="0"),
]


def send(bot: Bot, components: list[dict[str, Any]], **named: Any) -> requests.Response:
    template = {"name": "balance_low", "language": {"code": "en_US"}, "components": components, **named}
    return bot.send({"template": template}, messaging_type="UTILITY")


def test_a_template_is_approved_at_once_and_reaches_people_outside_the_window(bot: Bot) -> None:
    made = bot.post("/me/message_templates", NEW)
    assert made.status_code == 200, made.text
    assert made.json()["status"] == "APPROVED"
    bot.hear()
    bot.world.advance("P30D")
    answer = send(bot, FILLED)
    assert answer.status_code == 200, answer.text
    payload = bot.said()[-1].content["attachment"]["payload"]
    assert payload["text"] == "Balance\n\nYour checking account is down to 12.00 USD."
    assert [one.get("url", one.get("payload")) for one in payload["buttons"]] == ["https://bot.example/a/7", "BALANCE"]


def test_a_template_without_buttons_is_a_text(bot: Bot) -> None:
    bot.post("/me/message_templates", {**NEW, "components": [{"type": "BODY", "text": "Hello {{1}}"}]})
    assert send(bot, [values("body", "Maya")]).status_code == 200
    assert bot.said()[-1].content == {"template": {"name": "balance_low", "language": "en_US"}, "text": "Hello Maya"}


def test_templates_are_listed_and_deleted(bot: Bot) -> None:
    bot.post("/me/message_templates", NEW)
    bot.post("/me/message_templates", {**NEW, "language": "es_US"})
    assert refusal(bot.post("/me/message_templates", NEW)) == (400, 100, None), "it is there already"
    listed = bot.get("/me/message_templates", params={"limit": 10}).json()["data"]
    assert [(one["name"], one["language"]) for one in listed] == [("balance_low", "en_US"), ("balance_low", "es_US")]
    assert listed[0]["components"] == NEW["components"]
    assert bot.delete("/me/message_templates", params={"name": "balance_low"}).json() == {"success": True}
    assert bot.get("/me/message_templates").json() == {"data": []}
    assert refusal(send(bot, FILLED)) == (400, 100, None)


@pytest.mark.parametrize(
    "components",
    [
        FILLED[:2],
        [FILLED[0], values("body", "checking"), FILLED[2]],
        [*FILLED, values("button", "x", sub_type="url", index=5)],
        [{"type": "body", "parameters": [{"type": "currency", "text": "1"}]}],
    ],
)
def test_every_gap_gets_its_value(bot: Bot, components: list[dict[str, Any]]) -> None:
    bot.post("/me/message_templates", NEW)
    assert refusal(send(bot, components)) == (400, 100, None)


@pytest.mark.parametrize(
    "components",
    [
        [],
        [{"type": "HEADER", "text": "No body"}],
        [{"type": "BODY", "text": "{{2}} before {{1}}"}],
        [{"type": "BODY"}],
        [{"type": "BODY", "text": "x"}, {"type": "BODY", "text": "y"}],
        [{"type": "BODY", "text": "x"}, {"type": "BUTTONS", "buttons": [{"type": "POSTBACK", "text": "x"}]}],
    ],
)
def test_a_template_has_one_body_and_gaps_in_order(bot: Bot, components: list[dict[str, Any]]) -> None:
    assert refusal(bot.post("/me/message_templates", {**NEW, "components": components})) == (400, 100, None)


def test_utility_and_template_belong_together(bot: Bot) -> None:
    bot.hear()
    bot.post("/me/message_templates", NEW)
    assert refusal(bot.send({"text": "x"}, messaging_type="UTILITY")) == (400, 100, None)
    named = {"name": "balance_low", "language": {"code": "en_US"}, "components": FILLED}
    assert refusal(bot.send({"template": named}, messaging_type="RESPONSE")) == (400, 100, None)
