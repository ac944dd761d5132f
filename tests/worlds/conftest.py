"""A little world with hand-made rows, on every engine at hand."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

import orjson
import psycopg
import pytest

from sandbox.kernel import ids
from sandbox.ledger.accounts import Account, AccountKind, Holder, Relationship, Terms
from sandbox.ledger.customers import Address, Customer
from sandbox.ledger.disputes import DisputePlan
from sandbox.ledger.entries import Entry
from sandbox.ledger.feed import FeedRow
from sandbox.ledger.merchants import Merchant
from sandbox.ledger.offers import OfferPlan
from sandbox.ledger.order_plans import OrderPlan
from sandbox.ledger.products import Shelf
from sandbox.ledger.timelines import AccountTimeline, Timeline
from sandbox.store.database import Database
from sandbox.worlds.accounts import AccountView
from sandbox.worlds.worlds import World, Worlds

START = datetime(2026, 1, 1, tzinfo=UTC)
POSTGRES = os.environ.get("SANDBANK_TEST_POSTGRES")


@pytest.fixture(
    params=[
        "sqlite",
        pytest.param("postgresql", marks=pytest.mark.skipif(not POSTGRES, reason="no PostgreSQL")),
    ]
)
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """An empty database of each engine."""
    database = Database.open(None if request.param == "sqlite" else fresh_postgres())
    yield database
    database.close()


def fresh_postgres() -> str:
    """The URL of a new, empty PostgreSQL database."""
    assert POSTGRES is not None
    name = f"sandbank_{ids.short(ids.secret())}"
    with psycopg.connect(POSTGRES, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    head, _, _ = POSTGRES.rpartition("/")
    return f"{head}/{name}"


@dataclass
class TinyStories:
    """One customer, `pat`, with one account whose rows the test makes."""

    entries: Sequence[Entry]
    account: Account = field(default_factory=lambda: an_account(AccountKind.CHECKING))
    fingerprint: str = "tiny"

    def usernames(self) -> Iterable[str]:
        return ["pat"]

    def cast(self) -> Iterable[tuple[str, str]]:
        return [("pat", "Has one account.")]

    def customer(self, seed: int, anchor: date, username: str) -> Customer | None:
        if username != "pat":
            return None
        address = Address("1 Test Street", "Testville", "OR", "97000")
        return Customer(
            "cus_pat", "pat", "pat", "Pat", "Doe", "pat@example.com", "5035550100", address, date(1990, 1, 1)
        )

    def merchants(self) -> Mapping[str, Merchant]:
        return {}

    def shelf(self, merchant: Merchant) -> Shelf | None:
        return None

    def offers(self) -> Iterable[OfferPlan]:
        return ()

    def order_plan(self, name: str) -> OrderPlan | None:
        return None

    def disputes(self, persona: str, anchor: date) -> Iterable[DisputePlan]:
        return ()

    def timeline(self, persona: str, bank: str, *, seed: int, anchor: date, until: datetime) -> Timeline:
        rows = [entry for entry in self.entries if entry.authorised_at < until]
        return Timeline(persona, bank, (), (AccountTimeline(self.account, rows),), until)


def an_account(kind: AccountKind = AccountKind.CHECKING, **changes: object) -> Account:
    account = Account(
        account_id="acc_pat",
        bank="chase",
        kind=kind,
        product="Test Checking",
        number="123456789",
        routing="990000000",
        holders=(Holder("cus_pat", Relationship.SOLE_OWNER),),
        opened_at=START - timedelta(days=900),
        opening_balance=100_000,
        history_start=START,
        terms=Terms(),
    )
    return replace(account, **changes)  # type: ignore[arg-type]


def render(account: Account, rows: Sequence[FeedRow]) -> list[bytes | None]:
    return [orjson.dumps([row.entry.sequence, row.status, row.balance]) for row in rows]


Build = Callable[..., tuple[Worlds, World, AccountView]]


@pytest.fixture
def build(database: Database) -> Build:
    def build(
        entries: Sequence[Entry], now: datetime, account: Account | None = None
    ) -> tuple[Worlds, World, AccountView]:
        return world_of(database, entries, now, account)

    return build


def world_of(
    database: Database, entries: Sequence[Entry], now: datetime, account: Account | None = None
) -> tuple[Worlds, World, AccountView]:
    """A frozen world in which pat has these rows, and pat's account in it."""
    worlds = Worlds(database, TinyStories(entries, account or an_account()), render)
    world = worlds.create(now=now, speed=0)
    return worlds, world, view_of(worlds, world)


def view_of(worlds: Worlds, world: World) -> AccountView:
    return worlds.account(worlds.world(world.world_id), "pat", "chase", "acc_pat")
