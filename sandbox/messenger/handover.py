"""Conversation routing: which app has a thread. A page has a default app, which gets every thread that nobody else was
given; other apps, and the platform's inbox, where people answer, get theirs from whoever has them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from sandbox.dialect.call import Call, Reply
from sandbox.kernel.clock import to_millis
from sandbox.messenger.callers import page_of
from sandbox.messenger.desk import Desk
from sandbox.messenger.errors import InvalidParameter, NotThreadOwner, PermissionLacking
from sandbox.messenger.hooks import Delivery, event
from sandbox.messenger.pages import INBOX_APP, Page
from sandbox.messenger.recipients import recipient
from sandbox.messenger.threads import Thread
from sandbox.worlds.worlds import World

HANDOVERS = "messaging_handovers"
SUCCESS = {"success": True}
ASK = "take_thread_control takes it, where this is the default app; request_thread_control asks for it."


class Move(NamedTuple):
    """Of a thread, to an app."""

    how: str
    """pass_thread_control or take_thread_control."""
    to: str
    metadata: str = ""


def owner_of(page: Page, thread: Thread) -> str:
    """The id of the app that has the thread."""
    return thread.owner or page.default_app


def receivers(page: Page) -> dict[str, str]:
    """Apps beside the one that looks, with their names."""
    own = {one.app.app_id: one.app.name for one in page.others}
    elsewhere = {app_id: f"App {app_id}" for app_id in page.behaviour.receivers}
    return {INBOX_APP: "Page Inbox", **own, **elsewhere}


# --- What apps do ----------------------------------------------------------------------------------------------------


def pass_control(desk: Desk, call: Call) -> Reply:
    page, thread = _asked(desk, call)
    target = call.body["target_app_id"]
    _is_ours(page, thread)
    if target != page.app.app_id and target not in receivers(page):
        raise InvalidParameter(
            "Param target_app_id must be an app that receives this page's messages",
            hint=f"{INBOX_APP} is the inbox; other apps come to a page by control, or are set as its `receivers`.",
            got=target,
        )
    moved(desk, call.world, page, thread, Move("pass_thread_control", target, _metadata(call)))
    return Reply(SUCCESS)


def take_control(desk: Desk, call: Call) -> Reply:
    """The default app may take a thread whenever it wants."""
    page, thread = _asked(desk, call)
    if page.app.app_id != page.default_app:
        raise PermissionLacking(
            "Only the default app of the page can take a thread.", hint="POST request_thread_control asks for it."
        )
    moved(desk, call.world, page, thread, Move("take_thread_control", page.default_app, _metadata(call)))
    return Reply(SUCCESS)


def request_control(desk: Desk, call: Call) -> Reply:
    """Whoever has the thread is asked for it, and may give it."""
    page, thread = _asked(desk, call)
    world, own, owner = call.world, page.app.app_id, owner_of(page, thread)
    if owner != own:
        desk.set_thread(world, replace(thread, wanted_by=own))
        told = {"requested_owner_app_id": own, "metadata": _metadata(call)}
        news = event(page, thread.psid, world, request_thread_control=told)
        desk.hooks.tell(world, page, HANDOVERS, news, only=owner)
    return Reply(SUCCESS)


def release_control(desk: Desk, call: Call) -> Reply:
    """To the default app."""
    page, thread = _asked(desk, call)
    _is_ours(page, thread)
    moved(desk, call.world, page, thread, Move("pass_thread_control", page.default_app, _metadata(call)))
    return Reply(SUCCESS)


def moved(desk: Desk, world: World, page: Page, thread: Thread, move: Move) -> list[Delivery]:
    """The thread is another app's. Of one that was passed the new owner hears, of one that was taken the old one."""
    before, to = owner_of(page, thread), move.to
    desk.set_thread(world, replace(thread, owner="" if to == page.default_app else to, wanted_by=""))
    if before == to:
        return []
    told = {"previous_owner_app_id": before, "new_owner_app_id": to, "metadata": move.metadata}
    hearer = before if move.how == "take_thread_control" else to
    return desk.hooks.tell(world, page, HANDOVERS, event(page, thread.psid, world, **{move.how: told}), only=hearer)


def roles_changed(desk: Desk, world: World, page: Page) -> list[Delivery]:
    """Each app hears what it is at the page by now."""
    told = list[Delivery]()
    for view in page.views():
        role = "primary_receiver" if view.app.app_id == page.default_app else "secondary_receiver"
        roles: Mapping[str, Any] = {view.app.app_id: [role]}
        news = {"recipient": {"id": page.page_id}, "timestamp": to_millis(world.now), "app_roles": roles}
        told += desk.hooks.tell(world, page, HANDOVERS, news, only=view.app.app_id)
    return told


# --- What apps ask ---------------------------------------------------------------------------------------------------


def thread_owner(desk: Desk, call: Call) -> Reply:
    page = page_of(call)
    person = recipient(desk, call.world, page, {"id": call.query["recipient"]})
    thread = desk.thread(call.world, page, person.psid)
    return Reply({"data": [{"thread_owner": {"app_id": owner_of(page, thread)}}]})


def secondary_receivers(_desk: Desk, call: Call) -> Reply:
    return Reply({"data": [{"id": app_id, "name": name} for app_id, name in receivers(page_of(call)).items()]})


# --- Pieces ----------------------------------------------------------------------------------------------------------


def _asked(desk: Desk, call: Call) -> tuple[Page, Thread]:
    page = page_of(call)
    person = recipient(desk, call.world, page, call.body["recipient"])
    return page, desk.thread(call.world, page, person.psid)


def _metadata(call: Call) -> str:
    return str(call.body.get("metadata", ""))


def _is_ours(page: Page, thread: Thread) -> None:
    """Raises NotThreadOwner."""
    if owner_of(page, thread) != page.app.app_id:
        raise NotThreadOwner(
            "Another app is controlling this thread now.",
            owner=owner_of(page, thread),
            hint=ASK,
        )
