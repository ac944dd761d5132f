"""What an app hears of WhatsApp: messages of people, and what became of its own."""

from base64 import b64decode
from typing import Any

import requests

from tests.messenger.listener import Listener
from tests.messenger.test_people import PIXEL
from tests.messenger.whatsapp.conftest import Line, account, refusal


def subscribe(line: Line, hook: Listener, fields: str = "messages,user_preferences", **more: Any) -> requests.Response:
    """The app's webhook; the account has to subscribe the app as well."""
    told = account(line.world)
    wish = {"object": "whatsapp_business_account", "callback_url": hook.url, "verify_token": hook.verify_token} | more
    url = f"{line.graph}/{told['app_id']}/subscriptions"
    return requests.post(url, params={**wish, "fields": fields, "access_token": told["app_token"]}, timeout=30)


def listen(line: Line, hook: Listener) -> None:
    assert subscribe(line, hook).json() == {"success": True}
    assert line.call("POST", f"{line.waba}/subscribed_apps").json() == {"success": True}


def changes(hook: Listener, count: int) -> list[dict[str, Any]]:
    """The values of the webhooks, once there are so many."""
    return [one.envelope["entry"][0]["changes"][0]["value"] for one in hook.wait(count)]


def statuses(hook: Listener, count: int) -> list[dict[str, Any]]:
    return [value["statuses"][0] for value in changes(hook, count) if "statuses" in value]


def test_what_a_person_says_is_heard_signed_by_the_apps_secret(line: Line, hook: Listener) -> None:
    listen(line, hook)
    told = line.does("say", text="Grüße 🎉")
    heard = hook.wait(1)[0]
    assert heard.is_signed_by(account(line.world)["app_secret"])
    assert b"Gr\\u00fc\\u00dfe" in heard.body
    assert heard.envelope["object"] == "whatsapp_business_account"
    entry = heard.envelope["entry"][0]
    assert entry["id"] == line.waba
    assert entry["changes"][0]["field"] == "messages"
    value = entry["changes"][0]["value"]
    assert value["metadata"] == {"display_phone_number": "15550120001", "phone_number_id": line.number}
    assert value["contacts"][0]["profile"]["name"].startswith("Maya")
    message = value["messages"][0]
    assert message["from"] == value["contacts"][0]["wa_id"] == line.phone()
    assert message["id"] == told["message"]["mid"]
    assert message["timestamp"] == "1781535600"
    assert (message["type"], message["text"]) == ("text", {"body": "Grüße 🎉"})


def test_a_message_is_sent_delivered_and_read(line: Line, hook: Listener) -> None:
    line.says()
    listen(line, hook)
    mid = line.text("Hello", biz_opaque_callback_data="turn-7").json()["messages"][0]["id"]
    line.does("read")
    told = statuses(hook, 3)
    assert [(one["id"], one["status"]) for one in told] == [(mid, "sent"), (mid, "delivered"), (mid, "read")]
    assert {one["recipient_id"] for one in told} == {line.phone()}
    assert {one["biz_opaque_callback_data"] for one in told} == {"turn-7"}
    assert told[0]["pricing"] == {
        "billable": False,
        "pricing_model": "PMP",
        "type": "free_customer_service",
        "category": "service",
    }


def test_what_is_sent_outside_the_window_is_paid_for(line: Line, hook: Listener) -> None:
    listen(line, hook)
    line.template("hello_world")
    pricing = statuses(hook, 2)[0]["pricing"]
    assert (pricing["billable"], pricing["category"], pricing["type"]) == (True, "utility", "regular")


def test_whoever_blocks_the_business_does_not_tell_it(line: Line, hook: Listener) -> None:
    line.says()
    listen(line, hook)
    params = {"channel": "whatsapp"}
    line.world.control("PATCH", "/messenger/users/maya", params=params, json={"reach": "blocked"})
    assert line.text().status_code == 200
    line.world.control("PATCH", "/messenger/users/maya", params=params, json={"reach": None})
    line.text()
    assert [one["status"] for one in statuses(hook, 3)] == ["sent", "sent", "delivered"]


def test_a_late_error_may_come_as_a_status(line: Line, hook: Listener) -> None:
    listen(line, hook)
    line.conducts(late_errors="status")
    answer = line.text()
    assert answer.status_code == 200
    told = statuses(hook, 1)[0]
    assert (told["id"], told["status"]) == (answer.json()["messages"][0]["id"], "failed")
    error = told["errors"][0]
    assert (error["code"], error["title"]) == (131047, "Re-engagement message")
    assert "24 hours" in error["error_data"]["details"]
    assert line.thread()["messages"] == []
    line.text(to="1555131026")
    assert statuses(hook, 2)[1]["errors"][0]["code"] == 131026
    assert refusal(line.text(to="1555131048"))[1] == 131048  # this one is noticed at once


def test_taps_are_heard_with_what_they_answer(line: Line, hook: Listener) -> None:
    line.says()
    line.conducts(statuses=False)
    listen(line, hook)
    buttons = [{"type": "reply", "reply": {"id": "freeze", "title": "Freeze card"}}]
    asked = {"type": "button", "body": {"text": "Was it you?"}, "action": {"buttons": buttons}}
    mid = line.send(type="interactive", interactive=asked).json()["messages"][0]["id"]
    line.does("tap", button="Freeze card")
    message = changes(hook, 1)[0]["messages"][0]
    assert message["context"] == {"from": "15550120001", "id": mid}
    assert message["interactive"] == {"type": "button_reply", "button_reply": {"id": "freeze", "title": "Freeze card"}}
    line.does("react", emoji="👍")
    assert changes(hook, 2)[1]["messages"][0]["reaction"] == {"message_id": mid, "emoji": "👍"}


def test_a_wish_about_marketing_is_heard(line: Line, hook: Listener) -> None:
    listen(line, hook)
    line.does("opt-out")
    value = changes(hook, 1)[0]
    told = value["user_preferences"][0]
    assert (told["value"], told["category"]) == ("stop", "marketing_messages")
    assert hook.heard[0].envelope["entry"][0]["changes"][0]["field"] == "user_preferences"


def test_without_both_subscriptions_nothing_is_told_and_one_can_learn_why(line: Line, hook: Listener) -> None:
    assert "POST /{app-id}/subscriptions" in line.does("say", text="a")["unheard"][0]["why"]
    subscribe(line, hook)
    assert "POST /{waba-id}/subscribed_apps" in line.does("say", text="b")["unheard"][0]["why"]
    line.call("POST", f"{line.waba}/subscribed_apps")
    assert line.does("say", text="c")["deliveries"]
    apps = line.call("GET", f"{line.waba}/subscribed_apps").json()["data"]
    assert [one["whatsapp_business_api_data"]["id"] for one in apps] == [account(line.world)["app_id"]]
    line.call("DELETE", f"{line.waba}/subscribed_apps")
    assert line.does("say", text="d")["unheard"]


def test_the_handshake_has_to_succeed(line: Line, hook: Listener) -> None:
    assert refusal(subscribe(line, hook, verify_token="another"))[1] == 2200
    told = account(line.world)
    url = f"{line.graph}/{told['app_id']}/subscriptions?object=whatsapp_business_account"
    bearer = {"Authorization": f"Bearer {told['app_token']}"}
    assert requests.get(url, headers=bearer, timeout=30).json() == {"data": []}
    subscribe(line, hook, fields="messages")
    data = requests.get(url, headers=bearer, timeout=30).json()["data"]
    assert [(one["object"], one["callback_url"]) for one in data] == [("whatsapp_business_account", hook.url)]
    assert requests.delete(url, headers=bearer, timeout=30).json() == {"success": True}
    assert requests.get(url, headers=bearer, timeout=30).json() == {"data": []}
    page_token = requests.get(url, headers={"Authorization": f"Bearer {line.token}"}, timeout=30)
    assert refusal(page_token)[:2] == (403, 131005)


def test_a_number_may_have_a_webhook_of_its_own(line: Line, hook: Listener) -> None:
    line.world.control("PATCH", "/messenger/whatsapp", json={"callback_url": "http://127.0.0.1:9/nobody"})
    own = {"override_callback_uri": hook.url, "verify_token": hook.verify_token}
    answer = line.call("POST", line.number, json={"webhook_configuration": own})
    assert answer.json() == {"success": True}, answer.text
    line.says("Hello")
    assert changes(hook, 1)[0]["messages"][0]["text"] == {"body": "Hello"}


def test_a_picture_that_a_person_encloses_becomes_media(line: Line) -> None:
    line.world.control("PATCH", "/messenger/whatsapp", json={"callback_url": "http://127.0.0.1:9/webhook"})
    enclosed = {"type": "image", "payload": {"url": PIXEL}}
    content = line.does("say", attachments=[enclosed], text="Our receipt")["message"]["content"]
    assert content["image"]["caption"] == "Our receipt"
    medium = line.call("GET", content["image"]["id"]).json()
    assert line.call("GET", medium["url"].partition("/messenger/")[2]).content == b64decode(PIXEL.partition(",")[2])
    kept = line.world.control("GET", f"/messenger/attachments/{content['image']['id']}")
    assert kept.headers["Content-Type"] == "image/png"


def test_what_the_channel_does_not_take_cannot_be_enclosed(line: Line) -> None:
    query = {"channel": "whatsapp"}
    for url in ("data:image/svg+xml;base64,PHN2Zy8+", "data:image/png;base64,???", "https://bank.example/a.png"):
        wish = {"attachments": [{"type": "image", "payload": {"url": url}}]}
        assert line.world.control("POST", "/messenger/users/maya/say", params=query, json=wish).status_code == 400
