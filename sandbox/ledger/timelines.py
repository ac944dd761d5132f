"""What seeding hands to storage: a persona's accounts at one bank with every row of their lives, past and to come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sandbox.ledger.accounts import Account
from sandbox.ledger.customers import Customer
from sandbox.ledger.entries import Entry


@dataclass(frozen=True, slots=True)
class AccountTimeline:
    account: Account
    entries: Sequence[Entry]
    """In order of `sequence`, which is the order of authorisation; rows posting after `until` included."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """`until` is the horizon: every row authorised before it is here. A later horizon gives the same rows and more."""

    persona: str
    bank: str
    customers: tuple[Customer, ...]
    accounts: tuple[AccountTimeline, ...]
    until: datetime
