"""Journeys: a flight booked ahead, a hotel that holds more than it charges, meals and tickets in another currency."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sandbox.ledger.entries import Channel, EntryKind
from sandbox.seeding.calendar import Month, on_or_after, shift_months
from sandbox.seeding.clearing import BATCH
from sandbox.seeding.currencies import abroad, notes_abroad
from sandbox.seeding.draw import Draw
from sandbox.seeding.personas import Moment, Person
from sandbox.seeding.story.book import WISH, Book, Face, Row
from sandbox.seeding.story.faces import at_merchant
from sandbox.seeding.story.haunts import Haunts, haunt, weighted
from sandbox.seeding.story.purchases import Buyer, Faults, buy
from sandbox.seeding.story.rhythm import Rhythm
from sandbox.seeding.story.story import Story
from sandbox.seeding.zones import DAY, EPOCH_DAY, HOUR, zone

MEALS = ((12 * HOUR, 9000), (66_600, 9000))
"""Lunch and dinner, (start, length) in seconds: one table each on a day, dinner first."""
NO_TIP = (0.0, 12.0)
ABROAD = Faults(refund=0, partial_refund=0)


@dataclass(frozen=True, slots=True)
class Hotel:
    merchant: str
    hold: int
    settles: int


@dataclass(frozen=True, slots=True)
class Flight:
    merchant: str
    amount: int
    booked_days: int = 35


@dataclass(frozen=True, slots=True, kw_only=True)
class Trip(Rhythm):
    """`leaves` is the first day; with `repeat_months` the same journey is made again and again, before and after."""

    on: str
    country: str
    zone: str
    leaves: Moment
    nights: int
    by: str = ""
    city: str = ""
    repeat_months: int = 0
    hotel: Hotel | None = None
    flight: Flight | None = None
    categories: tuple[str, ...] = ("Restaurants", "Coffee", "Groceries", "Transit", "Museums")
    merchants: tuple[str, ...] = ()
    per_day: float = 3.0
    cash: int = 0
    cash_from: str = ""
    low: int = 0
    high: int = 0

    def plan(self, story: Story, month: Month, days: range) -> None:
        book = story.books[self.on]
        person = story.person_for(book, self.by)
        for turn, first in self._departures(story.anchor, month):
            away = range(first, first + self.nights + 1)
            story.away[person.login].update(away)
            draw = story.draw(self.label, "trip", first)
            amounts = 1.0 if turn == 0 else 0.85 + 0.3 * draw.random()
            if self.flight and first - self.flight.booked_days in days:
                self._fly(story, book, person, day=first - self.flight.booked_days, amounts=amounts, draw=draw)
            if self.hotel and first in days:
                self._stay(story, book, person, day=first, amounts=amounts, draw=draw)
            haunts = self._haunts(story, person)
            for day in away:
                if day in days:
                    self._spend(story, book, person, haunts, day)
            withdrawals = {first + draw.between(0, self.nights) for _ in range(self.cash)}
            for day in sorted(withdrawals):
                if day in days:
                    self._withdraw(story, person, day, draw)

    def _departures(self, anchor: date, month: Month) -> Iterator[tuple[int, int]]:
        """(turn, first day) of the journeys that may touch this month, with their bookings."""
        home = self.leaves.day(anchor)
        earliest, latest = month.first - self.nights - 31, month.last + 100
        if not self.repeat_months:
            yield 0, home.toordinal()
            return
        middle = (month.index - (home.year * 12 + home.month - 1)) // self.repeat_months
        reach = 4 // self.repeat_months + 2
        for turn in range(middle - reach, middle + reach + 1):
            first = shift_months(home, turn * self.repeat_months).toordinal()
            if earliest <= first <= latest:
                yield turn, first

    def _haunts(self, story: Story, person: Person) -> Haunts:
        return story.once(self.label, lambda: self._find_haunts(story, person))

    def _find_haunts(self, story: Story, person: Person) -> Haunts:
        found = [story.catalogue[slug] for slug in self.merchants]
        found += [
            merchant
            for merchant in story.catalogue.in_categories(self.categories, self.country)
            if not self.city or merchant.city == self.city
        ]
        return weighted([haunt(merchant, person, online=False, low=self.low, high=self.high) for merchant in found])

    def _spend(self, story: Story, book: Book, person: Person, haunts: Haunts, day: int) -> None:
        if not haunts.places:
            return
        draw = story.draw(self.label, "day", day)
        buyer = Buyer(book, person.login, ABROAD, ABROAD.total(), NO_TIP)
        meals = list(MEALS)
        for _ in range(draw.times(self.per_day * (0.6 + 0.8 * draw.random()))):
            place = draw.weighted(haunts.places, haunts.cumulative)
            if place.merchant.category in ("Restaurants", "Bars"):
                if not meals:
                    continue
                opens, span = meals.pop()
                place = replace(place, opens=opens, span=span)
            buy(story, buyer, place, zone(self.zone).midnight(day), draw)

    def _fly(self, story: Story, book: Book, person: Person, *, day: int, amounts: float, draw: Draw) -> None:
        assert self.flight is not None
        at = story.home.at(day, draw.between(18 * HOUR, 23 * HOUR))
        face = at_merchant(story.catalogue[self.flight.merchant], online=True)
        row = Row(book, face, -round(self.flight.amount * amounts), at, 0, firm=WISH)
        row.post = book.clearing.settled(at, 1, draw.between(0, BATCH))
        row.card = book.card_of(person.login, at) or ""
        story.add(row)

    def _stay(self, story: Story, book: Book, person: Person, *, day: int, amounts: float, draw: Draw) -> None:
        assert self.hotel is not None
        merchant = story.catalogue[self.hotel.merchant]
        at = zone(self.zone).at(day, draw.between(14 * HOUR, 18 * HOUR))
        left = date.fromordinal(day) + timedelta(days=self.nights + 1)
        row = Row(book, at_merchant(merchant, online=False), -round(self.hotel.settles * amounts), at, 0, firm=WISH)
        row.post = book.clearing.batch(on_or_after(left.toordinal())) + draw.between(0, BATCH)
        row.hold = -round(self.hotel.hold * amounts)
        if merchant.currency != "USD":
            cents, row.foreign = abroad(-row.amount, merchant.currency, day, merchant.endings)
            row.amount = -cents
        row.card = book.card_of(person.login, at) or ""
        story.add(row)

    def _withdraw(self, story: Story, person: Person, day: int, draw: Draw) -> None:
        book = story.books[self.cash_from or self.on]
        at = zone(self.zone).at(day, draw.between(10 * HOUR, 20 * HOUR))
        currency = next((m.currency for m in story.catalogue.by_slug.values() if m.country == self.country), "USD")
        amount = draw.pick((60_00, 100_00, 160_00))
        place = f"{self.city or self.country}".upper()
        face = Face(EntryKind.ATM_WITHDRAWAL, Channel.ATM, f"INTERNATIONAL ATM WITHDRAWAL {place}", "", "Cash")
        row = Row(book, face, -amount, at, at, firm=WISH)
        if currency != "USD":
            cents, row.foreign = notes_abroad(amount, currency, at // DAY + EPOCH_DAY)
            row.amount = -cents
        card = book.card_of(person.login, at)
        if card is not None:
            row.card = card
            story.add(row)
