"""What a page and people said to each other, as the page reads it: conversations, who is in them, their messages."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from sandbox.dialect.call import Call, Reply
from sandbox.messenger.callers import page_of
from sandbox.messenger.desk import Desk
from sandbox.messenger.errors import InvalidParameter, NodeUnknown
from sandbox.messenger.fields import Makers, Selection, Wanted, selection, shown
from sandbox.messenger.front import caller_of
from sandbox.messenger.pages import Page
from sandbox.messenger.paging import USUAL, cut, paged
from sandbox.messenger.people import Person
from sandbox.messenger.threads import Message, Thread
from sandbox.worlds.worlds import World

HEAD = "t_"
"""Before the person's id: a person has one conversation with a page."""
SAID = ("text", "attachment", "attachments", "postback")
"""What makes a message of something that was done on a thread."""


def was_said(message: Message) -> bool:
    return any(name in message.content for name in SAID)


@dataclass(frozen=True, slots=True)
class Conversation:
    desk: Desk
    world: World
    page: Page
    person: Person
    thread: Thread

    def messages(self, before: int = 2**62) -> Iterator[Message]:
        """The newest first, in front of a place."""
        return filter(was_said, self.desk.newest_first(self.world, self.person.psid, before))

    def updated(self) -> datetime | None:
        """When something was last said."""
        last = next(self.messages(), None)
        return last.at if last is not None else self.thread.heard_at

    def part(self, limit: int, after: str = "", before: str = "") -> list[Message]:
        """The newest first: so many behind the message `after`, or in front of `before`. Raises InvalidParameter."""
        if before:
            place = self.desk.place_of(self.world, self._cursor(before))
            newer = self.desk.oldest_first(self.world, self.person.psid, place)
            return list(islice(filter(was_said, newer), limit))[::-1]
        place = self.desk.place_of(self.world, self._cursor(after)) if after else 2**62
        return list(islice(self.messages(place), limit))

    def _cursor(self, mid: str) -> Message:
        """Raises InvalidParameter."""
        message = self.desk.message(self.world, mid)
        if message is None or message.psid != self.person.psid:
            raise InvalidParameter("Invalid cursors values", cursor=mid)
        return message


@dataclass(frozen=True, slots=True)
class Said:
    """A message, with those between whom it went."""

    message: Message
    page: Page
    person: Person


def moment(instant: datetime | None) -> str | None:
    return instant.strftime("%Y-%m-%dT%H:%M:%S+0000") if instant else None


def of_person(person: Person) -> dict[str, Any]:
    name = f"{person.first_name} {person.last_name}".strip()
    return {"name": name, "email": f"{person.psid}@facebook.com", "id": person.psid}


def of_page(page: Page) -> dict[str, Any]:
    return {"name": page.name, "email": f"{page.page_id}@facebook.com", "id": page.page_id}


def _sides(said: Said) -> tuple[dict[str, Any], dict[str, Any]]:
    """(from, to)"""
    page, person = of_page(said.page), of_person(said.person)
    return (person, page) if said.message.sender == "person" else (page, person)


def _text(message: Message) -> str:
    return str(message.content.get("text") or message.content.get("postback", {}).get("title", ""))


MESSAGE_FIELDS: Makers[Said] = {
    "id": lambda said, _: said.message.mid,
    "created_time": lambda said, _: moment(said.message.at),
    "from": lambda said, _: _sides(said)[0],
    "to": lambda said, _: {"data": [_sides(said)[1]]},
    "message": lambda said, _: _text(said.message),
}


def _messages(conversation: Conversation, wanted: Wanted) -> dict[str, Any]:
    return _listed(conversation, conversation.part(wanted.limit or USUAL), wanted.within)


def _listed(conversation: Conversation, said: Sequence[Message], wanted: Selection) -> dict[str, Any]:
    fields, page, person = wanted or selection("", ("id", "created_time")), conversation.page, conversation.person
    return cut([shown("Message", MESSAGE_FIELDS, Said(message, page, person), fields) for message in said])


def _snippet(conversation: Conversation, _wanted: Wanted) -> str | None:
    newest = next(conversation.messages(), None)
    return _text(newest)[:100] if newest is not None else None


def _can_reply(conversation: Conversation, _wanted: Wanted) -> bool:
    closes = conversation.thread.closes_at()
    return closes is not None and conversation.world.now <= closes


CONVERSATION_FIELDS: Makers[Conversation] = {
    "id": lambda one, _: HEAD + one.person.psid,
    "updated_time": lambda one, _: moment(one.updated()),
    "message_count": lambda one, _: sum(1 for _ in one.messages()),
    # Meta's own sample reads the person's id from the second of them.
    "participants": lambda one, _: {"data": [of_page(one.page), of_person(one.person)]},
    "senders": lambda one, _: {"data": [of_person(one.person), of_page(one.page)]},
    "messages": _messages,
    "snippet": _snippet,
    "can_reply": _can_reply,
}
USUALLY = ("id", "updated_time")


def list_conversations(desk: Desk, call: Call) -> Reply:
    """The last that was said in, first."""
    page, world, psid = page_of(call), call.world, call.query.get("user_id")
    found = [
        Conversation(desk, world, page, person, thread)
        for thread in desk.threads(world, page)
        if psid in (None, thread.psid) and (person := desk.person(world, page, thread.psid)) is not None
    ]
    found = [one for one in found if one.updated() is not None]
    found.sort(key=lambda one: moment(one.updated()) or "", reverse=True)
    wanted = selection(call.query.get("fields", ""), USUALLY)
    return Reply(paged([shown("Conversation", CONVERSATION_FIELDS, one, wanted) for one in found], call.query))


def list_messages(desk: Desk, call: Call) -> Reply:
    """Of a conversation. Raises NodeUnknown or InvalidParameter."""
    caller, node = caller_of(call), call.path["node"]
    found = conversation(desk, call.world, caller.page, node)
    if found is None:
        raise NodeUnknown(f"Unsupported get request. Object with ID '{node}' is no conversation of this page.")
    query = call.query
    said = found.part(query.get("limit", USUAL), query.get("after", ""), query.get("before", ""))
    return Reply(_listed(found, said, selection(query.get("fields", ""))))


def conversation(desk: Desk, world: World, page: Page, node: str) -> Conversation | None:
    person = desk.person(world, page, node.removeprefix(HEAD)) if node.startswith(HEAD) else None
    if person is None:
        return None
    found = Conversation(desk, world, page, person, desk.thread(world, page, person.psid))
    return found if found.updated() is not None else None


def message_node(desk: Desk, world: World, page: Page, node: str, wanted: Selection) -> dict[str, Any] | None:
    message = desk.message(world, node)
    person = desk.person(world, page, message.psid) if message is not None else None
    if message is None or person is None:
        return None
    return shown("Message", MESSAGE_FIELDS, Said(message, page, person), wanted or selection("id,created_time"))
