"""Everyday purchases: groceries on Saturdays, coffee before work, fuel, meals, parcels."""

from dataclasses import dataclass, field

from sandbox.ledger.entries import Channel
from sandbox.seeding.calendar import Month
from sandbox.seeding.personas import Person
from sandbox.seeding.story.haunts import ONLINE_SHARE, Haunt, Haunts, choose, haunt, near, weighted
from sandbox.seeding.story.purchases import Faults, buy
from sandbox.seeding.story.rhythm import Rhythm
from sandbox.seeding.story.story import Story

TIP = (15.0, 22.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shopping(Rhythm):
    on: str
    merchants: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    per_week: float
    by: str = ""
    weights: tuple[float, ...] = (1.0,) * 7
    """How much of it falls on each weekday, Monday first."""
    hours: tuple[float, float] | None = None
    low: int = 0
    high: int = 0
    favourites: int = 4
    season: dict[int, float] = field(default_factory=dict)
    channel: Channel | None = None
    tip: tuple[float, float] = TIP
    faults: Faults = Faults()

    def plan(self, story: Story, month: Month, days: range) -> None:
        book = story.books[self.on]
        person = story.person_for(book, self.by)
        haunts = self.haunts(story, person)
        if not haunts.places:
            return
        draw = story.draw(self.label, month.key)
        total = sum(self.weights)
        factor = self.per_week * self.season.get(month.month, 1.0) / total
        rates = [weight * factor for weight in self.weights]
        away = story.away.get(person.login)
        random, midnight = draw.random, story.home.midnight
        places, cumulative = haunts.places, haunts.cumulative
        for day in days:
            rate = rates[(day + 6) % 7]
            if rate == 0:
                continue
            if away and day in away:
                rate *= story.persona.away_spending
            count = int(rate + random()) if rate < 1 else int(rate * (0.5 + random()) + random())
            for _ in range(count):
                place = draw.weighted(places, cumulative)
                buy(story, book, place, midnight(day), draw, person.login, self.faults, self.tip)

    def haunts(self, story: Story, person: Person) -> Haunts:
        known: Haunts | None = story.memo.get(self.label)
        if known is None:
            known = story.memo[self.label] = self._find_haunts(story, person)
        return known

    def _find_haunts(self, story: Story, person: Person) -> Haunts:
        draw = story.draw(self.label, "haunts")
        merchants = [story.catalogue[slug] for slug in self.merchants]
        for category in self.categories:
            reachable = near(story.catalogue.in_categories([category]), person, self.channel)
            merchants += choose(reachable, person, self.favourites, draw)
        places: list[Haunt] = []
        for merchant in merchants:
            both = len(merchant.channels) > 1 and self.channel is None
            online = self.channel is Channel.ONLINE or Channel.CARD_PRESENT not in merchant.channels
            if both:
                online = draw.chance(ONLINE_SHARE)
            places.append(haunt(merchant, person, online=online, hours=self.hours, low=self.low, high=self.high))
        return weighted(places)
