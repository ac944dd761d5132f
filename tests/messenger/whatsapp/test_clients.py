"""Genuine clients of the WhatsApp Cloud API from PyPI: pywa, which reads answers strictly, and heyoo."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import flask
import heyoo
import httpx
import pytest
import pywa
from pywa import errors, types
from pywa.handlers import CallbackButtonHandler, MessageHandler, MessageStatusHandler
from pywa.types.templates import (
    BodyText,
    Buttons,
    FooterText,
    HeaderText,
    ParamFormat,
    QuickReplyButton,
    Template,
    TemplateCategory,
    TemplateLanguage,
)
from werkzeug.serving import make_server

from tests.messenger.whatsapp.conftest import Line, account


def said(line: Line, username: str = "maya") -> list[str]:
    """What the person got, by its type and, where it has one, its text."""
    ours = [one["content"] for one in line.thread(username)["messages"] if one["sender"] == "page"]
    return [f"{one['type']} {one.get('text', {}).get('body', '')}".strip() for one in ours]


@contextmanager
def pointed(line: Line, token: str = "", **more: Any) -> Iterator[pywa.WhatsApp]:
    """pywa, pointed at the sandbox."""
    with httpx.Client() as session:
        client = pywa.WhatsApp(
            phone_id=line.number, token=token or line.token, waba_id=line.waba, session=session, **more
        )
        session.base_url = f"{line.graph}/"
        yield client


@pytest.fixture
def wa(line: Line) -> Iterator[pywa.WhatsApp]:
    with pointed(line) as client:
        yield client


# --- pywa 4.5.0 ------------------------------------------------------------------------------------------------------


def test_pywa_sends_what_there_is_to_send(line: Line, wa: pywa.WhatsApp) -> None:
    line.says()
    to = line.phone()
    sent = wa.send_message(to=to, text="Hello", preview_url=True, tracker="turn-1")
    assert sent.id.startswith("wamid.")
    assert sent.chat.id
    wa.send_message(
        to=to,
        text="Was it you?",
        header="Large purchase",
        footer="Sandbank",
        buttons=[types.Button("Yes", "yes"), types.Button("No", "no")],
    )
    rows = [types.SectionRow(title="Checking", callback_data="checking", description="...4021")]
    wa.send_message(to=to, text="Which?", buttons=types.SectionList("Choose", [types.Section("Accounts", rows)]))
    wa.send_message(to=to, text="Pay it", buttons=types.URLButton("Pay", "https://bank.example/pay"))
    wa.send_image(to=to, image="https://bank.example/card.png", caption="Your card")
    wa.send_document(to=to, document="https://bank.example/may.pdf", filename="may.pdf")
    wa.send_location(to=to, latitude=40.7, longitude=-74.0, name="Branch", address="1 Main St")
    wa.send_reaction(to=to, emoji="👍", message_id=sent.id)
    wa.send_contact(
        to=to, contact=types.Contact(name=types.Contact.Name(formatted_name="Card services", first_name="C"))
    )
    kinds = ["text Hello", *["interactive"] * 3, "image", "document", "location", "reaction", "contacts"]
    assert said(line) == kinds


def test_pywa_knows_the_errors_by_their_codes(line: Line, wa: pywa.WhatsApp) -> None:
    with pytest.raises(errors.ReEngagementMessage) as late:
        wa.send_message(to=line.phone(), text="Hello")
    assert late.value.details is not None
    assert "24 hours" in late.value.details
    with pytest.raises(errors.MessageUndeliverable):
        wa.send_message(to="1555131026", text="Hello")
    with pytest.raises(errors.RateLimitHit):
        wa.send_message(to="1555130429", text="Hello")
    with pytest.raises(errors.TemplateNotExists):
        wa.send_template(to=line.phone(), name="nothing", language=TemplateLanguage.ENGLISH_US, params=[])
    with pointed(line, "nonsense") as wrong, pytest.raises(errors.ExpiredAccessToken):
        wrong.send_message(to=line.phone(), text="Hello")


def test_pywa_makes_a_template_and_sends_it(line: Line, wa: pywa.WhatsApp) -> None:
    template = Template(
        name="low_balance",
        category=TemplateCategory.UTILITY,
        language=TemplateLanguage.ENGLISH_US,
        parameter_format=ParamFormat.NAMED,
        components=[
            header := HeaderText("Your account {{account}}", account="...4021"),
            body := BodyText("It has {{amount}} left, as of {{day}}.", amount="12.00 USD", day="15 June"),
            FooterText(text="Sandbank"),
            Buttons(buttons=[reply := QuickReplyButton(text="Stop these alerts")]),
        ],
    )
    created = wa.create_template(template)
    assert (created.status, created.category) == ("APPROVED", "UTILITY")
    details = wa.get_template(created.id)
    assert details.name == "low_balance"
    assert [one.name for one in wa.get_templates()] == ["hello_world", "low_balance"]
    sent = wa.send_template(
        to=line.phone(),
        name="low_balance",
        language=TemplateLanguage.ENGLISH_US,
        params=[
            header.params(account="...4021"),
            body.params(amount="9.50 USD", day="16 June"),
            reply.params(callback_data="stop", index=0),
        ],
    )
    assert sent.status == "accepted"
    shown = line.thread()["messages"][-1]["content"]["shown"]
    assert shown["header"] == {"type": "text", "text": "Your account ...4021"}
    assert shown["body"] == "It has 9.50 USD left, as of 16 June."
    tapped = line.does("tap", button="Stop these alerts")["message"]["content"]
    assert tapped["button"] == {"payload": "stop", "text": "Stop these alerts"}
    assert wa.delete_template(template_name="low_balance").success


def test_pywa_uploads_looks_up_downloads_and_deletes_media(line: Line, wa: pywa.WhatsApp, tmp_path: Path) -> None:
    line.says()
    medium = wa.upload_media(media=b"%PDF-1.7 may", mime_type="application/pdf", filename="may.pdf")
    assert medium is not None
    wa.send_document(to=line.phone(), document=medium.id, filename="may.pdf")
    url = wa.get_media_url(medium.id)
    assert (url.mime_type, url.file_size) == ("application/pdf", 12)
    kept = wa.download_media(url=url.url, path=tmp_path, filename="may.pdf")
    assert Path(kept).read_bytes() == b"%PDF-1.7 may"
    assert wa.delete_media(medium.id).success
    with pytest.raises(errors.WhatsAppError):
        wa.get_media_url(medium.id)


def test_pywa_looks_after_the_number(line: Line, wa: pywa.WhatsApp) -> None:
    assert wa.get_business_account().id == line.waba
    number = wa.get_business_phone_number()
    assert (number.id, number.status) == (line.number, "CONNECTED")
    numbers = wa.get_business_phone_numbers()
    assert [one.status for one in numbers] == ["CONNECTED", "PENDING"]
    assert wa.register_phone_number(pin="123456", phone_id=numbers[1].id).success
    assert wa.update_business_profile(about="Open all day", websites=["https://bank.example/"]).success
    profile = wa.get_business_profile()
    assert (profile.about, profile.websites) == ("Open all day", ("https://bank.example/",))
    mid = line.says()
    assert wa.mark_message_as_read(mid).success
    assert wa.indicate_typing(mid).success
    assert line.thread()["typing"]


@dataclass
class PywaBot:
    """A bot on pywa and Flask, which answers what it hears and notes the rest."""

    noted: list[str] = field(default_factory=list)
    changed: threading.Condition = field(default_factory=threading.Condition)

    def hear(self, _wa: pywa.WhatsApp, message: types.Message) -> None:
        if message.text is not None:
            message.reply(f"You said {message.text}", buttons=[types.Button("Thanks", "thanks")])

    def tapped(self, _wa: pywa.WhatsApp, button: types.CallbackButton) -> None:
        self._note(f"tapped {button.data}")

    def became(self, _wa: pywa.WhatsApp, status: types.MessageStatus) -> None:
        self._note(f"{status.status.value} {status.pricing.category.value}")

    def wait(self, *wanted: str) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: set(wanted) <= set(self.noted), 10), self.noted

    def _note(self, what: str) -> None:
        with self.changed:
            self.noted.append(what)
            self.changed.notify_all()


@pytest.fixture
def bot(line: Line) -> Iterator[PywaBot]:
    """It subscribes itself when it starts."""
    told, app, bot = account(line.world), flask.Flask("bot"), PywaBot()
    server = make_server("127.0.0.1", 0, app, threaded=True)
    wiring = {
        "server": app,
        "webhook_endpoint": "/webhook",
        "verify_token": "verify-me",
        "app_id": told["app_id"],
        "app_secret": told["app_secret"],
        "callback_url": f"http://127.0.0.1:{server.server_port}",
        "webhook_challenge_delay": 0.2,
    }
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    with pointed(line, **wiring) as wa:
        wa.add_handlers(MessageHandler(bot.hear), CallbackButtonHandler(bot.tapped), MessageStatusHandler(bot.became))
        yield bot
        server.shutdown()
        thread.join(timeout=5)
        server.server_close()


def test_a_bot_on_pywa_subscribes_itself_hears_and_answers(line: Line, bot: PywaBot) -> None:
    wait_for_subscription(line)
    line.call("POST", f"{line.waba}/subscribed_apps")
    line.does("say", text="Grüße")
    bot.wait("sent service", "delivered service")
    assert line.thread()["messages"][-1]["content"]["interactive"]["body"] == {"text": "You said Grüße"}
    line.does("tap", button="Thanks")
    bot.wait("read service", "tapped thanks")


def wait_for_subscription(line: Line) -> None:
    """pywa subscribes in a thread of its own."""
    for thread in [one for one in threading.enumerate() if isinstance(one, threading.Timer)]:
        thread.join(timeout=10)
    assert account(line.world)["callback_url"] is not None


# --- heyoo 0.1.2 -----------------------------------------------------------------------------------------------------


@pytest.fixture
def old(line: Line) -> heyoo.WhatsApp:
    client = heyoo.WhatsApp(line.token, phone_number_id=line.number)
    client.base_url = client.v15_base_url = line.graph
    client.url = f"{line.graph}/{line.number}/messages"
    return client


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # it leaves the file open
def test_heyoo_sends_what_there_is_to_send(line: Line, old: heyoo.WhatsApp, tmp_path: Path) -> None:
    mid, to = line.says(), line.phone()
    assert old.send_message("Hello", to)["messages"][0]["id"].startswith("wamid.")
    old.reply_to_message(mid, to, "A reply")
    old.send_location(lat="40.7", long="-74.0", name="Branch", address="1 Main St", recipient_id=to)
    old.send_image("https://bank.example/card.png", to)
    old.send_audio("https://bank.example/a.mp3", to)
    old.send_reaction("👍", mid, to)
    old.send_reply_button(
        {
            "type": "button",
            "body": {"text": "Was it you?"},
            "action": {"buttons": [{"type": "reply", "reply": {"id": "yes", "title": "Yes"}}]},
        },
        to,
    )
    old.send_button(
        {
            "header": "Accounts",
            "body": "Which?",
            "footer": "Sandbank",
            "action": {"button": "Choose", "sections": [{"title": "All", "rows": [{"id": "1", "title": "Checking"}]}]},
        },
        to,
    )
    kinds = ["text Hello", "text A reply", "location", "image", "audio", "reaction", "interactive", "interactive"]
    assert said(line) == kinds
    assert old.send_template("hello_world", to, components=[], lang="en_US")["messages"]
    picture = tmp_path / "card.png"
    picture.write_bytes(b"not quite a picture")
    uploaded = old.upload_media(str(picture))
    assert uploaded is not None
    assert old.query_media_url(uploaded["id"])
    assert old.delete_media(uploaded["id"]) == {"success": True}
    assert old.mark_as_read(mid) == {"success": True}


def test_heyoo_reads_what_it_hears(line: Line, old: heyoo.WhatsApp) -> None:
    line.world.control("PATCH", "/messenger/whatsapp", json={"callback_url": "http://127.0.0.1:9/nobody"})
    heard = line.does("say", text="Hello")["deliveries"][0]
    envelope = line.world.control("GET", f"/messenger/deliveries/{heard}").json()["envelope"]
    assert old.is_message(envelope)
    assert (old.get_mobile(envelope), old.get_message(envelope)) == (line.phone(), "Hello")
    assert old.get_name(envelope).startswith("Maya")
    assert json.dumps(old.get_message_type(envelope)) == '"text"'
