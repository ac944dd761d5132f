"""What a world put over the template's rows of one account."""

from dataclasses import dataclass
from functools import cached_property

from sandbox.ledger.commerce_facts import NO_FACTS, CommerceFacts
from sandbox.ledger.entries import Entry

OVERLAY_SEQUENCE = 900_000_000
"""Rows added to a world are numbered from here, beyond any template's."""


@dataclass(frozen=True)
class Overlay:
    """What a world put over an account's rows."""

    added: tuple[Entry, ...] = ()
    """Rows of the world's own and new versions of the template's."""
    hidden: tuple[tuple[int | None, Entry], ...] = ()
    """(ordinal, entry) of template rows that do not show, or show otherwise."""
    facts: CommerceFacts = NO_FACTS
    declined: tuple[Entry, ...] = ()
    """Of the hidden ones those that never came to be because a card was stopped, oldest first."""

    @property
    def empty(self) -> bool:
        return not self.added and not self.hidden

    @cached_property
    def hidden_sequences(self) -> frozenset[int]:
        return frozenset(row.sequence for _, row in self.hidden)


NOTHING = Overlay()
