"""Somebody of flesh and blood at the page's inbox, who answers in place of the bot and hands the thread back. The
page's app is told of both, and overhears what is said meanwhile."""

from sandbox.messenger.acting import Actor, Did
from sandbox.messenger.errors import CannotDo
from sandbox.messenger.handover import Move, moved, owner_of
from sandbox.messenger.hooks import own_event
from sandbox.messenger.pages import INBOX_APP
from sandbox.messenger.telling import echoed
from sandbox.messenger.threads import Message


def answer(actor: Actor, did: Did, text: str) -> Did:
    """Who answers takes the thread, if it is not the inbox's yet."""
    if owner_of(actor.page, actor.thread) != INBOX_APP:
        _move(actor, did, INBOX_APP, "take_thread_control")
    world, page, psid = actor.world, actor.page, actor.person.psid
    said = Message("", page.page_id, psid, world.now, "inbox", {"text": text}, app_id=INBOX_APP)
    did.message = actor.desk.add_message(world, said)
    if page.behaviour.echoes != "off":
        echo = own_event(page, psid, world, message=echoed(did.message))
        did.deliveries += [one.delivery_id for one in actor.desk.hooks.tell(world, page, "message_echoes", echo)]
    return did


def hand_back(actor: Actor, did: Did) -> Did:
    """To the page's app. Raises CannotDo."""
    if owner_of(actor.page, actor.thread) != INBOX_APP:
        raise CannotDo("the inbox does not have the thread", hint="The page passes it by pass_thread_control.")
    return _move(actor, did, actor.page.default_app, "pass_thread_control")


def _move(actor: Actor, did: Did, to: str, what: str) -> Did:
    heard = moved(actor.desk, actor.world, actor.page, actor.thread, Move(what, to))
    did.deliveries += [one.delivery_id for one in heard]
    return did
