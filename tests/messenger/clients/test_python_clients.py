"""fbmessenger, fbmq and pymessenger from PyPI: old, and still what public bots use."""

import collections
import collections.abc
from typing import Any
from urllib.parse import parse_qs, urlsplit

import fbmessenger
import pytest
from fbmessenger import attachments, elements, quick_replies, sender_actions, templates, thread_settings
from fbmq import Attachment, Page, QuickReply, Template
from fbmq import LocalizedObj as Localized
from pymessenger.bot import Bot as PyMessenger
from pymessenger.user_profile import UserProfileApi

from tests.messenger.clients.conftest import seen
from tests.messenger.conftest import Bot

PICTURE = "https://bank.example/card.png"


def kinds(bot: Bot) -> list[str]:
    """text, or the type of the attachment or template, of everything that the person got."""
    found = []
    for content in seen(bot):
        attachment = content.get("attachment") or {"type": "text"}
        found.append(attachment.get("payload", {}).get("template_type", attachment["type"]))
    return found


# --- fbmessenger 6.0.0, which Rasa uses ----------------------------------------------------------------------------


@pytest.fixture
def fbm(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> fbmessenger.MessengerClient:
    # It was written for Pythons before 3.10, which still had this name.
    monkeypatch.setattr(collections, "Iterable", collections.abc.Iterable, raising=False)
    client = fbmessenger.MessengerClient(bot.token, app_secret=bot.page.app.secret)
    client.graph_url = f"{bot.graph}/v19.0"
    return client


def test_fbmessenger_talks(bot: Bot, fbm: fbmessenger.MessengerClient) -> None:
    bot.hear()
    bot.behave(require_proof=True)
    replies = quick_replies.QuickReplies([quick_replies.QuickReply(title="Balance", payload="BALANCE")])
    button = elements.Button(button_type="postback", title="More", payload="MORE")
    messages = [
        elements.Text("Hello", quick_replies=replies),
        attachments.Image(url=PICTURE),
        templates.ButtonTemplate(text="What next?", buttons=[button]),
        templates.GenericTemplate([elements.Element(title="Checking", subtitle="2,418.07 USD", buttons=[button])]),
        templates.ReceiptTemplate(
            recipient_name="Maya",
            order_number="R-1001",
            currency="USD",
            payment_method="Visa 4021",
            elements=[elements.Element(title="Espresso", quantity=2, price=7, currency="USD")],
            summary=elements.Summary(total_cost=7.5, total_tax=0.5),
        ),
    ]
    for message in messages:
        answer = fbm.send(message.to_dict(), bot.psid())
        assert answer.get("recipient_id") == bot.psid(), answer
    assert kinds(bot) == ["text", "image", "button", "generic", "receipt"]
    typing = fbm.send_action(sender_actions.SenderAction("typing_on").to_dict(), bot.psid())
    assert typing == {"recipient_id": bot.psid()}
    stranger = fbm.send(elements.Text("Hello").to_dict(), "2999999999999999")
    assert stranger["error"]["error_subcode"] == 2018001


def test_fbmessenger_sets_the_profile(bot: Bot, fbm: fbmessenger.MessengerClient) -> None:
    item = thread_settings.PersistentMenuItem(item_type="postback", title="Balance", payload="BALANCE")
    profile = thread_settings.MessengerProfile(
        greetings=[thread_settings.GreetingText("Hello")],
        get_started=thread_settings.GetStartedButton("START"),
        persistent_menus=[thread_settings.PersistentMenu(menu_items=[item])],
    )
    assert fbm.set_messenger_profile(profile.to_dict()) == {"result": "success"}
    assert fbm.update_whitelisted_domains("https://bank.example") == {"result": "success"}
    read = bot.get("/me/messenger_profile?fields=get_started,greeting,persistent_menu,whitelisted_domains").json()
    assert set(read["data"][0]) == {"get_started", "greeting", "persistent_menu", "whitelisted_domains"}
    assert fbm.delete_get_started()["error"]["code"] == 100
    assert fbm.delete_persistent_menu() == fbm.delete_get_started() == {"result": "success"}
    assert fbm.remove_whitelisted_domains() == {"result": "success"}
    person = fbm.get_user_data(bot.psid())
    assert (person["first_name"], person["locale"]) == ("Maya", "en_US")
    assert fbm.unlink_account(bot.psid()) == {"result": "unlink account success"}


def test_fbmessenger_subscribes_uploads_and_learns_who_links(bot: Bot, fbm: fbmessenger.MessengerClient) -> None:
    assert fbm.subscribe_app_to_page()["success"] is True
    uploaded = fbm.upload_attachment(attachments.Image(url=PICTURE))
    assert uploaded["attachment_id"]
    bot.hear()
    login = {"type": "account_link", "url": "https://bank.example/login"}
    card = {"template_type": "button", "text": "Log in", "buttons": [login]}
    bot.send({"attachment": {"type": "template", "payload": card}})
    opened = bot.world.control("POST", "/messenger/users/maya/tap", json={"button": "Log In"}).json()["opens"]
    token = parse_qs(urlsplit(opened).query)["account_linking_token"][0]
    assert fbm.link_account(token) == {"id": bot.page.page_id, "recipient": bot.psid()}


# --- fbmq 2.5.0 ----------------------------------------------------------------------------------------------------


@pytest.fixture
def fbmq(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> Page:
    monkeypatch.setattr(Page, "_api_uri", lambda page, sub: f"{bot.graph}/{page._api_ver}/{sub}")
    return Page(bot.token)


def test_fbmq_talks_with_null_members(bot: Bot, fbmq: Page) -> None:
    bot.hear()
    receipt = Template.Receipt(
        recipient_name="Maya",
        order_number="R-1001",
        currency="USD",
        payment_method="Visa 4021",
        timestamp="1781535600",
        elements=[Template.ReceiptElement(title="Espresso", quantity=2, price=7)],
        address=Template.ReceiptAddress(
            street_1="1 Hacker Way", street_2="", city="Menlo Park", postal_code="94025", state="CA", country="US"
        ),
        summary=Template.ReceiptSummary(subtotal=7, shipping_cost=0, total_tax=0.5, total_cost=7.5),
        adjustments=[Template.ReceiptAdjustment(name="Coupon", amount=-1)],
    )
    buttons = [Template.ButtonPostBack("More", "MORE"), Template.ButtonPhoneNumber("Call", "+15551234567")]
    messages: list[Any] = [
        "Hello",
        Attachment.Image(PICTURE),
        Template.Buttons("What next?", buttons),
        Template.Generic([Template.GenericElement("Checking", subtitle="2,418.07 USD", buttons=buttons)]),
        receipt,
    ]
    for message in messages:
        answer = fbmq.send(bot.psid(), message, quick_replies=[QuickReply(title="Balance", payload="BALANCE")])
        assert answer.status_code == 200, answer.text
    assert kinds(bot) == ["text", "image", "button", "generic", "receipt"]
    assert fbmq.typing_on(bot.psid()) is None


def test_fbmq_sets_the_profile(bot: Bot, fbmq: Page, capsys: pytest.CaptureFixture[str]) -> None:
    """It prints what it is refused, and says nothing else."""
    fbmq.show_starting_button("START")
    fbmq.localized_greeting([Localized("default", "Hello"), Localized("es_LA", "Hola")])
    fbmq.show_persistent_menu([Template.ButtonPostBack("Balance", "BALANCE"), Template.ButtonWeb("Site", PICTURE)])
    assert (fbmq.page_id, fbmq.page_name) == (bot.page.page_id, bot.page.name)
    assert fbmq.get_user_profile(bot.psid())["first_name"] == "Maya"
    assert capsys.readouterr().out == ""
    read = bot.get("/me/messenger_profile?fields=greeting,persistent_menu").json()["data"][0]
    assert [greeting["text"] for greeting in read["greeting"]] == ["Hello", "Hola"]
    fbmq.hide_persistent_menu()
    fbmq.hide_starting_button()
    fbmq.hide_greeting()
    assert capsys.readouterr().out == ""
    assert bot.get("/me/messenger_profile?fields=greeting,persistent_menu,get_started").json() == {"data": []}


# --- pymessenger 0.0.7 ---------------------------------------------------------------------------------------------


def test_pymessenger_talks(bot: Bot) -> None:
    bot.hear()
    client = PyMessenger(bot.token, app_secret=bot.page.app.secret, api_version=2.12)
    client.graph_url = f"{bot.graph}/v2.12/"  # two slashes come of it
    button = {"type": "postback", "title": "More", "payload": "MORE"}
    for answer in (
        client.send_text_message(bot.psid(), "Hello"),
        client.send_image_url(bot.psid(), PICTURE),
        client.send_button_message(bot.psid(), "What next?", [button]),
        client.send_generic_message(bot.psid(), [{"title": "Checking", "buttons": [button]}]),
    ):
        assert answer.get("recipient_id") == bot.psid(), answer
    assert kinds(bot) == ["text", "image", "button", "generic"]
    assert client.send_action(bot.psid(), "mark_seen") == {"recipient_id": bot.psid()}
    profiles = UserProfileApi(bot.token, app_secret=bot.page.app.secret)
    profiles.graph_url = f"{bot.graph}/v2.12"
    assert profiles.get(bot.psid(), ["first_name", "locale"])["locale"] == "en_US"
