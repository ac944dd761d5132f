"""What people did in a world to one account's purchases, cards and charges, beyond its rows."""

from dataclasses import dataclass, field
from datetime import datetime

from sandbox.ledger.accounts import Account
from sandbox.ledger.cards import CardChange, Span, card_id, stops
from sandbox.ledger.disputes import DisputeReason
from sandbox.ledger.order_plans import OrderPlan


@dataclass(frozen=True, slots=True)
class OpenedDispute:
    opened_at: datetime
    reason: DisputeReason
    explanation: str
    withdrawn_at: datetime | None = None
    decided_at: datetime | None = None
    """Of a dispute of the seeds, whose rows tell its course; None: the course is drawn."""


@dataclass(frozen=True, slots=True)
class CommerceFacts:
    plans: dict[int, OrderPlan] = field(default_factory=dict)
    """By the sequence of the row that begins the order."""
    cards: dict[str, tuple[CardChange, ...]] = field(default_factory=dict)
    """By card_id, in order of time."""
    disputes: dict[int, OpenedDispute] = field(default_factory=dict)
    """By the sequence of the row in dispute."""


NO_FACTS = CommerceFacts()


def stopped(account: Account, facts: CommerceFacts) -> dict[str, list[Span]]:
    """By the last digits of each card that ever was: when nothing could be charged to it."""
    cards = {card.last4: stops(facts.cards.get(card_id(account.account_id, card), ())) for card in account.cards}
    return {last4: spans for last4, spans in cards.items() if spans}
