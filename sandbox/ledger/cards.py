"""What may be done with a card, and what was done to it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sandbox.ledger.accounts import Card


class CardStatus(StrEnum):
    ACTIVE = "active"
    FROZEN = "frozen"
    LOST = "lost"
    CLOSED = "closed"


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
