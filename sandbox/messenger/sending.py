"""The Send API: a message or an action of a page to a person. What has to hold is a list; the first that does not, is
told."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sandbox.dialect.call import Call, Reply
from sandbox.messenger import attachments, contents, utility, windows
from sandbox.messenger.actions import ACTIONS, action_is_known
from sandbox.messenger.callers import page_of
from sandbox.messenger.desk import Desk
from sandbox.messenger.errors import NotTester, NotThreadOwner, PageRestricted, PersonUnavailable
from sandbox.messenger.handover import ASK, owner_of
from sandbox.messenger.notifications import leave_is_given, used
from sandbox.messenger.quotas import media_are_not_too_many
from sandbox.messenger.recipients import recipient
from sandbox.messenger.telling import tell
from sandbox.messenger.threads import Message
from sandbox.messenger.wish import Rule, Sending

UNNAMED = ("phone_number", "user_ref")
"""Recipients whose PSID is not told."""


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
    owner = owner_of(sending.page, sending.thread)
    if owner != sending.page.app.app_id:
        raise NotThreadOwner(
            "Message failed to send because another app is controlling this thread now.",
            owner=owner,
            hint=ASK,
        )


RULES: Sequence[Rule] = (
    *windows.FORM,
    *contents.RULES,
    action_is_known,
    page_may_send,
    person_can_be_reached,
    thread_is_ours,
    media_are_not_too_many,
    leave_is_given,
    windows.window_is_open,
)
"""In the order in which they are held against a call: first its form, then whether it may be sent now."""


def send_message(desk: Desk, call: Call) -> Reply:
    world, page, wish = call.world, page_of(call), call.body
    person = recipient(desk, world, page, wish["recipient"])  # within a transaction no customer is remembered
    with desk.chats.database.transaction():
        sending = Sending(desk, world, page, person, desk.thread(world, page, person.psid), wish)
        for rule in RULES:
            rule(sending)
        named = {} if any(way in wish["recipient"] for way in UNNAMED) else {"recipient_id": person.psid}
        if sending.action:
            ACTIONS[sending.action](sending)
            return Reply(named)
        content, reusable = _content(sending, call)
        sent = desk.add_message(world, said(sending, content, call.asked.trace_id))
        _settle(sending)
        delay = tell(sending, sent)
    kept = {"attachment_id": reusable} if reusable else {}
    return Reply({**named, "message_id": sent.mid, **kept}, delay=delay)


def _content(sending: Sending, call: Call) -> tuple[dict[str, Any], str]:
    """(what is put on the thread, the id of an attachment that is to be used again)."""
    if "template" in sending.message:
        return utility.rendered(sending), ""
    content, reusable = attachments.shown(sending, call)
    reply_to = {"reply_to": sending.wish["reply_to"]} if "reply_to" in sending.wish else {}
    return {**content, **reply_to}, reusable


def said(sending: Sending, content: dict[str, Any], trace: str) -> Message:
    wish, page = sending.wish, sending.page
    return Message(
        mid="",
        page_id=page.page_id,
        psid=sending.person.psid,
        at=sending.world.now,
        sender="page",
        content=content,
        app_id=page.app.app_id,
        persona_id=str(wish.get("persona_id", "")),
        messaging_type=sending.messaging_type,
        tag=sending.tag,
        trace={"id": trace},
    )


def _settle(sending: Sending) -> None:
    """What a message leaves behind: the dots are gone, a leave is used, an order number is taken."""
    desk, world, thread = sending.desk, sending.world, sending.thread
    settled = replace(thread, typing_until=None)
    if sending.notification_token:
        settled = used(settled, sending.notification_token, world)
    if settled != thread:
        desk.set_thread(world, settled)
    if sending.template.get("template_type") == "receipt":
        desk.keep(world, contents.ORDER, contents.order_key(sending), sending.page.page_id)
