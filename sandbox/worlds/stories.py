"""What a world asks of the seeds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from sandbox.ledger.customers import Customer
from sandbox.ledger.disputes import DisputePlan
from sandbox.ledger.merchants import Merchant
from sandbox.ledger.offers import OfferPlan
from sandbox.ledger.order_plans import OrderPlan
from sandbox.ledger.products import Shelf
from sandbox.ledger.timelines import Timeline


class Stories(Protocol):
    """What the seeds tell. Pure: the same arguments give the same answer on any day."""

    @property
    def fingerprint(self) -> str:
        """A digest of the seed data."""

    def usernames(self) -> Iterable[str]: ...

    def cast(self) -> Iterable[tuple[str, str]]:
        """(username, story) of everyone one can sign in as."""

    def customer(self, seed: int, anchor: date, username: str) -> Customer | None: ...

    def timeline(self, persona: str, bank: str, *, seed: int, anchor: date, until: datetime) -> Timeline: ...

    def merchants(self) -> Mapping[str, Merchant]:
        """By slug."""

    def shelf(self, merchant: Merchant) -> Shelf | None:
        """What it sells; None where nobody has said."""

    def offers(self) -> Iterable[OfferPlan]: ...

    def order_plan(self, name: str) -> OrderPlan | None:
        """Of an `OrderPart.plan`."""

    def disputes(self, persona: str, anchor: date) -> Iterable[DisputePlan]: ...


@dataclass(frozen=True, slots=True)
class Order:
    """A timeline to be told: everything that its rows depend on, so that any process can tell it."""

    persona: str
    bank: str
    seed: int
    anchor: date
    until: datetime

    def tell(self, stories: Stories) -> Timeline:
        return stories.timeline(self.persona, self.bank, seed=self.seed, anchor=self.anchor, until=self.until)
