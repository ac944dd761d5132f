"""What a person does on the second channel: says, taps, reacts, reads, agrees to marketing and stops it."""

from dataclasses import dataclass, replace
from typing import Any

from sandbox.kernel.errors import BadRequest
from sandbox.messenger.hooks import Delivery
from sandbox.messenger.people import Person
from sandbox.messenger.threads import Message
from sandbox.messenger.whatsapp import contents, telling
from sandbox.messenger.whatsapp.business import Number
from sandbox.messenger.whatsapp.office import Office
from sandbox.messenger.whatsapp.telling import Teller
from sandbox.worlds.worlds import World


@dataclass(frozen=True, slots=True)
class Deed:
    """What came of it."""

    message: Message | None
    deliveries: tuple[Delivery, ...]
    opens: str = ""
    """What a tap opened in place of saying something: a URL, a phone number, a code."""


@dataclass(frozen=True, slots=True)
class Doer:
    """A person, at one of the account's numbers."""

    office: Office
    world: World
    number: Number
    person: Person

    def say(self, content: dict[str, Any], reply_to: str = "") -> Deed:
        """`content` is a message as on the wire: {type, text: {body}} …"""
        read = self.read().deliveries
        desk, page = self.office.desk, self.office.page(self.world, self.number)
        desk.hear(self.world, page, self.person.psid)
        quoted = {"context": {"from": self.number.phone, "id": reply_to}} if reply_to else {}
        message = self.office.add_message(
            self.world,
            Message("", page.page_id, self.person.psid, self.world.now, "person", {**content, **quoted}),
        )
        told = self._teller.said(message)
        return Deed(message, (*read, *filter(None, (told,))))

    def tap(self, button: str | int, mid: str = "") -> Deed:
        """A button of a message, by its title, payload or place from 0; of the last that has buttons where none is
        named. Raises BadRequest."""
        message = self._message(mid)
        offered = contents.tappable(message)
        for place, one in enumerate(offered):
            if button in (place, str(place), one["title"], one["payload"]):
                return self._tapped(message, one)
        titles = [one["title"] for one in offered]
        raise BadRequest(f"there is no button {button!r} to tap", offered=titles, message=message.mid)

    def react(self, mid: str, emoji: str) -> Deed:
        """An empty emoji takes it back."""
        return self.say({"type": "reaction", "reaction": {"message_id": self._message(mid).mid, "emoji": emoji}})

    def read(self) -> Deed:
        """All that had been delivered."""
        told = []
        for message in self._unread():
            self.office.desk.set_message(self.world, replace(message, trace={**message.trace, "status": "read"}))
            told.append(self._teller.became(message, "read", **message.trace.get("priced", {})))
        return Deed(None, tuple(filter(None, told)))

    def wants_marketing(self, wants: bool) -> Deed:
        self.office.set_wants_marketing(self.world, self.person, wants)
        return Deed(None, tuple(filter(None, (self._teller.prefers(wants),))))

    @property
    def _teller(self) -> Teller:
        who = telling.contact(self.world, self.person.phone, self.person)
        return Teller(self.office, self.world, self.number, who)

    def _tapped(self, message: Message, button: dict[str, Any]) -> Deed:
        if "opens" in button:
            return Deed(None, (), button["opens"])
        return self.say(button["says"], reply_to=message.mid)

    def _messages(self) -> list[Message]:
        return [message for _, message in self.office.desk.messages(self.world, self.person.psid)]

    def _message(self, mid: str) -> Message:
        """Of the thread; without an id the last with buttons. Raises BadRequest."""
        for message in reversed(self._messages()):
            if message.mid == mid or (not mid and contents.tappable(message)):
                return message
        raise BadRequest(f"there is no message {mid} on the thread" if mid else "no message has anything to tap")

    def _unread(self) -> list[Message]:
        ours = [message for message in self._messages() if message.sender == "page"]
        return [message for message in ours if message.trace.get("status") == "delivered"]
