"""The customer's phone in a real browser, with a bot at the other end."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.conftest import Server
from tests.console.chromium import Page
from tests.console.consent_pages import HOSTILE
from tests.console.handset import Bot, Handset, told
from tests.console.test_consent_in_chromium import CUT_OFF, FAINT, SIZES, UNFOLD
from tests.messenger.listener import Listener


def template(**payload: Any) -> dict[str, Any]:
    return {"attachment": {"type": "template", "payload": payload}}


def more(title: str, payload: str) -> dict[str, str]:
    return {"type": "postback", "title": title, "payload": payload}


# --- A conversation --------------------------------------------------------------------------------------------------


def test_what_is_typed_is_heard_and_the_answer_stands_below(phone: Handset, bot: Bot, hook: Listener) -> None:
    phone.open()
    phone.write("What is my balance?")
    assert hook.wait(1)[0].event["message"]["text"] == "What is my balance?"
    bot.send({"text": "It is 2,418.07 USD."})
    phone.sees("It is 2,418.07 USD.")
    said = phone.page.evaluate("[...document.querySelectorAll('#thread .bubble')].map(one => one.innerText)")
    assert said == ["What is my balance?", "It is 2,418.07 USD."]
    assert phone.page.evaluate("document.getElementById('text').value") == ""


def test_a_quick_reply_is_gone_once_it_was_tapped(phone: Handset, bot: Bot, hook: Listener) -> None:
    phone.open()
    phone.write("Hello")
    replies = [{"content_type": "text", "title": title, "payload": title.upper()} for title in ("It was me", "Dispute")]
    bot.send({"text": "Was this you?", "quick_replies": replies})
    phone.tap("Dispute")
    phone.until("!document.querySelector('.quick')")
    phone.sees("Dispute")
    with hook.changed:
        assert hook.changed.wait_for(lambda: b'"payload":"DISPUTE"' in b"".join(one.body for one in hook.heard), 10)


def test_a_button_of_any_card_of_a_carousel_is_that_cards_own(phone: Handset, bot: Bot, hook: Listener) -> None:
    phone.open()
    phone.write("My accounts")
    cards = [{"title": name, "buttons": [more("Show", f"SHOW {name}")]} for name in ("Household", "Rainy day")]
    bot.send(template(template_type="generic", elements=cards))
    phone.until("document.querySelectorAll('.carousel > li').length === 2")
    phone.tap("Show", ".carousel > li:first-child")
    phone.until("document.querySelector('.tapped')")
    assert told(hook, "postback")["payload"] == "SHOW Household"


def test_dots_a_persona_and_that_the_bot_has_seen_it(phone: Handset, bot: Bot) -> None:
    made = bot.call("/me/personas", {"name": "Ana", "profile_picture_url": "https://bank.example/ana.png"})
    phone.open()
    phone.write("A person, please")
    phone.sees("A person, please")
    bot.send(sender_action="mark_seen")
    phone.sees("Seen")
    bot.send(sender_action="typing_on")
    phone.until("document.querySelector('.typing')")
    bot.send({"text": "Ana here."}, persona_id=made.json()["id"])
    phone.sees("Ana here.")
    assert phone.page.evaluate("document.querySelector('.author').innerText") == "Ana"


def test_somebody_new_meets_the_greeting_and_the_start_button(phone: Handset, bot: Bot, hook: Listener) -> None:
    menu = [{"locale": "default", "call_to_actions": [more("Talk to a person", "HUMAN")]}]
    greeting = [{"locale": "default", "text": "Hello {{user_first_name}}!"}]
    wish = {"get_started": {"payload": "START"}, "greeting": greeting, "persistent_menu": menu}
    assert bot.call("/me/messenger_profile", wish).status_code == 200
    phone.open()
    phone.sees("Hello Maya!", "#starts")
    phone.tap("Get Started")
    phone.until("document.querySelector('.tapped')")
    phone.tap("Menu")
    phone.tap("Talk to a person")
    phone.until("document.querySelectorAll('.tapped').length === 2")
    with hook.changed:
        assert hook.changed.wait_for(lambda: b'"HUMAN"' in hook.heard[-1].body, 10)
    assert told(hook, "postback")["payload"] == "START"


def test_what_comes_is_read_and_can_be_liked(phone: Handset, bot: Bot, hook: Listener) -> None:
    phone.open()
    phone.write("Hello")
    phone.sees("Hello")
    sent = bot.send({"text": "Good morning"})
    phone.act("Good morning", "React with ❤")
    phone.until("document.querySelector('.reaction')")
    assert told(hook, "read")["watermark"]
    assert told(hook, "reaction")["mid"] == sent["message_id"]


def test_leave_to_send_offers_is_given_and_taken_back(phone: Handset, bot: Bot, hook: Listener) -> None:
    phone.open()
    phone.write("Any offers?")
    asked = {"title": "Offers of the week", "payload": "OFFERS", "notification_messages_frequency": "WEEKLY"}
    bot.send(template(template_type="notification_messages", **asked))
    phone.tap("Get messages")
    phone.sees("Offers of the week: may be sent", "#opt-ins")
    phone.tap("Stop")
    phone.sees("Offers of the week: stopped", "#opt-ins")
    with hook.changed:
        assert hook.changed.wait_for(lambda: b"STOP_NOTIFICATIONS" in b"".join(one.body for one in hook.heard), 10)
    phone.tap("Let them come")
    phone.sees("may be sent", "#opt-ins")


def test_each_page_has_a_conversation_of_its_own(phone: Handset, bot: Bot) -> None:
    second = bot.world.control("POST", "/messenger/pages", json={"name": "Second Bot"}).json()["page_id"]
    phone.open()
    phone.write("To the first")
    phone.sees("To the first")
    phone.open(page=second)
    phone.sees("Second Bot", ".handset")
    phone.until("document.querySelectorAll('.message').length === 0")


def test_an_event_that_nobody_hears_is_said_to_be_lost(phone: Handset, bot: Bot) -> None:
    bot.world.control("PATCH", "/messenger/pages/ready", json={"callback_url": ""})
    phone.open()
    phone.write("Is anybody there?")
    phone.sees("The app has no webhook", "#note")


def test_somebody_else_picks_the_phone_up(phone: Handset, bot: Bot) -> None:
    phone.open()
    phone.write("Mine")
    phone.sees("Mine")
    phone.focus("#first-name")
    phone.page.type("Ada")
    phone.page.press("Enter")
    phone.until("document.getElementById('person').selectedOptions[0].innerText === 'Ada (no customer)'")
    phone.until("document.querySelectorAll('.message').length === 0")
    phone.write("I am new")
    phone.sees("I am new")


# --- Logging in at the bank ------------------------------------------------------------------------------------------


def offer_login(bot: Bot, hook: Listener) -> None:
    url = hook.url.replace("/webhook", "/login")
    button = {"type": "account_link", "url": url}
    bot.send(template(template_type="button", text="Link your bank", buttons=[button]))


def test_log_in_opens_a_window_and_the_phone_says_that_it_came_about(phone: Handset, bot: Bot, hook: Listener) -> None:
    def login(query: dict[str, str]) -> tuple[int, dict[str, str], str]:
        return 302, {"Location": f"{query['redirect_uri']}&authorization_code=c1"}, ""

    hook.pages["/login"] = login
    phone.open()
    phone.write("Link my bank")
    offer_login(bot, hook)
    phone.tap("Log In")
    phone.sees("Account linked.", "#sheet")
    phone.sees("came back with an authorization_code", "#sheet")
    assert told(hook, "account_linking") == {"status": "linked", "authorization_code": "c1"}
    phone.tap("Close")
    phone.sees("Account linked", "#status")


def test_a_link_that_fails_says_why(phone: Handset, bot: Bot, hook: Listener) -> None:
    hook.pages["/login"] = lambda query: (302, {"Location": query["redirect_uri"]}, "")
    phone.open()
    phone.write("Link my bank")
    offer_login(bot, hook)
    phone.tap("Log In")
    phone.sees("Account Linking Failed", "#sheet")
    phone.sees("without authorization_code", "#sheet")


def test_where_linking_is_not_offered_the_phone_says_so(phone: Handset, bot: Bot, hook: Listener) -> None:
    bot.world.control("PATCH", "/messenger/pages/ready", json={"behaviour": {"region": "eu"}})
    phone.open()
    phone.write("Link my bank")
    offer_login(bot, hook)
    phone.tap("Log In")
    phone.sees("not offered in Europe", "#sheet")


# --- Beside it -------------------------------------------------------------------------------------------------------


def test_the_clock_is_advanced_and_the_window_closes(phone: Handset) -> None:
    phone.open()
    phone.sees("has not written yet", "#clock")
    phone.write("Hello")
    phone.sees("Window open for 24 h", "#clock")
    phone.tap("+ 1 h")
    phone.sees("Window open for 23 h", "#clock")
    phone.tap("+ 1 day")
    phone.sees("Window closed for 1 h", "#clock")


def test_the_wire_shows_each_webhook_with_its_bytes_and_its_attempts(phone: Handset, hook: Listener) -> None:
    phone.open()
    phone.write("Grüße")
    phone.sees("messages", "#wire")
    phone.until("document.querySelector('#wire .delivered')")
    phone.focus("#wire summary")
    phone.page.press("Enter")
    phone.sees("Attempt 1: 200", "#wire")
    phone.sees("X-Hub-Signature-256: sha256=", "#wire")
    phone.tap("Body, byte for byte", "#wire")
    phone.sees("Gr\\u00fc\\u00dfe", "#wire")
    phone.tap("Send it again", "#wire")
    assert {one.body for one in hook.wait(2)} == {hook.heard[0].body}


def test_the_wire_explains_a_call_that_was_refused(phone: Handset, bot: Bot) -> None:
    wish = {"recipient": {"id": bot.psid()}, "messaging_type": "RESPONSE", "message": {"text": "Too early"}}
    error = bot.call("/me/messages", wish).json()["error"]
    rule = requests.get(f"{phone.server}/_sandbox/why/{error['fbtrace_id']}", timeout=30).json()["rule"]
    phone.open()
    phone.sees("400, code 10", "#wire")
    phone.focus("#wire summary")
    phone.page.press("Enter")
    phone.sees(rule, "#wire .why")
    phone.sees("Too early", "#wire")
    assert bot.told["page_token"] not in phone.page.evaluate("document.body.innerText")


def test_a_call_that_is_answered_stands_on_the_wire_while_it_is_looked_at(phone: Handset, bot: Bot) -> None:
    phone.open()
    phone.write("Hello")
    bot.send({"text": "Good morning"})
    phone.sees("POST /messenger/v25.0/me/messages", "#wire")
    phone.sees("200", "#wire .answered")


# --- How it looks ----------------------------------------------------------------------------------------------------


def test_words_of_a_bot_stay_words(phone: Handset, bot: Bot) -> None:
    phone.open()
    phone.write("Hello")
    bot.send({"text": HOSTILE})
    card = {"title": HOSTILE[:80], "subtitle": HOSTILE[80:150], "buttons": [more("<b>x</b>", "X")]}
    bot.send(template(template_type="generic", elements=[card]))
    phone.sees("<b>x</b>")
    assert phone.page.evaluate("document.querySelectorAll('#thread script, #thread b, #thread img').length") == 0
    for size in SIZES:
        phone.page.look(*size)
        assert phone.page.evaluate("document.documentElement.scrollWidth") == size[0]


def test_the_phone_can_be_read_and_heard(phone: Handset, bot: Bot) -> None:
    phone.open()
    phone.write("Hello")
    bot.send(template(template_type="button", text="What next?", buttons=[more("Balance", "BALANCE")]))
    phone.sees("What next?")
    phone.until("document.querySelector('#wire .delivered')")
    phone.focus("#wire summary")
    phone.page.press("Enter")
    phone.sees("Body", "#wire")
    for size in SIZES:
        for dark in (False, True):
            phone.page.look(*size, dark=dark)
            assert phone.page.evaluate(FAINT) == []
    nodes = phone.page.call("Accessibility.getFullAXTree")["nodes"]
    heard = {(one["role"]["value"], one["name"]["value"]) for one in nodes if not one["ignored"] and "name" in one}
    named = {("log", "Conversation"), ("textbox", "Message"), ("button", "Send"), ("combobox", "Person")}
    assert named | {("button", "Balance"), ("region", "The wire"), ("button", "+ 1 day")} <= heard


def test_the_keyboard_reaches_everything_and_shows_where_it_is(phone: Handset, bot: Bot) -> None:
    phone.open()
    phone.write("Hello")
    cards = [{"title": name, "buttons": [more("Show", name)]} for name in ("Household", "Rainy day")]
    bot.send(template(template_type="generic", elements=cards))
    phone.sees("Rainy day")
    phone.page.evaluate("document.activeElement.blur()")
    missing = {"Show", "Send", "Reply or react", "Conversation", "+ 1 h", "Add"}
    for _ in range(60):
        phone.page.press("Tab")
        outline, name = phone.page.evaluate(FOCUSED)
        assert outline >= 2 or name == "BODY", f"no outline on {name}"
        missing.discard(name)
    assert missing == set()


FOCUSED = """(() => {
  const e = document.activeElement, style = getComputedStyle(e);
  const name = e === document.body ? 'BODY' : e.ariaLabel ?? e.innerText;
  return [style.outlineStyle === 'none' ? 0 : parseFloat(style.outlineWidth), name];
})()"""


@pytest.fixture
def gallery(page: Page, server: Server) -> Iterator[Page]:
    page.open(f"{server.url}/_sandbox/phone/templates")
    yield page
    assert page.complaints == []
    assert all(url.startswith((server.url, "data:")) for url in page.requests)


def test_every_template_fits_and_stands_out(gallery: Page) -> None:
    assert gallery.evaluate("document.querySelectorAll('.sample .message').length") == 35
    gallery.evaluate(UNFOLD)
    for size in SIZES:
        for dark in (False, True):
            gallery.look(*size, dark=dark)
            assert gallery.evaluate("document.documentElement.scrollWidth") == size[0]
            assert gallery.evaluate(CUT_OFF.replace(":not(input)", ":not(input, .carousel)")) == []
            assert gallery.evaluate(FAINT) == []


def test_a_receipt_adds_up_as_a_person_reads_it(gallery: Page) -> None:
    rows = gallery.evaluate("[...document.querySelector('.receipt tbody').rows].map(one => one.innerText)")
    assert [row.split("\t") for row in rows] == [
        ["Subtotal", "$30.00"],
        ["Shipping", "$4.95"],
        ["Tax", "$0.00"],
        ["Reader's discount", "-$3.00"],
        ["Total", "$31.95"],
    ]


def test_nothing_leads_to_a_script(gallery: Page) -> None:
    links = gallery.evaluate("[...document.querySelectorAll('.sample a')].map(one => one.protocol + one.rel)")
    assert set(links) == {"https:noopener noreferrer"}
