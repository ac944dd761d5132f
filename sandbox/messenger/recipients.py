"""Whom a message is for, in each of the ways in which the platform lets a person be named."""

from collections.abc import Callable, Mapping
from typing import Any

from sandbox.messenger import magic, notifications, plugins
from sandbox.messenger.desk import Desk
from sandbox.messenger.errors import InvalidParameter, NoMatchingUser
from sandbox.messenger.pages import Page
from sandbox.messenger.people import Person
from sandbox.worlds.worlds import World

Finder = Callable[[Desk, World, Page, str], Person | None]


def recipient(desk: Desk, world: World, page: Page, named: Mapping[str, Any]) -> Person:
    """Raises InvalidParameter, NoMatchingUser, or what a magic id stands for."""
    ways = [name for name in (*FINDERS, *HERE_NOBODY) if name in named]
    if len(ways) != 1:
        raise InvalidParameter(
            "Param recipient must name one person in one way", got=ways, ways=[*FINDERS, *HERE_NOBODY]
        )
    way = ways[0]
    if way in HERE_NOBODY:
        raise NoMatchingUser("No matching user found", hint=HERE_NOBODY[way])
    person = FINDERS[way](desk, world, page, str(named[way]))
    if person is None or person.reach == "gone":
        raise NoMatchingUser("No matching user found", hint=NOBODY.get(way, USUALLY))
    return person


def by_psid(desk: Desk, world: World, page: Page, psid: str) -> Person | None:
    magic.conjure(psid)
    return desk.person(world, page, psid)


def by_phone(desk: Desk, world: World, page: Page, number: str) -> Person | None:
    digits = "".join(sign for sign in number if sign.isdecimal())
    everybody = (desk.person_called(world, page, name) for name in desk.worlds.usernames(world))
    return next((person for person in everybody if digits and person.phone == digits), None)


def by_notification_token(desk: Desk, world: World, page: Page, token: str) -> Person | None:
    thread = notifications.holder(desk, world, page, token)
    return desk.person(world, page, thread.psid) if thread else None


FINDERS: Mapping[str, Finder] = {
    "id": by_psid,
    "phone_number": by_phone,
    "notification_messages_token": by_notification_token,
    "user_ref": plugins.behind,
}
NOBODY: Mapping[str, str] = {
    "user_ref": "Nobody ticked a checkbox with it: POST /_sandbox/messenger/users/{user}/opt-in with a user_ref.",
    "phone_number": "It is no customer's: GET /_sandbox/messenger/users lists the phones, with country code.",
    "notification_messages_token": "GET /{page-id}/notification_message_tokens lists those that people gave.",
}
USUALLY = "PSIDs belong to one page: GET /_sandbox/messenger/users."
HERE_NOBODY: Mapping[str, str] = {
    "comment_id": "There are no comments here to reply to: name a person by id.",
    "post_id": "There are no posts here to reply to: name a person by id.",
    "one_time_notif_token": "One-time notifications ended: the template notification_messages asks for recurring ones.",
}
"""Ways of the platform to name a person by which nobody can be found in a sandbox."""
