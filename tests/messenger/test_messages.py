"""What a message may be: each kind is sent, and each way to get one wrong is refused with the platform's code."""

from typing import Any

import pytest

from tests.messenger.conftest import Bot
from tests.messenger.sent import GENERIC, LINK, POSTBACK, buttons, generic, receipt, refusal, template

URL = {"type": "web_url", "title": "Open", "url": "https://bot.example/x"}
REPLY = {"content_type": "text", "title": "Yes", "payload": "YES"}
COUPON = {"template_type": "coupon", "title": "10 % off", "coupon_code": "TEN"}
MEDIA = {"media_type": "image", "url": "https://bot.example/chart.png"}
IMAGE = {"type": "image", "payload": {"url": "https://bot.example/chart.png"}}

GOOD: dict[str, dict[str, Any]] = {
    "text": {"text": "Grüße 👋", "metadata": "m"},
    "longest text": {"text": "ä" * 2000},
    "null members": {"text": "x", "attachment": None, "quick_replies": None},
    "quick replies": {"text": "Sure?", "quick_replies": [REPLY, {"content_type": "user_email"}]},
    "generic": template(GENERIC),
    "carousel": template({"template_type": "generic", "elements": [{"title": str(n)} for n in range(10)]}),
    "default action": generic(default_action={"type": "web_url", "url": "https://bot.example", "fallback_url": None}),
    "account link": generic(buttons=[LINK]),
    "account link on loopback": buttons({**LINK, "url": "http://127.0.0.1:5000/login"}),
    "account unlink": buttons({"type": "account_unlink"}),
    "buttons": buttons(URL, POSTBACK, {"type": "phone_number", "title": "Call", "payload": "+15105551234"}),
    "media": template({"template_type": "media", "elements": [{**MEDIA, "buttons": [URL]}]}),
    "receipt": receipt(),
    "receipt of words": receipt(sharable="true", elements=[{"title": "Tea", "price": "3", "quantity": "1"}]),
    "coupon": template(COUPON),
    "image": {"attachment": IMAGE},
    "images": {"attachments": [IMAGE] * 6},
    "opt-in": template({"template_type": "notification_messages", "title": "Offers", "payload": "OFFERS"}),
}

WRONG: dict[str, dict[str, Any]] = {
    "empty": {},
    "empty text": {"text": ""},
    "text too long": {"text": "x" * 2001},
    "text and attachment": {"text": "x", "attachment": IMAGE},
    "metadata too long": {"text": "x", "metadata": "m" * 1001},
    "unknown member": {"text": "x", "colour": "blue"},
    "14 quick replies": {"text": "x", "quick_replies": [REPLY] * 14},
    "quick reply without payload": {"text": "x", "quick_replies": [{"content_type": "text", "title": "Yes"}]},
    "quick reply's title too long": {"text": "x", "quick_replies": [{**REPLY, "title": "x" * 21}]},
    "quick reply's payload too long": {"text": "x", "quick_replies": [{**REPLY, "payload": "x" * 1001}]},
    "quick reply of location": {"text": "x", "quick_replies": [{"content_type": "location"}]},
    "attachment without type": {"attachment": {"payload": {}}},
    "unknown attachment": {"attachment": {"type": "fallback", "payload": {}}},
    "image without source": {"attachment": {"type": "image", "payload": {}}},
    "image by ftp": {"attachment": {"type": "image", "payload": {"url": "ftp://bot.example/x"}}},
    "one image in a grid": {"attachments": [IMAGE]},
    "seven images": {"attachments": [IMAGE] * 7},
    "no template type": template({"elements": []}),
    "list": template({"template_type": "list", "elements": [{"title": "1"}, {"title": "2"}]}),
    "open graph": template({"template_type": "open_graph", "elements": [{"url": "https://bot.example"}]}),
    "airline": template({"template_type": "airline_flightupdate"}),
    "generic without elements": template({"template_type": "generic"}),
    "no element": template({"template_type": "generic", "elements": []}),
    "eleven elements": template({"template_type": "generic", "elements": [{"title": "x"}] * 11}),
    "element without title": template({"template_type": "generic", "elements": [{"subtitle": "x"}]}),
    "title too long": generic(title="x" * 81),
    "subtitle too long": generic(subtitle="x" * 81),
    "four buttons": generic(buttons=[POSTBACK] * 4),
    "default action with title": generic(default_action={"type": "web_url", "url": "https://a.example", "title": "x"}),
    "button template without text": template({"template_type": "button", "buttons": [URL]}),
    "button text too long": buttons(URL, text="x" * 641),
    "no buttons": buttons(),
    "nested button": buttons({"type": "nested", "title": "x"}),
    "button's title too long": buttons({**POSTBACK, "title": "x" * 21}),
    "button's payload too long": buttons({**POSTBACK, "payload": "x" * 1001}),
    "postback without payload": buttons({"type": "postback", "title": "x"}),
    "web_url without title": buttons({"type": "web_url", "url": "https://a.example"}),
    "web_url without host": buttons({**URL, "url": "https://"}),
    "height": buttons({**URL, "webview_height_ratio": "huge"}),
    "phone without country": buttons({"type": "phone_number", "title": "Call", "payload": "5105551234"}),
    "account link over http": buttons({**LINK, "url": "http://bot.example/login"}),
    "account link with title": buttons({**LINK, "title": "Log in"}),
    "two media": template({"template_type": "media", "elements": [MEDIA, MEDIA]}),
    "media of both": template({"template_type": "media", "elements": [{**MEDIA, "attachment_id": "1"}]}),
    "media of audio": template({"template_type": "media", "elements": [{**MEDIA, "media_type": "audio"}]}),
    "receipt without order number": receipt(without="order_number"),
    "receipt without name": receipt(without="recipient_name"),
    "receipt without method": receipt(without="payment_method"),
    "receipt without summary": receipt(without="summary"),
    "receipt without total": receipt(summary={"subtotal": 1}),
    "currency": receipt(currency="dollars"),
    "milliseconds": receipt(timestamp="1781535600000"),
    "half an address": receipt(address={"street_1": "1 Main St", "city": "Springfield"}),
    "101 items": receipt(elements=[{"title": "x", "price": 1}] * 101),
    "item without price": receipt(elements=[{"title": "x"}]),
    "price in words": receipt(elements=[{"title": "x", "price": "five"}]),
    "coupon without code": template({"template_type": "coupon", "title": "10 % off"}),
    "opt-in without payload": template({"template_type": "notification_messages", "title": "Offers"}),
    "frequency": template(
        {"template_type": "notification_messages", "payload": "x", "notification_messages_frequency": "HOURLY"}
    ),
}


@pytest.mark.parametrize("name", GOOD)
def test_each_kind_of_message_is_sent(bot: Bot, name: str) -> None:
    bot.hear()
    answer = bot.send(GOOD[name])
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("name", WRONG)
def test_each_wrong_message_is_refused_with_100(bot: Bot, name: str) -> None:
    bot.hear()
    answer = bot.send(WRONG[name])
    assert refusal(answer) == (400, 100, None), answer.text
    assert "Sandbank-Contract" not in answer.headers


def test_the_words_of_a_refusal_name_the_parameter_as_the_platform_does(bot: Bot) -> None:
    told = {
        bot.send(message).json()["error"]["message"]
        for message in (WRONG["text too long"], WRONG["unknown member"], WRONG["postback without payload"])
    }
    assert told == {
        "(#100) Length of param message[text] must be less than or equal to 2000",
        '(#100) Invalid keys "colour" were found in param "message"',
        "(#100) The parameter message[attachment][payload][buttons][0][payload] is required",
    }


def test_a_receipts_order_number_is_unique_at_the_page(bot: Bot) -> None:
    bot.hear()
    assert bot.send(receipt()).status_code == 200
    assert refusal(bot.send(receipt())) == (400, 100, None)
    assert bot.send(receipt(order_number="R-1002")).status_code == 200


def test_extensions_want_a_domain_on_the_whitelist(bot: Bot) -> None:
    bot.hear()
    answer = bot.send(buttons({**URL, "messenger_extensions": True}))
    assert answer.json()["error"]["message"] == "(#100) The URL provided is not whitelisted for messenger extensions"
    bot.change(profile={"whitelisted_domains": ["https://bot.example"]})
    assert bot.send(buttons({**URL, "messenger_extensions": True})).status_code == 200


def test_a_file_that_cannot_be_fetched_is_refused(bot: Bot) -> None:
    bot.hear()
    message = {"attachment": {"type": "image", "payload": {"url": "https://nowhere.invalid/x.png"}}}
    assert refusal(bot.send(message)) == (400, 100, 2018008)


@pytest.mark.parametrize(
    "wish", [{}, {"sender_action": "typing_on", "message": {"text": "x"}}, {"recipient": {"name": {}}}]
)
def test_a_message_or_an_action_goes_to_somebody(bot: Bot, wish: dict[str, Any]) -> None:
    bot.hear()
    assert refusal(bot.send(**wish)) == (400, 100, None)


def test_a_person_can_be_named_by_phone_and_their_id_is_not_told(bot: Bot) -> None:
    bot.hear()
    phone = bot.person().phone
    answer = bot.send({"text": "Hello"}, recipient={"phone_number": f"+{phone[0]} ({phone[1:4]}) {phone[4:]}"})
    assert list(answer.json()) == ["message_id"]
    assert bot.said()[-1].content == {"text": "Hello"}


@pytest.mark.parametrize("recipient", [{"user_ref": "x"}, {"comment_id": "1_2"}, {"phone_number": "+10"}, {"id": "1"}])
def test_nobody_else_can_be_found(bot: Bot, recipient: dict[str, str]) -> None:
    assert refusal(bot.send({"text": "x"}, recipient=recipient)) == (400, 100, 2018001)
