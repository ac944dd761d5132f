"""Everyday purchases: groceries on Saturdays, coffee before work, fuel, meals, parcels."""

from bisect import bisect
from dataclasses import dataclass, field
from itertools import accumulate

from sandbox.ledger.entries import Channel
from sandbox.seeding.calendar import Month, weekday
from sandbox.seeding.personas import Person
from sandbox.seeding.story.haunts import ONLINE_SHARE, Haunt, Haunts, choose, haunt, near, weighted
from sandbox.seeding.story.purchases import Buyer, Faults, buy
from sandbox.seeding.story.rhythm import Rhythm
from sandbox.seeding.story.story import Story

TIP = (15.0, 22.0)
USUAL = Faults()


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
    faults: Faults = USUAL

    def plan(self, story: Story, month: Month, days: range) -> None:
        book = story.books[self.on]
        person = story.person_for(book, self.by)
        haunts = self.haunts(story, person)
        if not haunts.places:
            return
        draw = story.draw(self.label, month.key)
        random, midnight, first = draw.random, story.home.midnight, days.start
        expected = self.expected(story, person, month, days)
        if not expected[-1]:
            return
        buyer = Buyer(book, person.login, self.faults, self.faults.total(), self.tip)
        at = random()
        while at < expected[-1]:
            day = first + bisect(expected, at)
            buy(story, buyer, draw.weighted(haunts.places, haunts.cumulative), midnight(day), draw)
            at += 0.5 + random()

    def expected(self, story: Story, person: Person, month: Month, days: range) -> list[float]:
        """How many purchases are to be expected by the end of each day. One is made about each time that this passes
        a whole number: evenly enough for a habit, unevenly enough for a life."""
        factor = self.per_week * self.season.get(month.month, 1.0) / sum(self.weights)
        rates = [weight * factor for weight in self.weights]
        away = story.away.get(person.login)
        first = weekday(days.start)
        daily = (rates * 6)[first : first + len(days)]
        if away:
            rest = story.persona.away_spending
            daily = [rate * rest if day in away else rate for day, rate in zip(days, daily, strict=True)]
        return list(accumulate(daily))

    def haunts(self, story: Story, person: Person) -> Haunts:
        return story.once(self.label, lambda: self._find_haunts(story, person))

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
