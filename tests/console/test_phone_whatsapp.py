"""The phone on its other channel: WhatsApp's messages drawn, tapped and answered."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import World
from tests.console.chromium import Page
from tests.console.handset import Handset, enclose
from tests.messenger.listener import Listener
from tests.messenger.test_people import PIXEL
from tests.messenger.whatsapp.conftest import Line, account

ROWS = [{"id": "a", "title": "Household"}, {"id": "b", "title": "Rainy day"}]
CHOICE = {"button": "Choose", "sections": [{"title": "Chase", "rows": ROWS}]}
REPLIES = {"buttons": [{"type": "reply", "reply": {"id": one, "title": one.title()}} for one in ("yes", "no")]}


@pytest.fixture
def line(world: World, hook: Listener) -> Line:
    world.control("PATCH", "/messenger/whatsapp", json={"callback_url": hook.url})
    told = account(world)
    return Line(world, told["access_token"], told["numbers"][0]["phone_number_id"], told["waba_id"])


@pytest.fixture
def phone(page: Page, world: World, line: Line) -> Iterator[Handset]:
    yield Handset.of(page, world)
    assert page.complaints == []
    assert all(url.startswith((world.server.url, "data:")) for url in page.requests)
    page.open("about:blank")


def heard(hook: Listener, kind: str) -> Any:
    """The first message of a type that the app is told of."""

    def found() -> list[Any]:
        values = [one.envelope["entry"][0]["changes"][0]["value"] for one in hook.heard]
        return [told for value in values for told in value.get("messages", []) if told["type"] == kind]

    with hook.changed:
        assert hook.changed.wait_for(found, 10), f"no {kind} was heard"
        return found()[0]


def sends(line: Line, **message: Any) -> str:
    answer = line.send(**message)
    assert answer.status_code == 200, answer.text
    mid: str = answer.json()["messages"][0]["id"]
    return mid


def interactive(kind: str, action: Any, text: str = "Which account?") -> dict[str, Any]:
    return {"type": "interactive", "interactive": {"type": kind, "body": {"text": text}, "action": action}}


def test_a_conversation_with_buttons_and_a_list(phone: Handset, line: Line, hook: Listener) -> None:
    phone.open(channel="whatsapp")
    phone.sees("WhatsApp business", "#status")
    phone.sees("Nothing yet.", "#starts")
    phone.write("What is my *balance*?")
    phone.sees("balance", ".bubble strong")
    assert heard(hook, "text")["text"]["body"] == "What is my *balance*?"
    sends(line, **interactive("button", REPLIES, "Was this you?"))
    phone.tap("No", card="Was this you?")
    phone.sees("No", ".tapped")
    assert heard(hook, "interactive")["interactive"]["button_reply"]["id"] == "no"
    sends(line, **interactive("list", CHOICE))
    phone.tap("Choose")
    phone.tap("Rainy day")
    phone.sees("Rainy day", "#thread > li:last-child .tapped")
    assert phone.page.evaluate("document.querySelector('#channels [aria-current]').innerText") == "WhatsApp"


def test_a_template_opens_the_way_outside_the_window(phone: Handset, line: Line) -> None:
    buttons = {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Thanks"}]}
    line.create("delivery", "Your parcel of *{{1}}* comes today.", components=[buttons])
    phone.open(channel="whatsapp")
    phone.sees("has not written yet", "#clock")
    assert line.template("delivery", "Harbor Books").status_code == 200
    phone.sees("Your parcel of Harbor Books comes today.")
    phone.tap("Thanks")
    phone.sees("Thanks", ".tapped")
    phone.tap("+ 1 day")
    phone.tap("+ 1 h")
    phone.sees("only templates get through", "#clock")


def test_ticks_dots_answers_and_reactions(phone: Handset, line: Line, hook: Listener) -> None:
    phone.open(channel="whatsapp")
    phone.write("Hello")
    mid = heard(hook, "text")["id"]
    tick = {"messaging_product": "whatsapp", "status": "read", "message_id": mid, "typing_indicator": {"type": "text"}}
    line.call("POST", f"{line.number}/messages", json=tick)
    phone.sees("Seen")
    phone.until("document.querySelector('.typing')")
    sent = sends(line, type="text", text={"body": "Good morning"}, context={"message_id": mid})
    phone.sees("Hello", ".quoted")
    phone.until("!document.querySelector('.typing')")
    phone.act("Good morning", "React with ❤")
    phone.sees("❤", ".reaction")
    assert heard(hook, "reaction")["reaction"] == {"message_id": sent, "emoji": "❤"}
    phone.act("Good morning", "Reply")
    phone.write("And to you")
    phone.sees("Good morning", ".from-person .quoted")
    sends(line, type="reaction", reaction={"message_id": mid, "emoji": "👍"})
    phone.sees("👍", ".from-person .reaction")
    assert phone.page.evaluate("document.querySelectorAll('#thread .message').length") == 3


def test_a_picture_is_enclosed(phone: Handset, hook: Listener, tmp_path: Path) -> None:
    phone.open(channel="whatsapp")
    enclose(phone, tmp_path, "receipt.png", PIXEL)
    phone.sees("With receipt.png", "#draft")
    phone.write("What is this?")
    phone.until("document.querySelector('#thread img')?.naturalWidth === 1")
    assert heard(hook, "image")["image"]["caption"] == "What is this?"


def test_offers_are_agreed_to_and_stopped(phone: Handset, hook: Listener) -> None:
    phone.open(channel="whatsapp")
    phone.sees("Offers: never agreed to", "#opt-ins")
    phone.tap("Let them come")
    phone.sees("Offers: may be sent", "#opt-ins")
    phone.tap("Stop")
    phone.sees("Offers: stopped", "#opt-ins")


def test_the_wire_shows_this_channel_too(phone: Handset, line: Line) -> None:
    phone.open(channel="whatsapp")
    assert line.text("Too early").status_code == 400
    phone.sees(f"POST /messenger/v25.0/{line.number}/messages", "#wire")
    phone.sees("WhatsApp · 400, code 131047", "#wire")
    phone.write("Hello")
    phone.sees("messages: message text", "#wire .webhook")
    assert line.token not in phone.page.evaluate("document.body.innerText")


def test_the_channels_lead_to_each_other(phone: Handset) -> None:
    phone.open(channel="whatsapp")
    phone.write("On WhatsApp")
    phone.sees("On WhatsApp")
    phone.page.evaluate("document.querySelector('#channels [data-channel=messenger]').focus()")
    phone.page.press("Enter", leaves=True)
    phone.sees("Messages you as a business", "#status")
    phone.until("document.querySelectorAll('.message').length === 0")
    assert "user=maya" in phone.page.evaluate("window.location.search")
