"""The Send API: a message or an action of a page to a person. What has to hold is a list; the first that does not, is
told."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sandbox.dialect.call import Call, Reply
from sandbox.kernel.clock import iso
from sandbox.messenger.desk import Desk
from sandbox.messenger.errors import (
    InvalidParameter,
    NoMatchingUser,
    NotTester,
    NotThreadOwner,
    OutsideWindow,
    PageRestricted,
    PermissionLacking,
    PersonUnavailable,
)
from sandbox.messenger.front import caller_of
from sandbox.messenger.pages import Page
from sandbox.messenger.people import Person
from sandbox.messenger.threads import AGENT_WINDOW, Message, Thread
from sandbox.worlds.worlds import World

TYPING = timedelta(seconds=20)
"""So long the dots are shown, unless a message comes."""


@dataclass(frozen=True, slots=True)
class Sending:
    """What a page wants to send, and what it has to do with."""

    world: World
    page: Page
    person: Person
    thread: Thread
    wish: dict[str, Any]
    """The call's parameters."""
    seen: dict[str, Any] = field(default_factory=dict)
    """What rules found out for those behind them."""

    @property
    def message(self) -> dict[str, Any]:
        found: dict[str, Any] = self.wish.get("message", {})
        return found

    @property
    def tag(self) -> str:
        return str(self.wish.get("tag", "")).upper()

    @property
    def messaging_type(self) -> str:
        return str(self.wish.get("messaging_type", "")).upper()


Rule = Callable[[Sending], None]


def page_may_send(sending: Sending) -> None:
    if sending.page.behaviour.restricted:
        raise PageRestricted("The Page is temporarily restricted from sending messages.")


def person_can_be_reached(sending: Sending) -> None:
    person, behaviour = sending.person, sending.page.behaviour
    if not behaviour.live and not person.tester:
        raise NotTester(
            "Requires pages_messaging permission to manage the object", hint="Give the person a role, or set live."
        )
    if person.reach in ("blocked", "unavailable"):
        raise PersonUnavailable("This person isn't available right now.", reach=person.reach)


def thread_is_ours(sending: Sending) -> None:
    owner = sending.thread.owner
    if owner and owner != sending.page.app.app_id:
        raise NotThreadOwner("Message failed to send because another app is controlling this thread now.", owner=owner)


def something_is_sent(sending: Sending) -> None:
    wish = sending.wish
    if ("message" in wish) == ("sender_action" in wish):
        raise InvalidParameter(
            "The parameter message is required", hint="Send message or sender_action, one of the two."
        )


def window_is_open(sending: Sending) -> None:
    """Of what is bound to the standard window. Templates, tags and opt-ins have rules of their own."""
    if sending.messaging_type in ("UTILITY", "MESSAGE_TAG") or "sender_action" in sending.wish:
        return
    if "notification_messages_token" in sending.wish["recipient"]:
        return
    closes, now = sending.thread.closes_at(), sending.world.now
    if closes is None or now > closes:
        raise OutsideWindow(
            "This message is sent outside of allowed window.",
            now=iso(now),
            closed_at=iso(closes) if closes else None,
            hint="Wait for the person to write, or send a UTILITY template.",
        )


def human_agent_is_in_time(sending: Sending) -> None:
    if sending.tag != "HUMAN_AGENT":
        return
    heard, now = sending.thread.heard_at, sending.world.now
    if heard is None or now > heard + AGENT_WINDOW:
        raise OutsideWindow("This message is sent outside of allowed window.", now=iso(now))


RULES: Sequence[Rule] = (
    page_may_send,
    person_can_be_reached,
    something_is_sent,
    thread_is_ours,
    window_is_open,
    human_agent_is_in_time,
)
"""In the order in which they are held against a call."""


def send_message(desk: Desk, call: Call) -> Reply:
    caller = caller_of(call)
    if caller.is_app:
        raise PermissionLacking("An app access token cannot send: use the page's.")
    world, page, wish = caller.world, page_of(call), call.body
    person = recipient(desk, world, page, wish["recipient"])
    sending = Sending(world, page, person, desk.thread(world, page, person.psid), wish)
    for rule in RULES:
        rule(sending)
    if "sender_action" in wish:
        return Reply({"recipient_id": person.psid})
    sent = desk.add_message(world, said(sending, call.asked.trace_id))
    return Reply({"recipient_id": person.psid, "message_id": sent.mid})


def page_of(call: Call) -> Page:
    """The page that the path names, which has to be the token's. Raises PermissionLacking."""
    caller, node = caller_of(call), call.path["node"]
    if node not in ("me", caller.page.page_id):
        raise PermissionLacking("The page in the path is not the token's.", path=node, token=caller.page.page_id)
    return caller.page


def recipient(desk: Desk, world: World, page: Page, named: dict[str, Any]) -> Person:
    """Raises NoMatchingUser."""
    person = desk.person(world, page, str(named.get("id", "")))
    if person is None or person.reach == "gone":
        raise NoMatchingUser("No matching user found", hint="PSIDs belong to one page: GET /_sandbox/messenger/users.")
    return person


def said(sending: Sending, trace: str) -> Message:
    wish, page = sending.wish, sending.page
    return Message(
        mid="",
        page_id=page.page_id,
        psid=sending.person.psid,
        at=sending.world.now,
        sender="page",
        content=sending.message,
        app_id=page.app.app_id,
        persona_id=str(wish.get("persona_id", "")),
        messaging_type=sending.messaging_type,
        tag=sending.tag,
        trace={"id": trace},
    )
