"""When a page may send: message types, tags, and what is left of them."""

from typing import Any

import pytest

from tests.conftest import SESSION
from tests.messenger.conftest import Bot
from tests.messenger.sent import refusal

TEXT = {"text": "Your parcel is on its way."}
OUTSIDE = (400, 10, 2018278)


def tagged(bot: Bot, tag: str, **more: Any) -> Any:
    return bot.send(TEXT, **{"messaging_type": "MESSAGE_TAG", "tag": tag, **more})


def why(bot: Bot, answer: Any) -> dict[str, Any]:
    """What is behind a refusal's trace id."""
    trace = answer.json()["error"]["fbtrace_id"]
    told: dict[str, Any] = SESSION.get(f"{bot.world.server.url}/_sandbox/why/{trace}", timeout=30).json()
    return told


@pytest.mark.parametrize("tag", ["ACCOUNT_UPDATE", "CONFIRMED_EVENT_UPDATE", "post_purchase_update"])
def test_three_tags_ended_in_april_2026_and_the_trace_names_what_took_their_place(bot: Bot, tag: str) -> None:
    bot.hear()
    answer = tagged(bot, tag)
    assert refusal(answer) == (400, 100, None)
    assert "UTILITY" in why(bot, answer)["hint"]
    bot.behave(tags="classic")
    bot.world.advance("P3D")
    assert tagged(bot, tag).status_code == 200


def test_tags_of_2020_name_their_successor(bot: Bot) -> None:
    bot.hear()
    answer = tagged(bot, "PERSONAL_FINANCE_UPDATE")
    assert refusal(answer) == (400, 100, None)
    assert "ACCOUNT_UPDATE ended as well" in why(bot, answer)["hint"]


def test_a_human_agent_has_seven_days(bot: Bot) -> None:
    bot.hear()
    bot.world.advance("P6D")
    assert tagged(bot, "HUMAN_AGENT").status_code == 200
    bot.world.advance("P2D")
    assert refusal(tagged(bot, "HUMAN_AGENT")) == OUTSIDE


def test_a_tag_counts_with_its_message_type_alone(bot: Bot) -> None:
    bot.hear()
    bot.world.advance("P2D")
    answer = tagged(bot, "HUMAN_AGENT", messaging_type="UPDATE")
    assert refusal(answer) == OUTSIDE
    assert "MESSAGE_TAG" in why(bot, answer)["hint"]


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        ({"messaging_type": "MESSAGE_TAG"}, (400, 10, 2018065)),
        ({"messaging_type": "MESSAGE_TAG", "tag": "NON_PROMOTIONAL_SUBSCRIPTION"}, (400, 10, 2018065)),
        ({"messaging_type": "MESSAGE_TAG", "tag": "HELLO"}, (400, 100, None)),
        ({"messaging_type": "PROMOTION"}, (400, 100, None)),
        ({"notification_type": "LOUD"}, (400, 100, None)),
        ({"sender_action": "dance"}, (400, 100, None)),
    ],
)
def test_words_that_are_not_known(bot: Bot, wish: dict[str, Any], expected: tuple[int, int, int | None]) -> None:
    bot.hear()
    assert refusal(bot.send(None if "sender_action" in wish else TEXT, **wish)) == expected


def test_words_are_read_in_any_case(bot: Bot) -> None:
    bot.hear()
    assert bot.send(TEXT, messaging_type="response", notification_type="no_push").status_code == 200


def test_somebody_who_came_by_an_advertisement_can_be_written_to_for_seven_days(bot: Bot) -> None:
    bot.desk.hear(bot.at(), bot.page, bot.psid(), by_ad=True)
    bot.world.advance("P6DT23H")
    assert bot.send(TEXT).status_code == 200
    bot.world.advance("PT2H")
    assert refusal(bot.send(TEXT)) == OUTSIDE
