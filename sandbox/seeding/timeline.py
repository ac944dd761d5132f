"""A persona at a bank becomes a `Timeline`: accounts, and every row of their lives authorised before the horizon.

Pure: the same arguments give the same rows, and a later `until` gives the same rows and more. Conventions for whoever reads the rows:

- a statement that closes on day D holds the rows posted before the local midnight that ends D, in the bank's zone (`Clearing.cut`);
- `Account.opening_balance`, and the units and prices of `Account.holdings`, are those of `Account.history_start`;
- what a holding costs later says `ledger.prices.price_on(symbol, price, account.history_start.date(), day)`.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from sandbox.kernel import ids
from sandbox.kernel.errors import PersonaNotFound
from sandbox.ledger.accounts import LOANS, Account, AccountKind, Card, Holder, Holding, Terms
from sandbox.ledger.customers import Customer
from sandbox.ledger.entries import Entry
from sandbox.ledger.timelines import AccountTimeline, Timeline
from sandbox.seeding.calendar import shift_months
from sandbox.seeding.clearing import Clearing, clearing
from sandbox.seeding.merchants import Catalogue
from sandbox.seeding.personas import AccountPlan, Moment, Person, Persona, account_id, customer_id
from sandbox.seeding.phones import default_phone
from sandbox.ledger.prices import price_on
from sandbox.seeding.story.book import NEVER, Book, Row
from sandbox.seeding.story.debts import amortised, instalment
from sandbox.seeding.story.fresh import Fresh
from sandbox.seeding.story.one_offs import OneOffs
from sandbox.seeding.story.rhythm import Rhythm
from sandbox.seeding.story.story import Story
from sandbox.seeding.story.trips import Trip
from sandbox.seeding.story.upkeep import Upkeep
from sandbox.seeding.zones import DAY, HOUR, Zone, to_datetime, to_seconds, zone

HORIZON_MONTHS = 13
QUIET_DAYS = 395
"""A dormant account has had no customer for this long."""


def horizon(anchor: date, months: int = HORIZON_MONTHS) -> datetime:
    """The usual `until`: so many months after the anchor, at midnight UTC."""
    later = shift_months(anchor, months)
    return to_datetime(zone("UTC").midnight(later.toordinal()))


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
        AccountTimeline(account, entries(story.books[slug], end)) for slug, account in accounts.items() if account.bank == bank
    )
    held = {holder for line in lines for holder in line.account.holder_ids()}
    customers = tuple(
        customer
        for person in persona.people
        for customer in [customer_of(persona, person, seed, anchor)]
        if customer.customer_id in held or not persona.own_banks
    )
    return Timeline(persona.slug, bank, customers, lines, until)


def live(
    persona: Persona, bank: str, *, seed: int, anchor: date, until: datetime, merchants: Catalogue
) -> tuple[Story, dict[str, Account]]:
    """The story lived until the horizon, with its accounts by slug: those of every bank where the persona names banks."""
    home = zone(persona.zone)
    start = home.midnight(persona.history.ordinal(anchor))
    accounts: dict[str, Account] = {}
    books: dict[str, Book] = {}
    for plan in persona.accounts:
        where = clearing(plan.bank or bank)
        account, book = _open(persona, plan, where, home, seed, anchor, start)
        accounts[plan.slug], books[plan.slug] = account, book
    for book in books.values():
        book.covers = books.get(book.plan.cover)
    story = Story(persona, books, seed=seed, anchor=anchor, catalogue=merchants, start=start)
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
    )


def customer_of(persona: Persona, person: Person, seed: int, anchor: date) -> Customer:
    opened = [
        plan.opened.date(anchor) for plan in persona.accounts if person.login in (holder.login for holder in plan.holders)
    ]
    since = person.since.date(anchor) if person.since else min(opened, default=anchor)
    return Customer(
        customer_id=customer_id(seed, persona.slug, person.login),
        username=person.login,
        persona=persona.slug,
        first_name=person.first_name,
        last_name=person.last_name,
        email=person.email or f"{person.login}@example.com",
        phone=person.phone or default_phone(person.address.state, person.login),
        address=person.address,
        born=person.born,
        middle_name=person.middle_name,
        suffix=person.suffix,
        type=person.type,
        business_name=person.business_name,
        tax_id_last4=person.tax_id_last4 or f"{ids.number(seed, 'tax', persona.slug, person.login) % 10_000:04}",
        locale=person.locale,
        customer_since=since,
    )


def _open(
    persona: Persona, plan: AccountPlan, where: Clearing, home: Zone, seed: int, anchor: date, history: int
) -> tuple[Account, Book]:
    def instant(moment: Moment | None, hour: int) -> int | None:
        if moment is None:
            return None
        return home.at(moment.ordinal(anchor), hour * HOUR if moment.second is None else moment.second)

    opened = instant(plan.opened, 10) or 0
    opens = max(history, opened)
    first_day = date.fromordinal(home.day(opens))
    plan = replace(plan, terms=_terms(plan, anchor))
    opening = plan.opening if plan.opening is not None else -_still_owed(plan, first_day)
    closed, locked, dormant = instant(plan.closed, 15), instant(plan.locked, 9), instant(plan.dormant, 0)
    ends = closed if closed is not None else NEVER
    quiet = min(ends, locked if locked is not None else NEVER, dormant - QUIET_DAYS * DAY if dormant is not None else NEVER)
    cards, alive = _cards(persona, plan, where.bank, home, seed, anchor, opened)
    book = Book(plan, where, opening, opens, quiet, ends, cards, alive)
    account = Account(
        account_id=account_id(seed, where.bank, persona.slug, plan.slug),
        bank=where.bank,
        kind=plan.kind,
        product=plan.product(where.bank),
        number=where.account_number(seed, persona.slug, plan.slug),
        routing=where.routing,
        holders=tuple(Holder(customer_id(seed, persona.slug, holder.login), holder.relationship) for holder in plan.holders),
        opened_at=to_datetime(opened),
        opening_balance=opening,
        history_start=to_datetime(opens),
        nickname=plan.nickname,
        currency=plan.currency,
        terms=plan.terms,
        cards=tuple(cards),
        holdings=_holdings(plan, anchor, first_day),
        closed_at=_maybe(closed),
        locked_at=_maybe(locked),
        dormant_at=_maybe(dormant),
        business=plan.business,
        time_zone=where.zone.name,
        shareable=plan.shareable,
    )
    return account, book


def _maybe(instant: int | None) -> datetime | None:
    return None if instant is None else to_datetime(instant)


def _terms(plan: AccountPlan, anchor: date) -> Terms:
    """The terms with their dates, and for loans with the payment and maturity that follow from them."""
    terms = replace(
        plan.terms,
        originated=plan.originated.date(anchor) if plan.originated else None,
        matures=plan.matures.date(anchor) if plan.matures else None,
    )
    if plan.kind not in LOANS:
        return terms
    originated = terms.originated or plan.opened.date(anchor)
    months = terms.term_months or 360
    payment = terms.monthly_payment or instalment(terms.original_principal, terms.apr, months)
    matures = terms.matures or shift_months(originated, months)
    return replace(terms, originated=originated, term_months=months, monthly_payment=payment, matures=matures)


def _still_owed(plan: AccountPlan, day: date) -> int:
    terms = plan.terms
    assert terms.originated is not None
    months = (day.year - terms.originated.year) * 12 + day.month - terms.originated.month - (day.day <= terms.payment_day)
    return amortised(terms.original_principal, terms.apr, terms.monthly_payment, max(0, months))


def _cards(
    persona: Persona, plan: AccountPlan, bank: str, home: Zone, seed: int, anchor: date, opened: int
) -> tuple[Sequence[Card], dict[str, list[tuple[int, int, str]]]]:
    """The account's plastic for the ledger, and for the story: login → (from, until, last4)."""
    cards: list[Card] = []
    alive: dict[str, list[tuple[int, int, str]]] = {}
    for index, plastic in enumerate(plan.cards):
        last4 = plastic.last4 or f"{ids.number(seed, bank, persona.slug, plan.slug, index) % 10_000:04}"
        issued = opened
        if plastic.issued is not None:
            issued = home.at(plastic.issued.ordinal(anchor), plastic.issued.second or 12 * HOUR)
        replaced = None
        if plastic.replaced is not None:
            replaced = home.at(plastic.replaced.ordinal(anchor), plastic.replaced.second or 12 * HOUR)
        holder_id = customer_id(seed, persona.slug, plastic.holder)
        cards.append(Card(last4, plastic.network, holder_id, to_datetime(issued), _maybe(replaced)))
        alive.setdefault(plastic.holder, []).append((issued, NEVER if replaced is None else replaced, last4))
    return cards, alive


def _holdings(plan: AccountPlan, anchor: date, day: date) -> tuple[Holding, ...]:
    if plan.kind is not AccountKind.BROKERAGE:
        return ()
    return tuple(
        Holding(
            symbol=holding.symbol,
            name=holding.name,
            security_type=holding.security_type,
            cusip_like="99" + ids.digits(7, "cusip", holding.symbol),
            units=holding.units,
            price=price_on(holding.symbol, holding.price, anchor, day),
            cost=holding.cost,
        )
        for holding in plan.holdings
    )
