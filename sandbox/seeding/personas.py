"""Personas as written: people, their accounts, their habits, and what happens to them once. Amounts are cents.

Everything here is relative: to the anchor, to the bank that plays the persona, to the seed. `timeline.generate` makes
rows of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sandbox.kernel import ids
from sandbox.ledger.accounts import AccountKind, Quirk, Relationship, Terms
from sandbox.ledger.customers import Address, CustomerType
from sandbox.ledger.disputes import DisputeReason
from sandbox.ledger.entries import Channel, EntryKind, Foreign
from sandbox.ledger.order_plans import OrderPlan
from sandbox.seeding.calendar import shift_months

if TYPE_CHECKING:
    from sandbox.seeding.story.rhythm import Rhythm


NO_TERMS = Terms()


@dataclass(frozen=True, slots=True)
class Moment:
    """A date relative to the anchor, or a fixed one (`on`); `second` is a local time of day in seconds, if given."""

    days: int = 0
    months: int = 0
    on: date | None = None
    second: int | None = None

    def day(self, anchor: date) -> date:
        if self.on is not None:
            return self.on
        return shift_months(anchor, self.months) + timedelta(days=self.days)

    def ordinal(self, anchor: date) -> int:
        return self.day(anchor).toordinal()


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a login; `login` is the username and this person's name inside the persona."""

    login: str
    first_name: str
    last_name: str
    born: date
    address: Address
    middle_name: str = ""
    suffix: str = ""
    phone: str = ""
    email: str = ""
    since: Moment | None = None
    locale: str = "en-US"
    tax_id_last4: str = ""
    type: CustomerType = CustomerType.CONSUMER
    business_name: str = ""


@dataclass(frozen=True, slots=True)
class HolderPlan:
    login: str
    relationship: Relationship


@dataclass(frozen=True, slots=True)
class CardPlan:
    holder: str
    network: str = "VISA"
    last4: str = ""
    """Empty: derived, and so different at every bank."""
    issued: Moment | None = None
    replaced: Moment | None = None


@dataclass(frozen=True, slots=True)
class HoldingPlan:
    symbol: str
    name: str
    security_type: str
    units: int
    """Thousandths, at the start of the history."""
    price: int
    """At the anchor."""
    cost: int


@dataclass(frozen=True, slots=True)
class Overdraft:
    fee: int = 0
    nsf_fee: int = 0
    refund_after_days: int = 3
    refund_chance: float = 0.0


@dataclass(frozen=True, slots=True)
class MonthlyFee:
    amount: int
    waived_over: int = 0
    """Not charged while the balance at month end is at least this; 0: always charged."""
    description: str = "MONTHLY SERVICE FEE"


@dataclass(frozen=True, slots=True)
class AccountPlan:
    slug: str
    kind: AccountKind
    products: tuple[tuple[str, str], ...]
    """(bank, product name); the bank "default" stands for all others."""
    holders: tuple[HolderPlan, ...]
    opening: int | None = 0
    """Signed as the ledger signs; None: a loan, amortised from its terms."""
    bank: str = ""
    nickname: str = ""
    currency: str = "USD"
    opened: Moment = Moment(months=-72)
    closed: Moment | None = None
    locked: Moment | None = None
    dormant: Moment | None = None
    shareable: bool = True
    quirks: tuple[Quirk, ...] = ()
    business: bool = False
    cover: str = ""
    floor: int = 0
    foreign_fee_bp: int = 0
    overdraft: Overdraft | None = None
    atm_fee: int = 0
    monthly_fee: MonthlyFee | None = None
    terms: Terms = NO_TERMS
    """Without dates: `originated` and `matures` are moments until the anchor is known."""
    originated: Moment | None = None
    matures: Moment | None = None
    cards: tuple[CardPlan, ...] = ()
    holdings: tuple[HoldingPlan, ...] = ()

    def product(self, bank: str) -> str:
        names = dict(self.products)
        return names.get(bank) or names["default"]


@dataclass(frozen=True, slots=True)
class DisputeTold:
    """That the charge is disputed; in days after it."""

    reason: DisputeReason
    opened: int
    decided: int
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class OneOff:
    account: str
    when: Moment
    amount: int
    """Signed for the holder."""
    kind: EntryKind = EntryKind.PURCHASE
    id: str = ""
    of: str = ""
    merchant: str = ""
    counterparty: str = ""
    description: str = ""
    category: str = ""
    channel: Channel | None = None
    by: str = ""
    to: str = ""
    hold: int | None = None
    posts: int | None = None
    """Business days until posted; 0: at once; None: as the kind usually does."""
    holds_days: int = 0
    drops: int | None = None
    foreign: Foreign | None = None
    check_number: int | None = None
    memo: str = ""
    order: OrderPlan | None = None
    dispute: DisputeTold | None = None


@dataclass(frozen=True, slots=True)
class ConsentPlan:
    """A consent that exists when a world starts; times in days from its first instant. An empty bank means all
    banks."""

    client: str
    bank: str
    granted_days_ago: float
    expires_in_days: float | None
    revoked_days_ago: float | None
    clusters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Persona:
    slug: str
    story: str
    purpose: str
    people: tuple[Person, ...]
    accounts: tuple[AccountPlan, ...]
    zone: str = "America/New_York"
    history: Moment = Moment(months=-25)
    fresh: bool = True
    away_spending: float = 0.0
    rhythms: tuple["Rhythm", ...] = ()
    one_offs: tuple[OneOff, ...] = ()
    consents: tuple[ConsentPlan, ...] = ()
    source: str = field(default="", compare=False)
    """The file it was read from."""

    @property
    def own_banks(self) -> tuple[str, ...]:
        """The banks that its accounts name; empty: the persona can be played at every bank."""
        return tuple(dict.fromkeys(account.bank for account in self.accounts if account.bank))

    def plays_at(self, bank: str) -> bool:
        return not self.own_banks or bank in self.own_banks

    @property
    def logins(self) -> tuple[str, ...]:
        return tuple(person.login for person in self.people)

    def person(self, login: str) -> Person:
        return next(person for person in self.people if person.login == login)

    def account(self, slug: str) -> AccountPlan:
        return next(account for account in self.accounts if account.slug == slug)


def by_login(personas: Iterable[Persona]) -> dict[str, Persona]:
    """Every username with the persona it belongs to."""
    return {login: persona for persona in personas for login in persona.logins}


def customer_id(seed: int, persona: str, login: str) -> str:
    return "cus_" + ids.short(seed, persona, login)


def account_id(seed: int, bank: str, persona: str, account: str) -> str:
    return "acc_" + ids.short(seed, bank, persona, account)
