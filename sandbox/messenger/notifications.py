"""Recurring notifications, the one way for marketing outside the window: a person agrees once, and gets no more than
they agreed to. Lifetimes and shapes are reconstructed."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sandbox.dialect.call import Call, Reply
from sandbox.kernel import ids
from sandbox.kernel.clock import iso
from sandbox.messenger.callers import page_of
from sandbox.messenger.desk import Desk
from sandbox.messenger.errors import LeaveLacking, NoMatchingUser
from sandbox.messenger.pages import Page
from sandbox.messenger.threads import OptIn, Thread
from sandbox.messenger.wish import Sending
from sandbox.worlds.worlds import World

PERIODS: Mapping[str, timedelta] = {"DAILY": timedelta(1), "WEEKLY": timedelta(7), "MONTHLY": timedelta(30)}
"""Between two notifications."""
LIFETIMES: Mapping[str, timedelta] = {"DAILY": timedelta(180), "WEEKLY": timedelta(270), "MONTHLY": timedelta(365)}
"""Of a person's leave."""


def agreed(world: World, thread: Thread, template: Mapping[str, Any]) -> OptIn:
    """A person's leave, by the template that asked for it. To put it on the thread: `with_opt_in`."""
    frequency = template.get("notification_messages_frequency", "DAILY")
    payload, title = template["payload"], template.get("title", "")
    token = ids.digits(18, "notification", world.world_id, thread.psid, payload, title, world.now_millis)
    return OptIn(token, payload, title, frequency, world.now, world.now + LIFETIMES[frequency])


def with_opt_in(thread: Thread, opt_in: OptIn) -> Thread:
    """In place of the one with the same token, or with the same title and payload, or behind the others."""
    others = [
        one
        for one in thread.opt_ins
        if one.token != opt_in.token and (one.title, one.payload) != (opt_in.title, opt_in.payload)
    ]
    return replace(thread, opt_ins=(*others, opt_in))


def holder(desk: Desk, world: World, page: Page, token: str) -> Thread | None:
    """The thread that has the token."""
    return next((one for one in desk.threads(world, page) if of_token(one, token)), None)


def of_token(thread: Thread, token: str) -> OptIn | None:
    return next((one for one in thread.opt_ins if one.token == token), None)


def leave_is_given(sending: Sending) -> None:
    """A rule of the Send API."""
    opt_in = of_token(sending.thread, sending.notification_token) if sending.notification_token else None
    if opt_in is None:
        return
    now = sending.world.now
    if opt_in.stopped:
        raise LeaveLacking("The person has stopped these notifications.", hint="Ask again within the window.")
    if now > opt_in.expires_at:
        raise LeaveLacking("The notification token has expired.", expired_at=iso(opt_in.expires_at), now=iso(now))
    if opt_in.sent_at is not None and now < opt_in.sent_at + PERIODS[opt_in.frequency]:
        raise LeaveLacking(
            "The person was notified already in this period.",
            frequency=opt_in.frequency,
            next_at=iso(opt_in.sent_at + PERIODS[opt_in.frequency]),
            hint="POST /{page-id}/notification_messages_dev_support permits one more at once.",
        )


def used(thread: Thread, token: str, world: World) -> Thread:
    """After a notification was sent."""
    opt_in = of_token(thread, token)
    return with_opt_in(thread, replace(opt_in, sent_at=world.now)) if opt_in else thread


# --- The edges -------------------------------------------------------------------------------------------------------


def list_tokens(desk: Desk, call: Call) -> Reply:
    world, page = call.world, page_of(call)
    found = [_shown(thread, one) for thread in desk.threads(world, page) for one in thread.opt_ins if not one.stopped]
    return Reply({"data": found[: call.query["limit"]]})


def allow_follow_up(desk: Desk, call: Call) -> Reply:
    """For developers: the next notification need not wait. Raises NoMatchingUser."""
    world, page = call.world, page_of(call)
    token = call.body["recipient"]["notification_messages_token"]
    with desk.chats.database.transaction():
        thread = holder(desk, world, page, token)
        if thread is None:
            raise NoMatchingUser(
                "No matching user found", hint="GET /{page-id}/notification_message_tokens lists them."
            )
        opt_in = of_token(thread, token)
        assert opt_in is not None
        desk.set_thread(world, with_opt_in(thread, replace(opt_in, sent_at=None)))
    return Reply({"success": True})


def _shown(thread: Thread, one: OptIn) -> dict[str, Any]:
    next_at = one.sent_at + PERIODS[one.frequency] if one.sent_at else one.given_at
    return {
        "recipient_id": thread.psid,
        "notification_messages_token": one.token,
        "notification_messages_frequency": one.frequency,
        "topic_title": one.title,
        "creation_timestamp": int(one.given_at.timestamp()),
        "token_expiry_timestamp": int(one.expires_at.timestamp()),
        "next_eligible_time": int(next_at.timestamp()),
        "user_token_status": "NOT_REFRESHED",
    }
