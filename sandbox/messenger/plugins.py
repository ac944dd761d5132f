"""Plugins on an app's website, by which somebody agrees to be written to: a checkbox, known by a `user_ref` of the
site's own until the person writes, and the button Send to Messenger."""

from typing import Any

from sandbox.kernel.clock import to_millis
from sandbox.messenger.acting import Actor, Did
from sandbox.messenger.desk import Desk
from sandbox.messenger.errors import CannotDo
from sandbox.messenger.pages import Page
from sandbox.messenger.people import Person
from sandbox.worlds.worlds import World

USER_REF = "user_ref"
"""The kind of document that remembers whose a checkbox was."""
FIELD = "messaging_optins"


def tick(actor: Actor, user_ref: str, ref: str = "") -> Did:
    """The checkbox. The app hears no PSID, and may write to the `user_ref`. Raises CannotDo."""
    desk, world, page = actor.desk, actor.world, actor.page
    if desk.one(world, USER_REF, _key(page, user_ref), str) is not None:
        raise CannotDo("a user_ref is for one checkbox, shown once", user_ref=user_ref)
    desk.keep(world, USER_REF, _key(page, user_ref), actor.person.psid, owner=page.page_id)
    desk.hear(world, page, actor.person.psid)
    optin = {"user_ref": user_ref, **({"ref": ref} if ref else {})}
    told = {"sender": {"user_ref": user_ref}, "recipient": {"id": page.page_id}, "timestamp": to_millis(world.now)}
    return actor.tell_as(Did(), FIELD, {**told, "optin": optin})


def press(actor: Actor, ref: str) -> Did:
    """The button Send to Messenger."""
    actor.desk.hear(actor.world, actor.page, actor.person.psid)
    return actor.tell(Did(), FIELD, optin={"ref": ref})


def behind(desk: Desk, world: World, page: Page, user_ref: str) -> Person | None:
    """Who ticked the checkbox."""
    psid: Any = desk.one(world, USER_REF, _key(page, user_ref), str)
    return desk.person(world, page, psid) if psid is not None else None


def _key(page: Page, user_ref: str) -> str:
    return f"{page.page_id}:{user_ref}"
