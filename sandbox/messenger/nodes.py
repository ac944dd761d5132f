"""What an id in a path names: the page, its app, a person, a message, a conversation, a persona."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.dialect.call import Call, Reply
from sandbox.messenger import linking, personas, pictures
from sandbox.messenger.conversations import CONVERSATION_FIELDS, USUALLY, conversation, message_node
from sandbox.messenger.desk import Desk
from sandbox.messenger.errors import NodeUnknown, ProfileUnavailable
from sandbox.messenger.fields import Makers, Selection, selection, shown
from sandbox.messenger.front import caller_of
from sandbox.messenger.pages import App, Page
from sandbox.messenger.people import Person

Found = dict[str, Any] | None
Finder = Callable[[Desk, Call, str, Selection], Found]

PAGE_FIELDS: Makers[Page] = {
    "id": lambda page, _: page.page_id,
    "name": lambda page, _: page.name,
}
APP_FIELDS: Makers[App] = {
    "id": lambda app, _: app.app_id,
    "name": lambda app, _: app.name,
}


@dataclass(frozen=True, slots=True)
class Profile:
    person: Person
    picture: str


PERSON_FIELDS: Makers[Profile] = {
    "id": lambda one, _: one.person.psid,
    "name": lambda one, _: f"{one.person.first_name} {one.person.last_name}".strip(),
    "first_name": lambda one, _: one.person.first_name,
    "last_name": lambda one, _: one.person.last_name,
    "profile_pic": lambda one, _: one.picture,
    "locale": lambda one, _: one.person.locale,
    "timezone": lambda one, _: one.person.timezone,
    "gender": lambda one, _: one.person.gender or None,
}
PERSONA_FIELDS: Makers[personas.Persona] = {
    "id": lambda persona, _: persona.persona_id,
    "name": lambda persona, _: persona.name,
    "profile_picture_url": lambda persona, _: persona.picture,
}


def read_node(desk: Desk, call: Call) -> Reply:
    """Raises NodeUnknown."""
    return Reply(_found(desk, call, call.query))


def read_linked(desk: Desk, call: Call) -> Reply:
    """The same by POST. Raises NodeUnknown."""
    return Reply(_found(desk, call, call.body))


def _found(desk: Desk, call: Call, asked: Mapping[str, Any]) -> dict[str, Any]:
    node, caller, wanted = call.path["node"], caller_of(call), selection(asked.get("fields", ""))
    if "account_linking_token" in asked and node in ("me", caller.page.page_id):
        psid = linking.recipient(desk, caller.world, caller.page, asked["account_linking_token"])
        return {"id": caller.page.page_id, "recipient": psid}
    for find in FINDERS:
        found = find(desk, call, node, wanted)
        if found is not None:
            return found
    raise unknown("get", node)


def delete_node(desk: Desk, call: Call) -> Reply:
    """Raises NodeUnknown."""
    node, caller = call.path["node"], caller_of(call)
    if not personas.delete_persona(desk, caller.world, caller.page, node):
        raise unknown("delete", node)
    return Reply({"success": True})


def unknown(method: str, node: str) -> NodeUnknown:
    return NodeUnknown(
        f"Unsupported {method} request. Object with ID '{node}' does not exist, cannot be loaded due to missing "
        "permissions, or does not support this operation."
    )


def _page(_desk: Desk, call: Call, node: str, wanted: Selection) -> Found:
    caller = caller_of(call)
    if node != caller.page.page_id and (node != "me" or caller.is_app):
        return None
    return shown("Page", PAGE_FIELDS, caller.page, wanted or selection("name"))


def _app(_desk: Desk, call: Call, node: str, wanted: Selection) -> Found:
    page = caller_of(call).page
    seen = page.seen_by(page.app.app_id if node == "me" else node)
    return shown("Application", APP_FIELDS, seen.app, wanted or selection("name")) if seen else None


def _person(desk: Desk, call: Call, node: str, wanted: Selection) -> Found:
    caller = caller_of(call)
    person = desk.person(caller.world, caller.page, node)
    if person is None:
        return None
    if caller.page.behaviour.hide_profiles or person.reach == "gone":
        raise ProfileUnavailable("No profile available for this user.", psid=node)
    profile = Profile(person, pictures.url(person, caller.world, call.base_url))
    return shown("User", PERSON_FIELDS, profile, wanted or selection("first_name,last_name,profile_pic"))


def _message(desk: Desk, call: Call, node: str, wanted: Selection) -> Found:
    return message_node(desk, call.world, caller_of(call).page, node, wanted)


def _conversation(desk: Desk, call: Call, node: str, wanted: Selection) -> Found:
    found = conversation(desk, call.world, caller_of(call).page, node)
    return shown("Conversation", CONVERSATION_FIELDS, found, wanted or selection("", USUALLY)) if found else None


def _persona(desk: Desk, call: Call, node: str, wanted: Selection) -> Found:
    found = personas.find(desk, call.world, caller_of(call).page, node)
    return shown("Persona", PERSONA_FIELDS, found, wanted or selection("", tuple(PERSONA_FIELDS))) if found else None


FINDERS: tuple[Finder, ...] = (_page, _app, _person, _message, _conversation, _persona)
