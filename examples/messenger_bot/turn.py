"""One turn of a conversation: somebody wrote or tapped, and is answered."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from . import messages
from .accesses import AccessLog
from .bank import Bank
from .graph import Graph
from .linking import Linking
from .memory import Memory
from .oauth import BankClient

MENU: messages.QuickReplies = (
    ("Balance", "balance"),
    ("Purchases", "purchases"),
    ("Deliveries", "deliveries"),
    ("Bills", "invoices"),
    ("Cards", "cards"),
    ("Offers", "offers"),
    ("Privacy", "privacy"),
)


@dataclass(frozen=True)
class Desk:
    """What every answer may use."""

    graph: Graph
    memory: Memory
    linking: Linking
    accesses: AccessLog
    clients: dict[str, BankClient]

    def bank(self, psid: str, slug: str) -> Bank | None:
        """None where the person has not linked it."""
        link = self.memory.link(psid, slug)
        return Bank(self.clients[slug], self.memory, link) if link else None


@dataclass(frozen=True)
class Turn:
    desk: Desk
    psid: str

    def say(self, words: str, replies: messages.QuickReplies = ()) -> None:
        self.show(messages.text(words, replies))

    def show(self, message: messages.Message) -> None:
        self.desk.graph.send(self.psid, message)

    def banks(self) -> Iterator[Bank]:
        """Those that the person has linked."""
        for link in self.desk.memory.links(self.psid):
            yield Bank(self.desk.clients[link.bank], self.desk.memory, link)

    def bank(self, slug: str) -> Bank | None:
        return self.desk.bank(self.psid, slug)


Answer = Callable[[Turn, list[str]], None]
"""Gets the words behind the command: `more chase 00F3` has two."""


class Sorry(Exception):
    """What was asked for cannot be. The words are for the person."""


def linked(turn: Turn) -> list[Bank]:
    """At least one. Raises Sorry."""
    found = list(turn.banks())
    if not found:
        raise Sorry("You have not linked a bank yet. Say “link” to do so.")
    return found


def at(turn: Turn, slug: str) -> Bank:
    """A bank that a button names. Raises Sorry."""
    found = turn.bank(slug)
    if found is None:
        raise Sorry("You have not linked that bank any more. Say “link” to do so.")
    return found
