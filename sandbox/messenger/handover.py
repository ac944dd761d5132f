"""Conversation routing: which app has a thread. The page's own is its default app; the platform's inbox, where people
answer, is another."""

from dataclasses import replace

from sandbox.dialect.call import Call, Reply
from sandbox.messenger.callers import page_of
from sandbox.messenger.desk import Desk
from sandbox.messenger.errors import InvalidParameter, NotThreadOwner
from sandbox.messenger.pages import INBOX_APP, Page
from sandbox.messenger.recipients import recipient
from sandbox.messenger.threads import Thread


def owner_of(page: Page, thread: Thread) -> str:
    """The id of the app that has the thread."""
    return thread.owner or page.app.app_id


def receivers(page: Page) -> dict[str, str]:
    """Apps beside the page's own, with their names."""
    others = {app_id: f"App {app_id}" for app_id in page.behaviour.receivers}
    return {INBOX_APP: "Page Inbox", **others}


def pass_control(desk: Desk, call: Call) -> Reply:
    page, thread = _asked(desk, call)
    target = call.body["target_app_id"]
    if owner_of(page, thread) != page.app.app_id:
        raise _not_ours(thread)
    if target != page.app.app_id and target not in receivers(page):
        raise InvalidParameter(
            "Param target_app_id must be an app that receives this page's messages",
            hint=f"{INBOX_APP} is the inbox; others are set as the page's behaviour `receivers`.",
            got=target,
        )
    desk.set_thread(call.world, replace(thread, owner=_kept(page, target), wanted_by=""))
    return Reply({"success": True})


def take_control(desk: Desk, call: Call) -> Reply:
    """The page's own app is its default: it may take a thread whenever it wants."""
    _, thread = _asked(desk, call)
    desk.set_thread(call.world, replace(thread, owner="", wanted_by=""))
    return Reply({"success": True})


def request_control(desk: Desk, call: Call) -> Reply:
    """Whoever has the thread is asked for it, and may give it."""
    page, thread = _asked(desk, call)
    if owner_of(page, thread) != page.app.app_id:
        desk.set_thread(call.world, replace(thread, wanted_by=page.app.app_id))
    return Reply({"success": True})


def release_control(desk: Desk, call: Call) -> Reply:
    page, thread = _asked(desk, call)
    if owner_of(page, thread) != page.app.app_id:
        raise _not_ours(thread)
    return Reply({"success": True})


def thread_owner(desk: Desk, call: Call) -> Reply:
    page = page_of(call)
    person = recipient(desk, call.world, page, {"id": call.query["recipient"]})
    thread = desk.thread(call.world, page, person.psid)
    return Reply({"data": [{"thread_owner": {"app_id": owner_of(page, thread)}}]})


def secondary_receivers(_desk: Desk, call: Call) -> Reply:
    return Reply({"data": [{"id": app_id, "name": name} for app_id, name in receivers(page_of(call)).items()]})


def _asked(desk: Desk, call: Call) -> tuple[Page, Thread]:
    page = page_of(call)
    person = recipient(desk, call.world, page, call.body["recipient"])
    return page, desk.thread(call.world, page, person.psid)


def _kept(page: Page, app_id: str) -> str:
    """How a thread remembers its owner: the page's own app by nothing."""
    return "" if app_id == page.app.app_id else app_id


def _not_ours(thread: Thread) -> NotThreadOwner:
    return NotThreadOwner(
        "Another app is controlling this thread now.", owner=thread.owner, hint="POST take_thread_control takes it."
    )
