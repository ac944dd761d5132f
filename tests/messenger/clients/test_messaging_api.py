"""messaging-api-messenger 1.1.0 from npm, with proofs on every call: as bots on Bottender use it."""

from pathlib import Path

from sandbox.messenger.pages import INBOX_APP
from tests.messenger.clients.conftest import run_node, seen
from tests.messenger.conftest import Bot
from tests.messenger.listener import listening

SCRIPT = "messaging_api.cjs"
PICTURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII="
"""A PNG of one pixel, base64."""


def test_a_conversation(messaging_api: Path, bot: Bot) -> None:
    bot.hear()
    bot.behave(require_proof=True)
    told = run_node(SCRIPT, messaging_api, bot, day="conversation")
    assert told["typing"] == told["seen"] == {"recipientId": bot.psid()}
    assert told["text"]["messageId"].startswith("m_")
    text, buttons, cards, receipt = seen(bot)
    assert text["quick_replies"] == [{"content_type": "text", "title": "Balance", "payload": "BALANCE"}]
    kinds = [content["attachment"]["payload"]["template_type"] for content in (buttons, cards, receipt)]
    assert kinds == ["button", "generic", "receipt"]
    assert receipt["attachment"]["payload"]["merchant_name"] == "Café Zoë"


def test_the_profile(messaging_api: Path, bot: Bot) -> None:
    told = run_node(SCRIPT, messaging_api, bot, day="profile")
    assert told["started"] == {"payload": "START"}
    assert told["menu"][0]["callToActions"][1]["url"] == "https://bank.example/"
    assert told["greeting"] == [{"locale": "default", "text": "Your bank in a chat"}]
    assert told["breakers"] == [{"question": "What is my balance?", "payload": "BALANCE"}]
    assert told["domains"] == ["https://bank.example"]
    assert told["linking"] == "https://bank.example/login"
    assert told["own"][0]["callToActions"][0]["type"] == "web_url"
    assert not told.get("own_after")
    assert told["menu_after"] is None


def test_what_a_page_may_know(messaging_api: Path, bot: Bot) -> None:
    told = run_node(SCRIPT, messaging_api, bot, day="knowing")
    assert told["page"] == {"id": bot.page.page_id, "name": bot.page.name}
    assert (told["token"]["isValid"], told["token"]["appId"]) == (True, bot.page.app.app_id)
    assert (told["person"]["id"], told["person"]["firstName"]) == (bot.psid(), "Maya")
    assert told["more"] == {"id": bot.psid(), "locale": "en_US", "timezone": -5}
    assert told["nlp"] == {"success": True}
    assert "does not exist" in told["stranger"]


def test_personas_of_more_than_one_page(messaging_api: Path, bot: Bot) -> None:
    bot.hear()
    told = run_node(SCRIPT, messaging_api, bot, day="personas")
    assert told["one"]["name"] == "Ana"
    assert told["all"] == told["ids"]
    assert told["gone"] == {"success": True}
    assert told["left"] == 29
    assert seen(bot) == [{"text": "A person is here"}]


def test_a_thread_is_passed_and_taken(messaging_api: Path, bot: Bot) -> None:
    bot.hear()
    told = run_node(SCRIPT, messaging_api, bot, day="routing")
    assert told["passed"] == told["taken"] == {"success": True}
    assert told["owner"] == {"appId": INBOX_APP}
    assert "controlling this thread" in told["refused"]
    assert told["back"] == {"appId": bot.page.app.app_id}
    assert told["all"][0]["id"] == INBOX_APP


def test_a_webhook_is_subscribed_with_the_handshake(messaging_api: Path, bot: Bot) -> None:
    with listening() as hook:
        told = run_node(SCRIPT, messaging_api, bot, day="webhook", callback=hook.url)
        assert told["made"] == {"success": True}
        assert [one["callbackUrl"] for one in told["all"]] == [hook.url]
        assert bot.post("/me/subscribed_apps?subscribed_fields=messages", {}).json() == {"success": True}
        bot.world.control("POST", "/messenger/users/maya/say", json={"text": "Hi"})
        assert hook.wait(1)[0].event["message"]["text"] == "Hi"


def test_pictures_by_their_address_and_as_files(messaging_api: Path, bot: Bot) -> None:
    bot.hear()
    told = run_node(SCRIPT, messaging_api, bot, day="files", picture=PICTURE)
    by_id, as_file = seen(bot)
    assert by_id["attachment"]["payload"]["attachment_id"] == told["upload"]["attachmentId"]
    assert as_file["attachment"]["type"] == "image"
    assert told["sent"]["recipientId"] == bot.psid()


def test_a_batch(messaging_api: Path, bot: Bot) -> None:
    bot.hear()
    bot.behave(require_proof=True)
    told = run_node(SCRIPT, messaging_api, bot, day="batch")
    assert told["codes"] == [200, 200, 200, 400]
    assert told["bodies"][2]["firstName"] == "Maya"
    assert told["bodies"][3]["error"]["errorSubcode"] == 2018001
    assert [content["text"] for content in seen(bot)] == ["One", "Two"]
