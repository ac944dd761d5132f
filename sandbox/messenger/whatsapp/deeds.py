"""What a person does on the second channel: says, taps, reacts, reads, agrees to marketing and stops it."""

from dataclasses import dataclass, replace
from typing import Any

from sandbox.messenger.acting import Did
from sandbox.messenger.errors import MessageNotFound, NothingToTap, PersonGone
from sandbox.messenger.people import Person
from sandbox.messenger.threads import Message
from sandbox.messenger.whatsapp import contents, telling
from sandbox.messenger.whatsapp.business import Number
from sandbox.messenger.whatsapp.office import Office
from sandbox.messenger.whatsapp.telling import Teller
from sandbox.worlds.worlds import World


@dataclass(frozen=True, slots=True)
class Doer:
    """A person, at one of the account's numbers."""

    office: Office
    world: World
    number: Number
    person: Person

    def say(self, content: dict[str, Any], reply_to: str = "") -> Did:
        """`content` is a message as on the wire: {type, text: {body}} … Raises PersonGone."""
        if self.person.reach in ("gone", "blocked"):
            raise PersonGone(f"{self.person.first_name} is {self.person.reach}", hint='PATCH the user: {"reach": ""}.')
        did = self.read()
        desk, page = self.office.desk, self.office.page(self.world, self.number)
        desk.hear(self.world, page, self.person.psid)
        quoted = {"context": {"from": self.number.phone, "id": reply_to}} if reply_to else {}
        message = Message("", page.page_id, self.person.psid, self.world.now, "person", {**content, **quoted})
        did.message = self.office.add_message(self.world, message)
        return _and(did, self._teller.said(did.message))

    def tap(self, button: str | int, mid: str = "") -> Did:
        """A button of a message, by its title, payload or place from 0; of the last that has buttons where none is
        named. Raises MessageNotFound, NothingToTap or PersonGone."""
        message = self._message(mid)
        offered = contents.tappable(message)
        for place, one in enumerate(offered):
            if button in (place, str(place), one["title"], one["payload"]):
                return self._tapped(message, one)
        titles = [one["title"] for one in offered]
        raise NothingToTap(f"there is nothing called {button!r} to tap", hint=f"There is: {', '.join(titles)}.")

    def react(self, emoji: str, mid: str = "") -> Did:
        """To that message, or to the number's last; an empty emoji takes it back. Raises MessageNotFound."""
        ours = [message.mid for message in self._messages() if message.sender == "page"]
        if not mid and not ours:
            raise MessageNotFound("the number has said nothing yet")
        target = self._message(mid) if mid else self._message(ours[-1])
        return self.say({"type": "reaction", "reaction": {"message_id": target.mid, "emoji": emoji}})

    def read(self) -> Did:
        """All that had been delivered."""
        did = Did()
        for message in self._unread():
            self.office.desk.set_message(self.world, replace(message, trace={**message.trace, "status": "read"}))
            _and(did, self._teller.became(message, "read", **message.trace["priced"]))
        desk, page = self.office.desk, self.office.page(self.world, self.number)
        desk.set_thread(self.world, replace(desk.thread(self.world, page, self.person.psid), read_at=self.world.now))
        return did

    def wants_marketing(self, wants: bool) -> Did:
        self.office.set_wants_marketing(self.world, self.person, wants)
        return self._teller.prefers(wants)

    @property
    def _teller(self) -> Teller:
        who = telling.contact(self.world, self.person.phone, self.person)
        return Teller(self.office, self.world, self.number, who)

    def _tapped(self, message: Message, button: dict[str, Any]) -> Did:
        if "opens" in button:
            return Did(opens=button["opens"])
        return self.say(button["says"], reply_to=message.mid)

    def _messages(self) -> list[Message]:
        return [message for _, message in self.office.desk.messages(self.world, self.person.psid)]

    def _message(self, mid: str) -> Message:
        """Of the thread; without an id the last with buttons. Raises MessageNotFound or NothingToTap."""
        for message in reversed(self._messages()):
            if message.mid == mid or (not mid and contents.tappable(message)):
                return message
        if mid:
            raise MessageNotFound(f"the thread has no message {mid[:100]!r}")
        raise NothingToTap("no message on the thread has anything to tap")

    def _unread(self) -> list[Message]:
        ours = [message for message in self._messages() if message.sender == "page"]
        return [message for message in ours if message.trace.get("status") == "delivered"]


def _and(did: Did, more: Did) -> Did:
    """What came of both."""
    did.deliveries += more.deliveries
    did.unheard += more.unheard
    return did
