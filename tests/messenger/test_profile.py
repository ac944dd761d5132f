"""The messenger profile, a person's own menu, and personas: set, read, deleted, and what is refused."""

from typing import Any

import pytest

from tests.messenger.conftest import Bot
from tests.messenger.sent import refusal

STARTED = {"get_started": {"payload": "START"}}
MENU = [{"locale": "default", "call_to_actions": [{"type": "postback", "title": "Balance", "payload": "BALANCE"}]}]


def test_a_profile_is_set_read_and_deleted(bot: Bot) -> None:
    assert bot.get("/me/messenger_profile?fields=get_started").json() == {"data": []}
    greeting = [{"locale": "default", "text": "Hello"}]
    assert bot.post("/me/messenger_profile", {**STARTED, "greeting": greeting}).json() == {"result": "success"}
    read = bot.get("/v19.0/me/messenger_profile?fields=get_started,greeting,persistent_menu").json()
    assert read == {"data": [{**STARTED, "greeting": greeting}]}
    assert bot.delete("/me/messenger_profile", json={"fields": ["greeting"]}).json() == {"result": "success"}
    assert bot.get("/me/messenger_profile?fields=greeting,get_started").json() == {"data": [STARTED]}


def test_a_menu_needs_the_button_to_get_started(bot: Bot) -> None:
    assert refusal(bot.post("/me/messenger_profile", {"persistent_menu": MENU})) == (400, 100, 2018145)
    assert bot.post("/me/messenger_profile", {**STARTED, "persistent_menu": MENU}).status_code == 200
    assert refusal(bot.delete("/me/messenger_profile", json={"fields": ["get_started"]})) == (400, 100, 2018145)
    assert bot.delete("/me/messenger_profile", json={"fields": ["get_started", "persistent_menu"]}).status_code == 200


def item(**more: Any) -> dict[str, Any]:
    return {"persistent_menu": [{"locale": "default", "call_to_actions": [{"title": "More", **more}]}]}


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"no_such_property": 1},
        {"get_started": {}},
        {"get_started": {"payload": "x" * 1001}},
        {"greeting": [{"locale": "en_US", "text": "Nobody else is greeted"}]},
        {"greeting": [{"locale": "default", "text": "One"}, {"locale": "default", "text": "Two"}]},
        {"greeting": [{"locale": "default", "text": "x" * 161}]},
        item(type="nested", call_to_actions=MENU[0]["call_to_actions"]),
        item(type="account_link", url="https://bank.example/login"),
        item(type="web_url"),
        item(type="web_url", url="http://bank.example/"),
        item(type="postback", payload="P", title="x" * 31),
        {"persistent_menu": [{"locale": "default"}]},
        {"ice_breakers": [{"question": "What is my balance?"}]},
        {"ice_breakers": [{"question": str(number), "payload": "P"} for number in range(5)]},
        {"whitelisted_domains": ["http://bank.example"]},
        {"whitelisted_domains": ["bank.example"]},
        {"account_linking_url": "ftp://bank.example"},
        {"commands": [{"locale": "default", "commands": [{"name": "x" * 33, "description": "d"}]}]},
    ],
)
def test_a_wrong_profile_changes_nothing(bot: Bot, wrong: dict[str, Any]) -> None:
    answer = bot.post("/me/messenger_profile", {**STARTED, **wrong} if wrong else {})
    assert answer.status_code == 400, answer.text
    assert answer.json()["error"]["code"] == 100
    assert bot.get("/me/messenger_profile?fields=get_started").json() == {"data": []}


def test_addresses_of_this_machine_are_good_enough(bot: Bot) -> None:
    wish = {"whitelisted_domains": ["http://localhost:5000"], "account_linking_url": "http://127.0.0.1:5000/login"}
    assert bot.post("/me/messenger_profile", wish).status_code == 200


def test_the_profile_takes_ten_calls_in_ten_minutes_where_that_is_wished(bot: Bot) -> None:
    bot.behave(profile_limit=True)
    for _ in range(10):
        assert bot.post("/me/messenger_profile", STARTED).status_code == 200
    assert refusal(bot.post("/me/messenger_profile", STARTED))[1] == 613
    bot.world.advance("PT11M")
    assert bot.post("/me/messenger_profile", STARTED).status_code == 200


def test_a_person_has_a_menu_of_their_own(bot: Bot) -> None:
    wish = {"psid": bot.psid(), "persistent_menu": MENU}
    assert refusal(bot.post("/me/custom_user_settings", wish)) == (400, 100, 2018145)
    bot.post("/me/messenger_profile", STARTED)
    assert bot.post("/me/custom_user_settings", wish).json() == {"result": "success"}
    read = bot.get(f"/me/custom_user_settings?psid={bot.psid()}")
    assert read.json() == {"data": [{"user_level_persistent_menu": MENU}]}
    assert bot.get(f"/me/custom_user_settings?psid={bot.psid('omar')}").json() == {"data": []}
    gone = bot.delete(f"/me/custom_user_settings?psid={bot.psid()}&params=[%22persistent_menu%22]")
    assert gone.json() == {"result": "success"}
    assert bot.get(f"/me/custom_user_settings?psid={bot.psid()}").json() == {"data": []}


def test_a_person_sees_the_menu_that_is_theirs(bot: Bot) -> None:
    items = [{"type": "postback", "title": "Mine", "payload": "MINE"}]
    bot.post("/me/messenger_profile", {**STARTED, "persistent_menu": MENU})
    menus = [{"locale": "default", "call_to_actions": items}]
    bot.post("/me/custom_user_settings", {"psid": bot.psid(), "persistent_menu": menus})
    for username, title in (("maya", "Mine"), ("omar", "Balance")):
        tapped = bot.world.control("POST", f"/messenger/users/{username}/tap", json={"button": title})
        assert tapped.status_code == 200, tapped.text
    refused = bot.world.control("POST", "/messenger/users/omar/tap", json={"button": "Mine"})
    assert refused.status_code == 409, refused.text


def test_a_menu_without_items_shows_none(bot: Bot) -> None:
    bot.post("/me/messenger_profile", {**STARTED, "persistent_menu": [{"composer_input_disabled": True}]})
    thread = bot.world.control("GET", "/messenger/users/maya/thread").json()
    assert [item["title"] for item in thread["menu"]] == ["Get Started"]


def test_personas_are_made_listed_and_deleted(bot: Bot) -> None:
    wish = {"name": "Ana", "profile_picture_url": "https://bank.example/ana.png"}
    first = bot.post("/me/personas", wish).json()["id"]
    second = bot.post("/me/personas", {**wish, "name": "Ben"}).json()["id"]
    assert bot.get(f"/{first}").json() == {"id": first, **wish}
    page = bot.get("/me/personas?limit=1").json()
    assert [one["id"] for one in page["data"]] == [first]
    after = bot.get(f"/me/personas?limit=1&after={page['paging']['cursors']['after']}").json()
    assert [one["id"] for one in after["data"]] == [second]
    assert bot.get(f"/me/personas?after={second}").json() == {"data": []}
    assert bot.delete(f"/{first}").json() == {"success": True}
    assert refusal(bot.delete(f"/{first}")) == (400, 100, 33)
    assert refusal(bot.post("/me/personas", {**wish, "profile_picture_url": "ana.png"}))[1] == 100


def test_thread_settings_are_no_more(bot: Bot) -> None:
    answer = bot.post("/me/thread_settings", {"setting_type": "greeting", "greeting": {"text": "Hello"}})
    assert answer.status_code == 400
    assert "nonexisting field (thread_settings)" in answer.json()["error"]["message"]
