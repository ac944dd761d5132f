"""What a page may know: itself, people, what was said, what its token is worth."""

from typing import Any

import requests

from sandbox.messenger import tokens
from sandbox.messenger.threads import Message
from tests.messenger.conftest import Bot
from tests.messenger.sent import refusal


def test_the_page_and_its_app_know_themselves(bot: Bot) -> None:
    assert bot.get("/v2.6/me").json() == {"id": bot.page.page_id, "name": bot.page.name}
    assert bot.get(f"/{bot.page.page_id}?fields=id").json() == {"id": bot.page.page_id}
    app = Bot(bot.world, bot.page, tokens.app_token(bot.page))
    assert app.get("/me").json()["id"] == bot.page.app.app_id


def test_a_person_is_known_by_what_is_asked(bot: Bot) -> None:
    usual = bot.get(f"/{bot.psid()}").json()
    assert (set(usual), usual["first_name"]) == ({"id", "first_name", "last_name", "profile_pic"}, "Maya")
    picture = requests.get(usual["profile_pic"], timeout=30)
    assert (picture.headers["content-type"], f">M{usual['last_name'][0]}<" in picture.text) == ("image/svg+xml", True)
    asked = bot.get(f"/{bot.psid()}?fields=name,locale,timezone").json()
    assert asked == {"id": bot.psid(), "name": f"Maya {usual['last_name']}", "locale": "en_US", "timezone": -5}
    assert refusal(bot.get(f"/{bot.psid()}?fields=shoe_size"))[1] == 100
    assert refusal(bot.get("/2999999999999999")) == (400, 100, 33)


def test_profiles_can_be_hidden(bot: Bot) -> None:
    bot.behave(hide_profiles=True)
    assert refusal(bot.get(f"/{bot.psid()}")) == (400, 100, 2018218)


def test_conversations_are_read_as_the_public_samples_do(bot: Bot) -> None:
    bot.hear()
    mid = bot.send({"text": "Your balance"}).json()["message_id"]
    bot.world.advance("PT1M")
    bot.hear("omar")
    bot.send({"text": "Hello Omar"}, to=bot.psid("omar"))
    fields = "participants,messages.limit(1){message,from{name},to,created_time}"
    newest, older = bot.get(f"/me/conversations?fields={fields}").json()["data"]
    assert newest["participants"]["data"][1]["id"] == bot.psid("omar")
    assert older["messages"]["data"] == [
        {
            "id": mid,
            "message": "Your balance",
            "from": {"name": bot.page.name, "id": bot.page.page_id},
            "to": older["messages"]["data"][0]["to"],
            "created_time": "2026-06-15T15:00:00+0000",
        }
    ]
    one = bot.get(f"/me/conversations?user_id={bot.psid()}&platform=messenger").json()["data"]
    assert [conversation["id"] for conversation in one] == [older["id"]]
    listed = bot.get(f"/{older['id']}/messages?fields=message").json()
    assert listed["data"] == [{"id": mid, "message": "Your balance"}]
    assert bot.get(f"/{mid}?fields=message").json() == {"id": mid, "message": "Your balance"}
    assert refusal(bot.get("/t_1/messages")) == (400, 100, 33)


def test_unknown_parameters_are_not_minded_where_something_is_read(bot: Bot) -> None:
    """fbmessenger of npm asks for its fields by a name that the platform has not."""
    assert bot.get(f"/{bot.psid()}?fieldsToRequest=first_name").json()["first_name"] == "Maya"


def test_fields_that_cannot_be_read_are_refused(bot: Bot) -> None:
    for fields in ("{", "id{", "id}", "a,b)", "id{id{id{id{id{id{id}}}}}}", "participants{"):
        assert refusal(bot.get("/me", params={"fields": fields}))[1] == 100, fields


def test_a_token_tells_what_it_is_worth(bot: Bot) -> None:
    app = Bot(bot.world, bot.page, tokens.app_token(bot.page))
    told = app.get("/debug_token", params={"input_token": bot.token}).json()["data"]
    assert (told["is_valid"], told["type"], told["profile_id"]) == (True, "PAGE", bot.page.page_id)
    bad = app.get("/debug_token", params={"input_token": "EAASnonsense"}).json()["data"]
    assert (bad["is_valid"], bad["error"]["code"]) == (False, 190)


def test_small_edges_take_their_calls(bot: Bot) -> None:
    assert bot.post("/me/nlp_configs?nlp_enabled=true", {}).json() == {"success": True}
    event = {"event": "CUSTOM_APP_EVENTS", "custom_events": "[]", "page_scoped_user_id": bot.psid()}
    assert bot.post(f"/{bot.page.app.app_id}/page_activities", event).json() == {"success": True}
    assert refusal(bot.post("/123/activities", event)) == (400, 100, 33)
    assert bot.post("/me/unlink_accounts", {"psid": bot.psid()}).json() == {"result": "unlink account success"}
    assert refusal(bot.post("/me/unlink_accounts", {"psid": "1"})) == (400, 100, 2018001)


def test_a_long_conversation_is_read_to_its_end_and_back(bot: Bot) -> None:
    bot.hear()
    with bot.desk.chats.database.transaction():
        for number in range(1_050):
            content = {"text": str(number)} if number % 10 else {"optin": {"title": "no words"}}
            said = Message("", bot.page.page_id, bot.psid(), bot.at().now, "person", content)
            bot.desk.add_message(bot.at(), said)
    wanted = [str(number) for number in reversed(range(1_050)) if number % 10]
    found, after, pages = list[str](), "", list[dict[str, Any]]()
    while (page := bot.get(f"/t_{bot.psid()}/messages?fields=message&limit=200{after}").json())["data"]:
        pages.append(page)
        found += [one["message"] for one in page["data"]]
        after = f"&after={page['paging']['cursors']['after']}"
    assert found == wanted
    before = pages[2]["paging"]["cursors"]["before"]
    assert bot.get(f"/t_{bot.psid()}/messages?fields=message&limit=200&before={before}").json() == pages[1]
    asked = bot.get("/me/conversations?fields=message_count,snippet,messages.limit(1){message}").json()["data"][0]
    assert (asked["message_count"], asked["snippet"]) == (len(wanted), "1049")
    assert refusal(bot.get(f"/t_{bot.psid()}/messages?after=m_nothing"))[1] == 100
