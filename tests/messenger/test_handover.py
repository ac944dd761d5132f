"""Conversation routing: to the inbox and back, and what the bot may do meanwhile."""

from sandbox.messenger.pages import INBOX_APP
from tests.messenger.conftest import Bot
from tests.messenger.sent import refusal


def owner(bot: Bot) -> str:
    told: str = bot.get(f"/me/thread_owner?recipient={bot.psid()}").json()["data"][0]["thread_owner"]["app_id"]
    return told


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
