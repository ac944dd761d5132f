"""The household whose feed everybody reads: made by Sandbank's own store and renderer, in a file of Sandbank's own."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

from benchmarks.data import HISTORY, NOW, Dataset
from sandbox.app import Sandbank, renderer
from sandbox.kernel.clock import iso
from sandbox.ledger.accounts import Account, AccountKind, Holder, Relationship
from sandbox.ledger.customers import Address, Customer
from sandbox.ledger.entries import Channel, Entry, EntryKind
from sandbox.ledger.timelines import AccountTimeline, Timeline
from sandbox.oauth.consents import Choice, Parties, usual_request
from sandbox.settings import Settings
from sandbox.store.timelines import Timelines, prepare
from sandbox.worlds.worlds import DEFAULT, HORIZON

PLACES = ("HARBOR", "JUNIPER", "COPPER", "MARIGOLD", "NORTHSIDE", "BLUE FINCH", "OLD MILL", "SUNSET")
TRADES = (("GROCERS", "5411"), ("COFFEE", "5814"), ("FUEL", "5541"), ("BOOKS", "5942"), ("PHARMACY", "5912"))


def build(file: Path, histories: Mapping[str, int]) -> Dataset:
    """A household with an account per name, each with that many rows in sight, shared with `demo-app` as a whole."""
    services = Sandbank(Settings(data=str(file), now=iso(NOW), freeze=True)).services
    chase, worlds = services.banks["chase"], services.worlds
    holder = person()
    worlds.put_customer(worlds.world(DEFAULT), holder)
    world = worlds.world(DEFAULT)
    lines = tuple(AccountTimeline(account(name, holder), entries(name, rows)) for name, rows in histories.items())
    household = Timeline(holder.persona, chase.slug, (holder,), lines, NOW + HORIZON)
    store = Timelines(services.database)
    store.save(world.stored.template_id, prepare(household, renderer(services.banks, services.documents)))

    client = services.grants.client(chase.slug, "demo-app")
    assert client is not None
    choice = Choice(tuple(line.account.account_id for line in lines))
    asked = usual_request(chase, chase.oauth.default_scope)
    consent = services.consents.give(Parties(world, chase, client, holder), asked, choice)
    issued = services.tokens.issue(
        world.world_id,
        chase,
        consent,
        issuer="http://localhost/chase",
        scope=consent.scope,
        now=world.now,
        family=consent.consent_id,
    )
    refs = {line.account.nickname: chase.account_ref(line.account, client.client_id) for line in lines}
    stored = store.accounts(world.stored.template_id, holder.persona, chase.slug)
    pks = {chase.account_ref(row.account, client.client_id): row.pk for row in stored}
    services.database.close()
    return Dataset(str(file), issued.access_token, refs, pks)


def person() -> Customer:
    return Customer(
        customer_id="cus_bench",
        username="bench",
        persona="bench",
        first_name="Bench",
        last_name="Mark",
        email="bench@example.com",
        phone="2025550199",
        address=Address("1 Even Street", "Springfield", "IL", "62701"),
        born=date(1980, 1, 1),
    )


def account(name: str, holder: Customer) -> Account:
    begin = NOW - HISTORY
    return Account(
        account_id=f"acc_bench_{name}",
        bank="chase",
        kind=AccountKind.CHECKING,
        product="Everyday Checking",
        number="000012344417",
        routing="000000000",
        holders=(Holder(holder.customer_id, Relationship.SOLE_OWNER),),
        opened_at=begin - timedelta(days=30),
        opening_balance=5_000_000,
        history_start=begin,
        nickname=name,
    )


def entries(name: str, rows: int) -> list[Entry]:
    """That many rows until now and a twentieth of it to come: three of four a card purchase that posts days later."""
    random = Random(name)
    step = HISTORY.total_seconds() / max(rows, 1)
    return [_entry(random, number, _second(NOW - HISTORY, step * number)) for number in range(rows + rows // 20)]


def _entry(random: Random, number: int, at: datetime) -> Entry:
    place, (trade, mcc) = random.choice(PLACES), random.choice(TRADES)
    shop = f"{place} {trade}"
    if random.random() < 0.75:
        posted = at + timedelta(hours=random.randrange(20, 80))
        return Entry(
            sequence=number,
            kind=EntryKind.PURCHASE,
            amount=-random.randrange(200, 20_000),
            authorised_at=at,
            posted_at=posted,
            description=f"{shop} {random.randrange(1000):04d} SPRINGFIELD IL",
            channel=Channel.CARD_PRESENT,
            merchant=shop.lower().replace(" ", "-"),
            counterparty=shop.title(),
            mcc=mcc,
            category="shopping",
            card_last4="4417",
        )
    amount = random.randrange(1_000, 90_000)
    return Entry(
        sequence=number,
        kind=EntryKind.TRANSFER,
        amount=amount if random.random() < 0.6 else -amount,
        authorised_at=at,
        posted_at=at,
        description=f"TRANSFER {random.randrange(10**8):08d}",
        channel=Channel.INTERNAL,
        counterparty="Savings",
    )


def _second(start: datetime, seconds: float) -> datetime:
    return start + timedelta(seconds=int(seconds))
