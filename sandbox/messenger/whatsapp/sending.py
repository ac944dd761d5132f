"""A number sends: what has to hold is a list, and the first that does not, is told."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sandbox.dialect.call import Call, Reply
from sandbox.kernel.clock import iso
from sandbox.messenger.front import caller_of
from sandbox.messenger.pages import Page
from sandbox.messenger.people import Person
from sandbox.messenger.threads import Message, Thread
from sandbox.messenger.whatsapp import contents, magic, telling
from sandbox.messenger.whatsapp.business import Number
from sandbox.messenger.whatsapp.contents import Content
from sandbox.messenger.whatsapp.errors import (
    AccessDenied,
    AccountLocked,
    MarketingStopped,
    NotAllowedYet,
    NotRegistered,
    ParameterInvalid,
    ParameterMissing,
    Throughput,
    ToItself,
    Undeliverable,
    WhatsAppError,
    WindowClosed,
)
from sandbox.messenger.whatsapp.office import Office
from sandbox.messenger.whatsapp.telling import Teller
from sandbox.worlds.worlds import World

PHONE = re.compile(r"[0-9]{7,15}")
TYPING = timedelta(seconds=25)
"""So long the dots are shown, unless a message comes."""


@dataclass(frozen=True, slots=True)
class Sending:
    office: Office
    world: World
    number: Number
    page: Page
    phone: str
    person: Person | None
    thread: Thread
    content: Content
    wish: dict[str, Any]

    @property
    def in_window(self) -> bool:
        closes = self.thread.closes_at()
        return closes is not None and self.world.now <= closes

    @property
    def category(self) -> str:
        """What it is priced as."""
        template = self.content.template
        return template.category.lower() if template else "service"


def send(office: Office, call: Call) -> Reply:
    caller = caller_of(call)
    if caller.is_app:
        raise AccessDenied("An app access token cannot send: use the page's.")
    world = caller.world
    number, page = office.number(world, call.path["node"]), None
    ready_to_send(office, world, number)
    page = office.page(world, number)
    if "status" in call.body:
        return _mark_read(office, world, page, call.body)
    sending = _sending(office, world, number, page, call.body)
    try:
        for rule in RULES:
            rule(sending)
    except WhatsAppError as error:
        if not (error.late and number.conduct.late_errors == "status"):
            raise
        call.explained = error
        return _fails(sending, error, call.asked.trace_id)
    return _arrives(sending, call.asked.trace_id)


def ready_to_send(office: Office, world: World, number: Number) -> None:
    """Raises AccountLocked, NotRegistered or Throughput."""
    if number.conduct.locked:
        raise AccountLocked("The account of this number is locked.")
    if not number.registered:
        raise NotRegistered(f"{number.shown} is not registered.", hint="POST /{phone-number-id}/register with a pin")
    most = number.conduct.throughput
    if most and office.sent_lately(world, number) >= most:
        raise Throughput(f"Cloud API message throughput has been reached: {most} messages per second.")


def _sending(office: Office, world: World, number: Number, page: Page, wish: dict[str, Any]) -> Sending:
    if wish.get("recipient_type", "individual") != "individual":
        raise ParameterInvalid("recipient_type has to be individual: groups are not played by Sandbank.")
    phone = _phone(office, world, page, wish)
    person = office.person_at(world, page, phone)
    thread = office.desk.thread(world, page, person.psid) if person else Thread(page.page_id, phone)
    content = contents.content(office, world, wish)
    return Sending(office, world, number, page, phone, person, thread, content, wish)


def _phone(office: Office, world: World, page: Page, wish: Mapping[str, Any]) -> str:
    """Of `to`, or of the id that the business knows the person by. Raises ParameterMissing or ParameterInvalid."""
    if "to" in wish:
        digits = re.sub(r"[+\s().-]", "", wish["to"])
        if not PHONE.fullmatch(digits):
            raise ParameterInvalid("Parameter value is not valid: to has to be a phone number with country code.")
        return digits
    if "recipient" not in wish:
        raise ParameterMissing("The parameter to is required.")
    for phone in (*office.phones(world), *(person.phone for person in office.desk.people(world, page))):
        if telling.contact(world, phone).user_id == wish["recipient"]:
            return phone
    raise Undeliverable("Nobody is known to this account by the id in recipient.")


# --- Rules ---------------------------------------------------------------------------------------------------------

Rule = Callable[[Sending], None]


def not_to_itself(sending: Sending) -> None:
    if sending.phone == sending.number.phone:
        raise ToItself("Recipient cannot be sender")


def no_magic(sending: Sending) -> None:
    failure = magic.failure(sending.phone) if sending.person is None else None
    if failure is not None:
        raise failure(f"The number ends with {failure.code}, so that every message to it fails with that error.")


def recipient_is_on_the_list(sending: Sending) -> None:
    allowed = sending.number.conduct.allowed
    if allowed and sending.phone not in allowed:
        raise NotAllowedYet("Recipient phone number not in allowed list: add it to the list of the test number.")


def person_has_whatsapp(sending: Sending) -> None:
    if sending.person is None or sending.person.reach == "gone":
        raise Undeliverable(
            "Message Undeliverable.", hint="Customers have their phone number with a 1 before it; GET /messenger/users."
        )


def window_is_open(sending: Sending) -> None:
    if sending.content.kind == "template" or sending.in_window:
        return
    closes = sending.thread.closes_at()
    raise WindowClosed(
        "Message failed to send because more than 24 hours have passed since the customer last replied to this number.",
        now=iso(sending.world.now),
        closed_at=iso(closes) if closes else None,
        hint="Send a template, or wait for the person to write.",
    )


def marketing_is_wanted(sending: Sending) -> None:
    if sending.category != "marketing" or sending.person is None:
        return
    wants = sending.office.wants_marketing(sending.world, sending.person)
    if wants is False or (wants is None and sending.number.conduct.marketing == "opt-in"):
        raise MarketingStopped(
            "The person has stopped marketing messages of this business."
            if wants is False
            else "The person has not agreed to marketing messages of this business.",
            hint="POST /_sandbox/messenger/users/{user}/opt-in?channel=whatsapp; or set marketing to open.",
        )


RULES: Sequence[Rule] = (
    not_to_itself,
    no_magic,
    recipient_is_on_the_list,
    person_has_whatsapp,
    window_is_open,
    marketing_is_wanted,
)
"""In the order in which they are held against a message."""


# --- What comes of it ----------------------------------------------------------------------------------------------


def _arrives(sending: Sending, trace: str) -> Reply:
    office, world, number, person = sending.office, sending.world, sending.number, sending.person
    assert person is not None  # a rule saw to it
    reached = person.reach not in ("blocked", "unavailable")
    priced = telling.priced(sending.thread, sending.category, sending.in_window)
    message = _kept(sending, person.psid, id=trace, status="delivered" if reached else "sent", priced=priced)
    thread = office.desk.thread(world, sending.page, person.psid)
    if thread.typing_until is not None:
        office.desk.set_thread(world, replace(thread, typing_until=None))
    teller = Teller(office, world, number, telling.contact(world, sending.phone, person))
    for status in ("sent", "delivered") if reached else ("sent",):  # who blocks a business does not tell it
        teller.became(message, status, **priced)
    return _told(sending, message)


def _fails(sending: Sending, error: WhatsAppError, trace: str) -> Reply:
    """Taken, and lost: it is on no thread that a person sees."""
    message = _kept(sending, f"lost:{sending.phone}", id=trace, status="failed")
    who = telling.contact(sending.world, sending.phone, sending.person)
    Teller(sending.office, sending.world, sending.number, who).failed(message, error)
    return _told(sending, message)


def _kept(sending: Sending, psid: str, **trace: Any) -> Message:
    """`trace` is what the sandbox knows beside it."""
    trace["callback_data"] = sending.wish.get("biz_opaque_callback_data", "")
    quoted = {"context": sending.wish["context"]} if "context" in sending.wish else {}
    message = Message(
        mid="",
        page_id=sending.page.page_id,
        psid=psid,
        at=sending.world.now,
        sender="page",
        content={**contents.shown(sending.content), **quoted},
        app_id=sending.page.app.app_id,
        messaging_type=sending.category.upper(),
        trace=trace,
    )
    return sending.office.add_message(sending.world, message)


def _told(sending: Sending, message: Message) -> Reply:
    who = telling.contact(sending.world, sending.phone)
    accepted = {"message_status": "accepted"} if sending.content.kind == "template" else {}
    asked = str(sending.wish.get("to", sending.wish.get("recipient")))
    return Reply(
        {
            "messaging_product": "whatsapp",
            "contacts": [{"input": asked, "wa_id": who.wa_id, "user_id": who.user_id}],
            "messages": [{"id": message.mid, **accepted}],
        }
    )


def _mark_read(office: Office, world: World, page: Page, wish: Mapping[str, Any]) -> Reply:
    """Two blue ticks for the person, and the dots where they are asked for."""
    if wish["status"] != "read" or "message_id" not in wish:
        raise ParameterInvalid("To mark a message as read takes status: read and its message_id.")
    message = office.desk.message(world, wish["message_id"])
    if message is None or message.page_id != page.page_id or message.sender != "person":
        raise ParameterInvalid("message_id is no message that came to this number.")
    thread = replace(office.desk.thread(world, page, message.psid), seen_at=world.now)
    if "typing_indicator" in wish:
        thread = replace(thread, typing_until=world.now + TYPING)
    office.desk.set_thread(world, thread)
    return Reply({"success": True})
