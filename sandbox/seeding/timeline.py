"""A persona at a bank becomes a `Timeline`: accounts, and every row of their lives authorised before the horizon.

Pure: the same arguments give the same rows, and a later `until` gives the same rows and more. For whoever reads the
rows:

- a statement that closes on a day holds what posted before the midnight that ends it in the bank's zone
  (`Clearing.cut`);
- `Account.opening_balance`, and the units and prices of `Account.holdings`, are those of `Account.history_start`;
- what a holding costs later says `ledger.prices.price_on(symbol, price, account.history_start.date(), day)`.
"""

from datetime import date, datetime

from sandbox.kernel.errors import PersonaNotFound
from sandbox.ledger.accounts import Account
from sandbox.ledger.entries import Entry
from sandbox.ledger.timelines import AccountTimeline, Timeline
from sandbox.seeding.calendar import shift_months
from sandbox.seeding.merchants import Catalogue
from sandbox.seeding.openings import Opening, customer_of
from sandbox.seeding.personas import Persona
from sandbox.seeding.story.book import Book, Row
from sandbox.seeding.story.fresh import Fresh
from sandbox.seeding.story.one_offs import OneOffs
from sandbox.seeding.story.rhythm import Rhythm
from sandbox.seeding.story.story import Story
from sandbox.seeding.story.trips import Trip
from sandbox.seeding.story.upkeep import Upkeep
from sandbox.seeding.zones import to_datetime, to_seconds, zone

HORIZON_MONTHS = 13


def horizon(anchor: date, months: int = HORIZON_MONTHS) -> datetime:
    """The usual `until`: so many months after the anchor, at midnight UTC."""
    return to_datetime(zone("UTC").midnight(shift_months(anchor, months).toordinal()))


def generate(
    persona: Persona, bank: str, *, seed: int, anchor: date, until: datetime, merchants: Catalogue
) -> Timeline:
    """Raises PersonaNotFound where the persona has no accounts at that bank."""
    if not persona.plays_at(bank):
        raise PersonaNotFound(
            f"{persona.slug} has no accounts at {bank}", hint=f"{persona.slug} banks at {', '.join(persona.own_banks)}."
        )
    story, accounts = live(persona, bank, seed=seed, anchor=anchor, until=until, merchants=merchants)
    end = to_seconds(until)
    lines = tuple(
        AccountTimeline(account, entries(story.books[slug], end))
        for slug, account in accounts.items()
        if account.bank == bank
    )
    held = {holder for line in lines for holder in line.account.holder_ids()}
    people = [customer_of(persona, person, seed, anchor) for person in persona.people]
    customers = tuple(customer for customer in people if customer.customer_id in held or not persona.own_banks)
    return Timeline(persona.slug, bank, customers, lines, until)


def live(
    persona: Persona, bank: str, *, seed: int, anchor: date, until: datetime, merchants: Catalogue
) -> tuple[Story, dict[str, Account]]:
    """The story lived until the horizon, with its accounts by slug: those of all banks where the persona names
    banks."""
    opening = Opening.of(persona, bank, seed, anchor)
    accounts, books = opening.accounts()
    story = Story(persona, books, seed=seed, anchor=anchor, catalogue=merchants, start=opening.start)
    # Trips first: whoever is away does not shop at home.
    trips = [rhythm for rhythm in persona.rhythms if isinstance(rhythm, Trip)]
    habits = [rhythm for rhythm in persona.rhythms if not isinstance(rhythm, Trip)]
    own: list[Rhythm] = [Upkeep(), OneOffs(), *([Fresh()] if persona.fresh else [])]
    story.live([*trips, *habits, *own], to_seconds(until))
    return story, accounts


def entries(book: Book, until: int) -> list[Entry]:
    """The rows of a book authorised before `until`, as the ledger writes them."""
    rows = [row for row in book.rows if row.at < until]
    for sequence, row in enumerate(rows):
        row.number = sequence
    return [_entry(row) for row in rows]


def _entry(row: Row) -> Entry:
    # By position, in the order of ledger/entries.py: naming twenty members costs as much as all the rest of a row.
    face, of = row.face, row.of
    end = to_datetime(row.post)
    return Entry(
        row.number,
        face.kind,
        row.amount,
        to_datetime(row.at),
        None if row.drop else end,
        face.description,
        end if row.drop else None,
        None if row.hold == row.amount else row.hold,
        face.channel,
        face.merchant,
        face.counterparty,
        face.mcc,
        face.category,
        row.card,
        row.check,
        row.memo,
        row.foreign,
        of.number if of is not None and of.book is row.book else None,
        row.trade,
        row.order,
    )
