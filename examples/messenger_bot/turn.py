"""One turn of a conversation: somebody wrote or tapped, and is answered."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from . import messages
from .bank import Bank
from .graph import Graph
from .linking import Linking
from .memory import Memory
from .oauth import BankClient
from .settings import Settings

MENU: messages.QuickReplies = (
    ("Balance", "balance"),
    ("Purchases", "purchases"),
    ("Deliveries", "deliveries"),
    ("Bills", "invoices"),
    ("Cards", "cards"),
    ("Offers", "offers"),
    ("Privacy", "privacy"),
)


class Sorry(Exception):
    """What was asked for cannot be. The words are for the person."""


@dataclass(frozen=True)
class Desk:
    """What every answer may use."""

    settings: Settings
    graph: Graph
    memory: Memory
    linking: Linking
    clients: dict[str, BankClient]

    def banks(self, psid: str) -> list[Bank]:
        """Those that the person has linked."""
        return [Bank(self.clients[link.bank], self.memory, link) for link in self.memory.links(psid)]


@dataclass(frozen=True)
class Turn:
    desk: Desk
    psid: str

    def say(self, words: str, replies: messages.QuickReplies = ()) -> None:
        self.show(messages.text(words, replies))

    def show(self, message: messages.Message) -> None:
        self.desk.graph.send(self.psid, message)

    def show_cards(self, cards: Iterable[dict[str, Any]], otherwise: str) -> None:
        """Or the words where there are none."""
        drawn = list(cards)
        if drawn:
            self.show(messages.carousel(drawn))
        else:
            self.say(otherwise, MENU)

    def linked(self) -> list[Bank]:
        """At least one. Raises Sorry."""
        found = self.desk.banks(self.psid)
        if not found:
            raise Sorry("You have not linked a bank yet. Say “link” to do so.")
        return found

    def at(self, slug: str) -> Bank:
        """A bank that a button names. Raises Sorry."""
        for bank in self.desk.banks(self.psid):
            if bank.slug == slug:
                return bank
        raise Sorry("You have not linked that bank any more. Say “link” to do so.")


Answer = Callable[[Turn, list[str]], None]
"""Gets the words behind the command: `more chase 00F3` has two."""
