"""What a page wants to send, as the rules look at it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sandbox.messenger.desk import Desk
from sandbox.messenger.pages import Page
from sandbox.messenger.people import Person
from sandbox.messenger.threads import Thread
from sandbox.worlds.worlds import World


@dataclass(frozen=True, slots=True)
class Sending:
    """What a page wants to send, and what it has to do with."""

    desk: Desk
    world: World
    page: Page
    person: Person
    thread: Thread
    wish: dict[str, Any]
    """The call's parameters."""

    @property
    def message(self) -> dict[str, Any]:
        """Empty where an action is sent."""
        found: dict[str, Any] = self.wish.get("message", {})
        return found

    @property
    def template(self) -> dict[str, Any]:
        """The payload of the message's template; empty where it has none."""
        attachment = self.message.get("attachment", {})
        found: dict[str, Any] = attachment["payload"] if attachment.get("type") == "template" else {}
        return found

    @property
    def notification_token(self) -> str:
        return str(self.wish["recipient"].get("notification_messages_token", ""))

    @property
    def messaging_type(self) -> str:
        return self._word("messaging_type")

    @property
    def tag(self) -> str:
        return self._word("tag")

    @property
    def action(self) -> str:
        return self._word("sender_action")

    def _word(self, name: str) -> str:
        """Clients write these in any case."""
        return str(self.wish.get(name, "")).upper()


Rule = Callable[[Sending], None]


def objects(value: Any, pointer: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """(pointer, object) for every object inside, itself first."""
    if isinstance(value, dict):
        yield pointer, value
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, member in members:
        yield from objects(member, f"{pointer}/{name}")
