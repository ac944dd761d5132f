"""Accounts of every kind, and what their terms say. Amounts are minor units of the account's currency."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from sandbox.kernel.money import exponent


class AccountKind(StrEnum):
    CHECKING = "CHECKING"
    SAVINGS = "SAVINGS"
    CERTIFICATE = "CERTIFICATE"
    """A certificate of deposit."""
    CREDIT_CARD = "CREDIT_CARD"
    LINE_OF_CREDIT = "LINE_OF_CREDIT"
    MORTGAGE = "MORTGAGE"
    AUTO_LOAN = "AUTO_LOAN"
    STUDENT_LOAN = "STUDENT_LOAN"
    BROKERAGE = "BROKERAGE"


DEPOSITS = frozenset({AccountKind.CHECKING, AccountKind.SAVINGS, AccountKind.CERTIFICATE})
CREDIT_LINES = frozenset({AccountKind.CREDIT_CARD, AccountKind.LINE_OF_CREDIT})
LOANS = frozenset({AccountKind.MORTGAGE, AccountKind.AUTO_LOAN, AccountKind.STUDENT_LOAN})
LIABILITIES = CREDIT_LINES | LOANS


class AccountStatus(StrEnum):
    OPEN = "OPEN"
    CLOSED = "CLOSED"
    LOCKED = "LOCKED"
    DORMANT = "DORMANT"


class Quirk(StrEnum):
    """Bad habits with which a bank serves an account and its feed, as clients meet them in the wild."""

    EMPTY_FIRST_PAGE = "empty_first_page"
    """A walk begins with a page that holds nothing but the way to the next."""
    PENDING_APART = "pending_apart"
    """Pending and posted rows never share a page."""
    REPEATED_ROWS = "repeated_rows"
    """The last row of a page comes again, with the same id, as the first of the next."""
    RENUMBERED_WHEN_LINKED = "renumbered_when_linked"
    """When a customer shares the account again with a client that had it before, it and its rows get new names."""


class Relationship(StrEnum):
    """FDX holder relationships that the seeds use."""

    SOLE_OWNER = "SOLE_OWNER"
    PRIMARY = "PRIMARY"
    PRIMARY_JOINT = "PRIMARY_JOINT"
    SECONDARY_JOINT = "SECONDARY_JOINT"
    AUTHORIZED_USER = "AUTHORIZED_USER"
    CUSTODIAN = "CUSTODIAN"


@dataclass(frozen=True, slots=True)
class Holder:
    customer_id: str
    relationship: Relationship


@dataclass(frozen=True, slots=True)
class Card:
    """A piece of plastic on an account. Only the last four digits exist anywhere."""

    last4: str
    network: str
    holder_id: str
    issued_at: datetime
    replaced_at: datetime | None = None
    """From this instant on the card is dead (lost, stolen, expired) and a successor carries on."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What the contract of the account says; a member that does not apply to the kind is None or zero."""

    apy: Decimal | None = None
    """Deposits: annual percentage yield, in percent (4.10)."""
    apr: Decimal | None = None
    """Credit lines and loans: yearly rate on the balance, in percent."""
    cash_apr: Decimal | None = None
    credit_limit: int = 0
    cash_limit: int = 0
    overdraft_limit: int = 0
    statement_day: int = 1
    """Day of the month on which a statement is cut (1 to 28)."""
    due_days: int = 25
    """Days from the cut to the due date (credit lines); loans are due on `payment_day`."""
    payment_day: int = 1
    autopay: bool = False
    monthly_payment: int = 0
    escrow_payment: int = 0
    original_principal: int = 0
    originated: date | None = None
    term_months: int = 0
    matures: date | None = None
    reward_program: str = ""
    """Slug of the bank's reward program, empty for none."""
    reward_rate_bp: int = 0
    """Points or cash-back earned per purchase, in basis points of the amount."""


@dataclass(frozen=True, slots=True)
class Holding:
    """A position of a brokerage account. `units` are thousandths; prices minor units; the price walks with time."""

    symbol: str
    name: str
    security_type: str
    """STOCK, MUTUALFUND, BOND, CASH … as FDX spells them."""
    cusip_like: str
    units: int
    price: int
    cost: int


LOW = 100
"""Whole units of a currency: an account with less than that is low, where it has no threshold of its own."""


@dataclass(frozen=True, slots=True)
class Account:
    """One account at one bank. What changes in its life is kept as instants (opened, locked, dormant, closed)."""

    account_id: str
    bank: str
    kind: AccountKind
    product: str
    number: str
    """Full number; from a range that no bank uses."""
    routing: str
    holders: tuple[Holder, ...]
    opened_at: datetime
    opening_balance: int
    """Signed position at `history_start`: what is owed is negative."""
    history_start: datetime
    nickname: str = ""
    currency: str = "USD"
    terms: Terms = Terms()
    cards: tuple[Card, ...] = ()
    holdings: tuple[Holding, ...] = ()
    closed_at: datetime | None = None
    locked_at: datetime | None = None
    dormant_at: datetime | None = None
    business: bool = False
    time_zone: str = "America/New_York"
    """The bank's: its day, its cut-offs and its statement cuts."""
    shareable: bool = True
    """False: the bank greys it out on the consent page."""
    quirks: tuple[Quirk, ...] = ()
    low_balance: int | None = None
    """In minor units: below this it is low; None: below `LOW`. Only deposits ever are."""
    numbering: int = 0
    """How often the bank has given the account and its rows new names, as some do when a customer links them anew."""

    @property
    def known_as(self) -> str:
        """From what the bank's own names for the account and its rows derive."""
        return f"{self.account_id}#{self.numbering}" if self.numbering else self.account_id

    @property
    def last4(self) -> str:
        """Of the number; of a credit line with cards, of the first holder's newest card."""
        if self.kind not in CREDIT_LINES or not self.cards:
            return self.number[-4:]
        own = [card for card in self.cards if card.holder_id == self.holders[0].customer_id]
        return max(own or self.cards, key=lambda card: card.issued_at).last4

    @property
    def low_below(self) -> int:
        """In minor units of what is available."""
        return LOW * int(10 ** exponent(self.currency)) if self.low_balance is None else self.low_balance

    @property
    def is_liability(self) -> bool:
        return self.kind in LIABILITIES

    def holder_ids(self) -> tuple[str, ...]:
        return tuple(holder.customer_id for holder in self.holders)


def status_at(account: Account, at: datetime) -> AccountStatus:
    """The first that applies: closed, locked, dormant, open."""
    for instant, status in (
        (account.closed_at, AccountStatus.CLOSED),
        (account.locked_at, AccountStatus.LOCKED),
        (account.dormant_at, AccountStatus.DORMANT),
    ):
        if instant is not None and instant <= at:
            return status
    return AccountStatus.OPEN
