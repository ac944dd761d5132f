"""How often a page may call, and what every answer says of it."""

import json

import pytest

from tests.messenger.conftest import Bot
from tests.messenger.sent import refusal

TEXT = {"text": "Hello"}


def test_every_answer_tells_per_cent_of_what_is_used_up(bot: Bot) -> None:
    bot.hear()
    refused, sent = bot.send({}), bot.send(TEXT)
    for answer, used in ((refused, 0), (sent, 1)):  # one call, and two, of 200
        share = {"call_count": used, "total_cputime": 0, "total_time": 0}
        assert json.loads(answer.headers["X-App-Usage"]) == share
        by_case = {"type": "messenger", **share, "estimated_time_to_regain_access": 0}
        assert json.loads(answer.headers["X-Business-Use-Case-Usage"]) == {bot.page.page_id: [by_case]}


def test_sends_are_limited_by_the_second(bot: Bot) -> None:
    bot.hear()
    bot.behave(calls_per_second=1)
    answers = [bot.send(TEXT) for _ in range(20)]
    assert answers[0].status_code == 200
    assert (400, 613, None) in [refusal(one) for one in answers if one.status_code != 200]
    bot.behave(rate_limits=False)
    assert [bot.send(TEXT).status_code for _ in range(3)] == [200] * 3


def test_conversations_are_read_twice_a_second_where_that_is_wished(bot: Bot) -> None:
    bot.behave(conversations_limit=True)
    assert (400, 613, None) in [
        refusal(one) for _ in range(20) if (one := bot.get("/me/conversations")).status_code != 200
    ]


def test_a_page_has_200_calls_in_24_hours_for_each_person_who_wrote(bot: Bot) -> None:
    bot.hear()
    answers = [bot.get("/me?fields=id") for _ in range(201)]
    assert [one.status_code for one in answers[:200]] == [200] * 200
    assert refusal(answers[200]) == (400, 32, None)
    bot.hear("henry")
    assert bot.get("/me?fields=id").status_code == 200
    bot.world.advance("P1D")
    assert json.loads(bot.get("/me").headers["X-App-Usage"])["call_count"] == 0


@pytest.mark.parametrize(("limit", "code"), [("app", 4), ("page", 32), ("business", 80006), ("calls", 613)])
def test_each_limit_can_be_had_at_once(bot: Bot, limit: str, code: int) -> None:
    bot.behave(limited=limit)
    assert refusal(bot.send(TEXT)) == (400, code, None)
