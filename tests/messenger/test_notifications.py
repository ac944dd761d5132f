"""Recurring notifications: with leave, no oftener than agreed, and not after it ended."""

from dataclasses import replace

from sandbox.messenger.notifications import agreed, with_opt_in
from tests.messenger.conftest import Bot
from tests.messenger.sent import refusal

ASKED = {"payload": "OFFERS", "title": "Offers of the week", "notification_messages_frequency": "WEEKLY"}
OUTSIDE = (400, 10, 2018278)


def agree(bot: Bot) -> str:
    """The person taps the opt-in. The token."""
    thread = bot.desk.thread(bot.at(), bot.page, bot.psid())
    opt_in = agreed(bot.at(), thread, ASKED)
    bot.desk.set_thread(bot.at(), with_opt_in(thread, opt_in))
    return opt_in.token


def notify(bot: Bot, token: str) -> tuple[int, int, int | None] | None:
    """None where it was sent."""
    answer = bot.send({"text": "10 % off today"}, recipient={"notification_messages_token": token})
    if answer.status_code == 200:
        assert answer.json()["recipient_id"] == bot.psid()
        return None
    return refusal(answer)


def test_leave_permits_one_message_a_period_outside_the_window(bot: Bot) -> None:
    token = agree(bot)
    bot.world.advance("P2D")
    assert notify(bot, token) is None
    bot.world.advance("P6D")
    assert notify(bot, token) == OUTSIDE
    bot.world.advance("P1D")
    assert notify(bot, token) is None


def test_leave_ends(bot: Bot) -> None:
    token = agree(bot)
    bot.world.advance("P271D")
    assert notify(bot, token) == OUTSIDE


def test_who_stopped_them_gets_no_more(bot: Bot) -> None:
    token = agree(bot)
    thread = bot.desk.thread(bot.at(), bot.page, bot.psid())
    bot.desk.set_thread(bot.at(), with_opt_in(thread, replace(thread.opt_ins[0], stopped=True)))
    assert notify(bot, token) == OUTSIDE
    assert bot.get("/me/notification_message_tokens").json() == {"data": []}


def test_a_developer_need_not_wait_for_the_next(bot: Bot) -> None:
    token = agree(bot)
    assert notify(bot, token) is None
    follow_up = {"developer_action": "ENABLE_FOLLOWUP_MESSAGE", "recipient": {"notification_messages_token": token}}
    assert bot.post("/me/notification_messages_dev_support", follow_up).json() == {"success": True}
    assert notify(bot, token) is None


def test_tokens_are_listed_with_the_time_of_the_next(bot: Bot) -> None:
    token = agree(bot)
    notify(bot, token)
    (listed,) = bot.get("/me/notification_message_tokens").json()["data"]
    assert (listed["recipient_id"], listed["notification_messages_token"]) == (bot.psid(), token)
    assert listed["next_eligible_time"] - listed["creation_timestamp"] == 7 * 24 * 3600


def test_a_token_that_nobody_gave(bot: Bot) -> None:
    assert notify(bot, "123456789012345678") == (400, 100, 2018001)
