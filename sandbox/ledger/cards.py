"""What may be done with a card, and what was done to it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sandbox.kernel import ids
from sandbox.ledger.accounts import Card
from sandbox.ledger.entries import EntryKind


class CardStatus(StrEnum):
    ACTIVE = "active"
    FROZEN = "frozen"
    LOST = "lost"
    CLOSED = "closed"


CHARGES = frozenset({EntryKind.PURCHASE, EntryKind.ATM_WITHDRAWAL})
"""What is declined while a card is stopped; what comes back to it still arrives."""
ENDED = frozenset({CardStatus.LOST, CardStatus.CLOSED})


@dataclass(frozen=True, slots=True)
class CardChange:
    at: datetime
    status: CardStatus
    reason: str
    by: str
    """INDIVIDUAL, DATA_RECIPIENT or DATA_PROVIDER (FDX)."""


@dataclass(frozen=True, slots=True)
class HeldCard:
    """A card with its history in one world."""

    card_id: str
    account_id: str
    card: Card
    changes: tuple[CardChange, ...] = ()
    """In order of time."""


def status_at(held: HeldCard, at: datetime) -> CardStatus:
    if held.card.replaced_at is not None and held.card.replaced_at <= at:
        return CardStatus.CLOSED
    statuses = [change.status for change in held.changes if change.at <= at]
    return statuses[-1] if statuses else CardStatus.ACTIVE


def card_id(account_id: str, card: Card) -> str:
    return "crd_" + ids.short("card", account_id, card.last4, card.holder_id)


Span = tuple[datetime, datetime | None]
"""From, until (None: for good)."""


def stops(changes: tuple[CardChange, ...]) -> list[Span]:
    """When nothing can be charged to a card to which this was done."""
    spans: list[Span] = []
    since: datetime | None = None
    for change in changes:
        if change.status is CardStatus.ACTIVE:
            if since is not None:
                spans.append((since, change.at))
            since = None
        elif since is None:
            since = change.at
    return spans if since is None else [*spans, (since, None)]
