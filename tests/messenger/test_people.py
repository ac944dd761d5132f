"""What people do, and how the page's app hears of each deed."""

import json
from base64 import b64decode
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.conftest import SESSION
from tests.messenger.conftest import Bot
from tests.messenger.listener import Listener, listening

CARDS = {
    "type": "template",
    "payload": {
        "template_type": "generic",
        "elements": [
            {"title": "One", "buttons": [{"type": "postback", "title": "Show", "payload": "SHOW_1"}]},
            {"title": "Two", "buttons": [{"type": "postback", "title": "Show", "payload": "SHOW_2"}]},
            {"title": "Three", "buttons": [{"type": "web_url", "title": "Shop", "url": "https://example.com/3"}]},
            {"title": "Four", "buttons": [{"type": "phone_number", "title": "Call", "payload": "+15035550100"}]},
        ],
    },
}
QUICK = {
    "text": "Which?",
    "quick_replies": [
        {"content_type": "text", "title": "Red", "payload": "RED"},
        {"content_type": "user_email"},
    ],
}


@pytest.fixture
def hook(bot: Bot) -> Iterator[Listener]:
    """Of an app that is told of everything."""
    with listening() as listener:
        answer = bot.world.control("PATCH", "/messenger/pages/ready", json={"callback_url": listener.url})
        assert answer.status_code == 200, answer.text
        bot.behave(echoes="off", receipts=False)
        yield listener


def does(bot: Bot, deed: str, user: str = "maya", **wish: Any) -> requests.Response:
    return bot.world.control("POST", f"/messenger/users/{user}/{deed}", json=wish or None)


def did(bot: Bot, deed: str, user: str = "maya", **wish: Any) -> Any:
    answer = does(bot, deed, user, **wish)
    assert answer.status_code == 200, answer.text
    return answer.json()


def sends(bot: Bot, message: dict[str, Any]) -> str:
    answer = bot.send(message)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["message_id"])


def test_buttons_of_a_carousel_are_tapped_by_payload_title_or_place(bot: Bot, hook: Listener) -> None:
    bot.hear()
    sends(bot, {"attachment": CARDS})
    for button, payload in (("SHOW_2", "SHOW_2"), ("show", "SHOW_1"), (1, "SHOW_2")):
        mid = did(bot, "tap", button=button)["message"]["mid"]
        assert hook.wait(1)[-1].event["postback"] == {"mid": mid, "title": "Show", "payload": payload}
        hook.heard.clear()
    assert did(bot, "tap", button="Shop")["opens"] == "https://example.com/3"
    assert did(bot, "tap", button="Call")["opens"] == "tel:+15035550100"
    nothing = does(bot, "tap", button="Nope")
    assert nothing.status_code == 409
    assert "On the screen: 'Show', 'Show', 'Shop', 'Call'" in nothing.json()["hint"]


def test_quick_replies_go_once_something_follows(bot: Bot, hook: Listener) -> None:
    bot.hear()
    sends(bot, QUICK)
    did(bot, "tap", button="Red")
    assert hook.wait(1)[0].event["message"]["quick_reply"] == {"payload": "RED"}
    assert does(bot, "tap", button="Red").status_code == 409
    sends(bot, QUICK)
    did(bot, "tap", button=1)
    customer = bot.world.control("GET", "/customers/maya").json()
    assert hook.wait(2)[1].event["message"]["text"] == customer["email"]


def test_somebody_new_can_tap_the_start_button_and_everybody_the_menu(bot: Bot, hook: Listener) -> None:
    menu = [{"locale": "default", "call_to_actions": [{"type": "postback", "title": "Help", "payload": "HELP"}]}]
    profile = {"get_started": {"payload": "START"}, "persistent_menu": menu}
    assert bot.post("/me/messenger_profile", profile).json() == {"result": "success"}
    did(bot, "tap", button="Get Started")
    assert hook.wait(1)[0].event["postback"]["payload"] == "START"
    assert does(bot, "tap", button="Get Started").status_code == 409
    did(bot, "tap", button="Help")
    assert hook.wait(2)[1].event["postback"]["payload"] == "HELP"


def test_a_referral_comes_alone_or_with_the_start_button(bot: Bot, hook: Listener) -> None:
    bot.post("/me/messenger_profile", {"get_started": {"payload": "START"}})
    did(bot, "open", ref="spring")
    assert hook.wait(1)[0].event["postback"]["referral"] == {
        "ref": "spring", "source": "SHORTLINK", "type": "OPEN_THREAD",
    }  # fmt: skip
    did(bot, "open", ad="6045")
    assert hook.wait(2)[1].event["referral"] == {"ref": "", "source": "ADS", "type": "OPEN_THREAD", "ad_id": "6045"}
    bot.world.advance("P6D")
    assert bot.world.control("GET", "/messenger/users/maya/thread").json()["window"]["open"]


def test_messages_are_answered_edited_reacted_to_and_read(bot: Bot, hook: Listener) -> None:
    first = did(bot, "say", text="One")["message"]["mid"]
    did(bot, "say", text="Two", reply_to=first)
    assert hook.wait(2)[1].event["message"]["reply_to"] == {"mid": first, "is_self_reply": True}
    for number in range(1, 6):
        did(bot, "edit", mid=first, text=f"One, {number}")
    assert hook.wait(7)[6].event["message_edit"] == {"mid": first, "text": "One, 5", "num_edit": 5}
    assert does(bot, "edit", mid=first, text="too often").status_code == 409
    mid = sends(bot, {"text": "Here"})
    did(bot, "react", emoji="👍")
    told = {"mid": mid, "action": "react", "emoji": "👍", "reaction": "like"}
    assert hook.wait(8)[7].event["reaction"] == told
    did(bot, "react", emoji="")
    assert hook.wait(9)[8].event["reaction"] == {"mid": mid, "action": "unreact"}
    bot.behave(receipts=True)
    did(bot, "read")
    assert hook.wait(10)[9].event["read"] == {"watermark": 1781535600000}


def test_leave_for_notifications_is_given_stopped_and_resumed(bot: Bot, hook: Listener) -> None:
    bot.hear()
    request = {
        "template_type": "notification_messages",
        "title": "Offers",
        "payload": "offers",
        "notification_messages_frequency": "WEEKLY",
    }
    sends(bot, {"attachment": {"type": "template", "payload": request}})
    did(bot, "opt-in")
    given = hook.wait(1)[0].event["optin"]
    assert (given["type"], given["payload"], given["notification_messages_frequency"]) == (
        "notification_messages", "offers", "WEEKLY",
    )  # fmt: skip
    recipient = {"notification_messages_token": given["notification_messages_token"]}
    bot.world.advance("P2D")
    assert bot.post("/me/messages", {"recipient": recipient, "message": {"text": "New"}}).status_code == 200
    did(bot, "opt-out")
    assert hook.wait(2)[1].event["optin"]["notification_messages_status"] == "STOP_NOTIFICATIONS"
    bot.world.advance("P8D")
    assert bot.post("/me/messages", {"recipient": recipient, "message": {"text": "New"}}).status_code == 400
    did(bot, "opt-out", resume=True)
    assert bot.post("/me/messages", {"recipient": recipient, "message": {"text": "New"}}).status_code == 200


def test_while_the_inbox_has_the_thread_the_app_overhears_without_payloads(bot: Bot, hook: Listener) -> None:
    bot.hear()
    sends(bot, {"attachment": CARDS})
    passed = bot.post("/me/pass_thread_control", {"recipient": {"id": bot.psid()}, "target_app_id": "263902037430900"})
    assert passed.json() == {"success": True}
    did(bot, "tap", button="SHOW_1")
    entry = hook.wait(1)[0].envelope["entry"][0]
    assert "messaging" not in entry
    assert set(entry["standby"][0]["postback"]) == {"mid", "title"}


def test_a_page_that_is_restricted_is_told_so(bot: Bot, hook: Listener) -> None:
    for restricted, action in ((True, "block"), (False, "unblock")):
        hook.heard.clear()
        bot.world.control("PATCH", "/messenger/pages/ready", json={"behaviour": {"restricted": restricted}})
        event = hook.wait(1)[0].event
        assert event["policy_enforcement"]["action"] == action
        assert "sender" not in event


def test_whoever_blocked_the_page_does_not_write(bot: Bot) -> None:
    assert bot.world.control("PATCH", "/messenger/users/maya", json={"reach": "blocked"}).status_code == 200
    refused = does(bot, "say", text="Hello")
    assert (refused.status_code, refused.json()["error"]) == (409, "PersonGone")


def test_strangers_are_no_customers_and_pages_know_their_own_people(bot: Bot) -> None:
    made = bot.world.control("POST", "/messenger/users", json={"first_name": "Ada"}).json()
    assert made["username"] is None
    assert did(bot, "say", user=made["psid"], text="Hello")["message"]["content"] == {"text": "Hello"}
    page = bot.world.control("POST", "/messenger/pages", json={"name": "Second"}).json()
    there = bot.world.control("GET", "/messenger/users/maya", params={"page": page["page_id"]}).json()
    assert there["psid"] != bot.psid()
    unknown = bot.world.control("GET", f"/messenger/users/{made['psid']}", params={"page": page["page_id"]})
    assert (unknown.status_code, unknown.json()["error"]) == (404, "PersonNotFound")


def test_a_thread_is_streamed_as_it_goes_on(bot: Bot) -> None:
    did(bot, "say", text="One")
    url = f"{bot.world.server.url}/_sandbox/messenger/users/maya/thread/stream"
    with SESSION.get(url, params={"world": bot.world.world_id}, stream=True, timeout=30) as stream:
        lines = (json.loads(line[6:]) for line in stream.iter_lines() if line.startswith(b"data: "))
        assert [one["content"]["text"] for one in next(lines)["messages"]] == ["One"]
        sends(bot, {"text": "Two"})
        assert [one["content"]["text"] for one in next(lines)["messages"]] == ["Two"]


def test_what_changes_is_streamed_as_well(bot: Bot) -> None:
    mid = did(bot, "say", text="What is my balence?")["message"]["mid"]
    sends(bot, {"text": "Good morning"})
    url = f"{bot.world.server.url}/_sandbox/messenger/users/maya/thread/stream"
    with SESSION.get(url, params={"world": bot.world.world_id}, stream=True, timeout=30) as stream:
        lines = (json.loads(line[6:]) for line in stream.iter_lines() if line.startswith(b"data: "))
        assert next(lines)["messages"][0]["content"]["text"] == "What is my balence?"
        did(bot, "edit", mid=mid, text="What is my balance?")
        edited = next(one for one in lines if one["messages"])["messages"][0]
        assert (edited["mid"], edited["content"]["text"]) == (mid, "What is my balance?")
        did(bot, "react", emoji="👍")
        assert next(one for one in lines if one["messages"])["messages"][1]["content"]["reaction"] == "👍"
        bot.send(sender_action="typing_on")
        assert next(lines)["typing"]
        bot.send(sender_action="mark_seen")
        assert next(one for one in lines if one["seen_at"])["messages"] == []


PIXEL = (
    "data:image/png;base64,"
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABh6FO1AAAAABJRU5ErkJggg=="
)


def test_a_picture_that_a_person_encloses_can_be_fetched(bot: Bot) -> None:
    said = did(bot, "say", attachments=[{"type": "image", "payload": {"url": PIXEL}}])["message"]["content"]
    picture = SESSION.get(said["attachments"][0]["payload"]["url"], timeout=30)
    assert picture.headers["Content-Type"] == "image/png"
    assert picture.content == b64decode(PIXEL.partition(",")[2])


def test_a_message_is_taken_back_once_and_is_gone_for_both(bot: Bot, hook: Listener) -> None:
    said = did(bot, "say", text="My PIN is 1234")["message"]["mid"]
    taken = did(bot, "unsend", mid=said)
    assert taken["message"]["content"] == {"is_deleted": True}
    assert hook.wait(2)[1].event["message"] == {"mid": said, "is_deleted": True}
    assert does(bot, "unsend", mid=said).json()["error"] == "CannotDo"
    assert does(bot, "edit", mid=said, text="x").json()["error"] == "CannotDo"
    assert bot.get(f"/{said}?fields=message").json()["message"] == ""
    assert does(bot, "unsend", mid=sends(bot, {"text": "Mine"})).json()["error"] == "CannotDo"


def test_a_checkbox_is_known_by_its_user_ref_alone(bot: Bot, hook: Listener) -> None:
    did(bot, "opt-in", user_ref="cart-17", ref="checkout")
    told = hook.wait(1)[0].event
    assert told["sender"] == {"user_ref": "cart-17"}
    assert told["optin"] == {"user_ref": "cart-17", "ref": "checkout"}
    answer = bot.send({"text": "Thanks for your order"}, recipient={"user_ref": "cart-17"})
    assert list(answer.json()) == ["message_id"]
    assert bot.said()[-1].psid == bot.psid()
    again = does(bot, "opt-in", "henry", user_ref="cart-17")
    assert (again.status_code, again.json()["error"]) == (409, "CannotDo")


def test_the_button_send_to_messenger_opens_the_window(bot: Bot, hook: Listener) -> None:
    did(bot, "opt-in", ref="newsletter")
    told = hook.wait(1)[0].event
    assert (told["sender"], told["optin"]) == ({"id": bot.psid()}, {"ref": "newsletter"})
    assert bot.send({"text": "Hello"}).ok


def test_a_command_of_the_profile_is_told_with_its_message(bot: Bot, hook: Listener) -> None:
    commands = [{"name": "balance", "description": "What is on the account"}]
    assert bot.post("/me/messenger_profile", {"commands": [{"locale": "default", "commands": commands}]}).ok
    did(bot, "say", text="/balance checking")
    assert hook.wait(1)[0].event["message"]["commands"] == [{"name": "balance"}]
    did(bot, "say", text="/unknown")
    assert "commands" not in hook.wait(2)[1].event["message"]


def test_a_template_is_told_of_when_it_is_approved_and_when_it_goes(bot: Bot, hook: Listener) -> None:
    body = {"type": "BODY", "text": "Your parcel is here."}
    made = bot.post("/me/message_templates", {"name": "parcel", "language": "en", "components": [body]})
    assert made.json()["status"] == "APPROVED"
    change = hook.wait(1)[0].envelope["entry"][0]["changes"][0]
    assert change["field"] == "message_template_status_update"
    assert change["value"]["event"] == "APPROVED"
    assert change["value"]["message_template_id"] == int(made.json()["id"])
    bot.delete("/me/message_templates?name=parcel")
    assert hook.wait(2)[1].envelope["entry"][0]["changes"][0]["value"]["event"] == "DELETED"


@pytest.mark.parametrize("field", ["messages", "messaging_postbacks", "message_template_status_update", "calls"])
def test_the_dashboards_test_button_sends_texts_alone(bot: Bot, hook: Listener, field: str) -> None:
    answer = bot.world.control("POST", "/messenger/pages/ready/apps/default/test", json={"field": field})
    assert answer.status_code == 202, answer.text
    heard = hook.wait(1)[0]
    assert heard.is_signed_by(bot.page.app.secret)
    change = heard.envelope["entry"][0]["changes"][0]
    assert change["field"] == field
    assert all(isinstance(one, str | dict | list) for one in change["value"].values())
    unknown = bot.world.control("POST", "/messenger/pages/ready/apps/default/test", json={"field": "gossip"})
    assert (unknown.status_code, unknown.json()["error"]) == (409, "CannotDo")
