"""A page sends: what arrives, and what is refused with which code."""

import pytest
import requests

from tests.messenger.conftest import Bot
from tests.messenger.sent import refusal


def test_a_text_within_the_window_is_sent(bot: Bot) -> None:
    bot.hear()
    answer = bot.send({"text": "Hello"})
    assert answer.status_code == 200, answer.text
    assert answer.json()["recipient_id"] == bot.psid()
    assert answer.json()["message_id"].startswith("m_")


def test_the_window_closes_a_day_after_the_person_wrote(bot: Bot) -> None:
    assert refusal(bot.send({"text": "Hello"})) == (400, 10, 2018278)
    bot.hear()
    bot.world.advance("PT23H59M")
    assert bot.send({"text": "Hello"}).status_code == 200
    bot.world.advance("PT2M")
    assert refusal(bot.send({"text": "Hello"})) == (400, 10, 2018278)


@pytest.mark.parametrize("path", ["/v2.6/me/messages", "/v25.0/me/messages", "/me/messages", "/v19.0/{page}/messages"])
def test_any_version_or_none_and_me_or_the_page(bot: Bot, path: str) -> None:
    bot.hear()
    answer = bot.post(path.format(page=bot.page.page_id), {"recipient": {"id": bot.psid()}, "message": {"text": "x"}})
    assert answer.status_code == 200, answer.text


def test_everything_in_the_query_as_the_documentation_writes_it(bot: Bot) -> None:
    bot.hear()
    query = {
        "recipient": f"{{id:{bot.psid()}}}",
        "message": "{text:'Hello there', metadata: null}",
        "messaging_type": "RESPONSE",
        "access_token": bot.token,
    }
    url = f"{bot.graph}/me/messages"
    for answer in (requests.post(url, params=query, timeout=30), requests.post(url, data=query, timeout=30)):
        assert answer.status_code == 200, answer.text


def test_a_token_has_to_be_the_pages(bot: Bot) -> None:
    for token in ("", "nonsense", bot.token[:-4] + "AAAA"):
        wrong = Bot(bot.world, bot.page, token)
        assert refusal(wrong.send({"text": "x"}))[:2] == (401, 190)


def test_a_refusal_is_explained_behind_its_trace(bot: Bot) -> None:
    error = bot.send({"text": "Hello"}).json()["error"]
    why = requests.get(f"{bot.world.server.url}/_sandbox/why/{error['fbtrace_id']}", timeout=30).json()
    assert why["error"] == "OutsideWindow", why


def test_a_batch_answers_each_call(bot: Bot) -> None:
    bot.hear()
    good = f"recipient=%7B%22id%22%3A%22{bot.psid()}%22%7D&message=%7B%22text%22%3A%22one%22%7D"
    calls = [
        {"method": "POST", "relative_url": "me/messages", "body": good},
        {"method": "POST", "relative_url": "me/messages", "body": "message=%7B%22text%22%3A%22one%22%7D"},
    ]
    answer = bot.post("/", {"batch": calls, "include_headers": False})
    told = answer.json()
    assert [one["code"] for one in told] == [200, 400]
    assert "(#100) The parameter recipient is required" in told[1]["body"]
