"""What stands before a story starts: customers, accounts with their terms and plastic, and a book for each account."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sandbox.kernel import ids
from sandbox.ledger.accounts import LOANS, Account, AccountKind, Card, Holder, Holding, Terms
from sandbox.ledger.customers import Customer
from sandbox.ledger.prices import price_on
from sandbox.seeding.calendar import shift_months
from sandbox.seeding.clearing import clearing
from sandbox.seeding.personas import AccountPlan, Moment, Person, Persona, account_id, customer_id
from sandbox.seeding.phones import default_phone
from sandbox.seeding.story.book import NEVER, Book
from sandbox.seeding.story.debts import amortised, instalment
from sandbox.seeding.zones import DAY, HOUR, Zone, to_datetime, zone

QUIET_DAYS = 395
"""A dormant account has had no customer for this long."""

Lifespan = tuple[int, int, str]
"""From when until when a card can be used, and its last four digits."""


def customer_of(persona: Persona, person: Person, seed: int, anchor: date) -> Customer:
    opened = [
        plan.opened.day(anchor)
        for plan in persona.accounts
        if person.login in (holder.login for holder in plan.holders)
    ]
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
        customer_since=person.since.day(anchor) if person.since else min(opened, default=anchor),
    )


@dataclass(frozen=True, slots=True)
class Opening:
    """Opens a persona's accounts at `bank`, or at the banks that they name. `start` is the first instant of the
    history."""

    persona: Persona
    bank: str
    seed: int
    anchor: date
    home: Zone
    start: int

    @classmethod
    def of(cls, persona: Persona, bank: str, seed: int, anchor: date) -> "Opening":
        home = zone(persona.zone)
        return cls(persona, bank, seed, anchor, home, home.midnight(persona.history.ordinal(anchor)))

    def accounts(self) -> tuple[dict[str, Account], dict[str, Book]]:
        """By the slug of the account."""
        accounts: dict[str, Account] = {}
        books: dict[str, Book] = {}
        for plan in self.persona.accounts:
            accounts[plan.slug], books[plan.slug] = self._open(plan)
        for book in books.values():
            book.covers = books.get(book.plan.cover)
        return accounts, books

    def _instant(self, moment: Moment | None, hour: int) -> int | None:
        """`hour` is the local hour of a moment that says none."""
        if moment is None:
            return None
        return self.home.at(moment.ordinal(self.anchor), hour * HOUR if moment.second is None else moment.second)

    def _open(self, plan: AccountPlan) -> tuple[Account, Book]:
        where = clearing(plan.bank or self.bank)
        seed, slug = self.seed, self.persona.slug
        opened = self._instant(plan.opened, 10) or 0
        opens = max(self.start, opened)
        first_day = date.fromordinal(self.home.day(opens))
        plan = replace(plan, terms=self._terms(plan))
        opening = plan.opening if plan.opening is not None else -still_owed(plan, first_day)
        closed, locked = self._instant(plan.closed, 15), self._instant(plan.locked, 9)
        dormant = self._instant(plan.dormant, 0)
        cards, alive = self._cards(plan, where.bank, opened)
        ends = NEVER if closed is None else closed
        book = Book(
            plan,
            clearing=where,
            opening=opening,
            opens=opens,
            quiet=min(ends, locked or NEVER, dormant - QUIET_DAYS * DAY if dormant else NEVER),
            ends=ends,
            cards=alive,
        )
        account = Account(
            account_id=account_id(seed, where.bank, slug, plan.slug),
            bank=where.bank,
            kind=plan.kind,
            product=plan.product(where.bank),
            number=where.account_number(seed, slug, plan.slug),
            routing=where.routing,
            holders=tuple(
                Holder(customer_id(seed, slug, holder.login), holder.relationship) for holder in plan.holders
            ),
            opened_at=to_datetime(opened),
            opening_balance=opening,
            history_start=to_datetime(opens),
            nickname=plan.nickname,
            currency=plan.currency,
            terms=plan.terms,
            cards=tuple(cards),
            holdings=self._holdings(plan, first_day),
            closed_at=_maybe(closed),
            locked_at=_maybe(locked),
            dormant_at=_maybe(dormant),
            business=plan.business,
            time_zone=where.zone.name,
            shareable=plan.shareable,
            quirks=plan.quirks,
        )
        return account, book

    def _terms(self, plan: AccountPlan) -> Terms:
        """The terms with their dates, and for loans with the payment and maturity that follow from them."""
        terms = replace(
            plan.terms,
            originated=plan.originated.day(self.anchor) if plan.originated else None,
            matures=plan.matures.day(self.anchor) if plan.matures else None,
        )
        if plan.kind not in LOANS:
            return terms
        originated = terms.originated or plan.opened.day(self.anchor)
        months = terms.term_months or 360
        payment = terms.monthly_payment or instalment(terms.original_principal, terms.apr, months)
        matures = terms.matures or shift_months(originated, months)
        return replace(terms, originated=originated, term_months=months, monthly_payment=payment, matures=matures)

    def _cards(self, plan: AccountPlan, bank: str, opened: int) -> tuple[Sequence[Card], dict[str, list[Lifespan]]]:
        """The account's plastic for the ledger, and for the story by login."""
        cards: list[Card] = []
        alive: dict[str, list[Lifespan]] = {}
        for index, plastic in enumerate(plan.cards):
            last4 = plastic.last4 or f"{ids.number(self.seed, bank, self.persona.slug, plan.slug, index) % 10_000:04}"
            issued = self._instant(plastic.issued, 12) or opened
            replaced = self._instant(plastic.replaced, 12)
            holder = customer_id(self.seed, self.persona.slug, plastic.holder)
            cards.append(Card(last4, plastic.network, holder, to_datetime(issued), _maybe(replaced)))
            alive.setdefault(plastic.holder, []).append((issued, replaced or NEVER, last4))
        return cards, alive

    def _holdings(self, plan: AccountPlan, day: date) -> tuple[Holding, ...]:
        if plan.kind is not AccountKind.BROKERAGE:
            return ()
        return tuple(
            Holding(
                symbol=holding.symbol,
                name=holding.name,
                security_type=holding.security_type,
                cusip_like="99" + ids.digits(7, "cusip", holding.symbol),
                units=holding.units,
                price=price_on(holding.symbol, holding.price, self.anchor, day),
                cost=holding.cost,
            )
            for holding in plan.holdings
        )


def still_owed(plan: AccountPlan, day: date) -> int:
    """What a loan that was always paid on time owes on a day."""
    terms = plan.terms
    assert terms.originated is not None
    since = (day.year - terms.originated.year) * 12 + day.month - terms.originated.month
    paid = since - (day.day <= terms.payment_day)
    return amortised(terms.original_principal, terms.apr, terms.monthly_payment, max(0, paid))


def _maybe(instant: int | None) -> datetime | None:
    return None if instant is None else to_datetime(instant)
