"""Money that comes in by habit: wages, benefits, and the many small payers of gig work."""

from dataclasses import dataclass, field
from datetime import date

from sandbox.ledger.entries import Channel, EntryKind
from sandbox.seeding.calendar import EVERY_OTHER_FRIDAY, WEDNESDAY, Month, Schedule, nth_weekday, on_or_before, weekday
from sandbox.seeding.clearing import BATCH
from sandbox.seeding.draw import Draw
from sandbox.seeding.story.book import FACT, Face, Row
from sandbox.seeding.story.rhythm import Rhythm
from sandbox.seeding.story.story import Story
from sandbox.seeding.zones import HOUR


@dataclass(frozen=True, slots=True)
class Raise:
    """Each year in `month`, by `percent`, counted from the first such month after the story starts."""

    month: int
    percent: float

    def apply(self, amount: int, start: date, day: date) -> int:
        def turn(when: date) -> int:
            return when.year - (when.month < self.month)

        for _ in range(turn(day) - turn(start)):
            amount += round(amount * self.percent / 100)
        return amount


@dataclass(frozen=True, slots=True)
class Split:
    """Part of each pay that goes to another account: cents, or else a percentage."""

    into: str
    amount: int = 0
    percent: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Payroll(Rhythm):
    payer: str
    into: str
    net: int
    schedule: Schedule = EVERY_OTHER_FRIDAY
    vary: float = 0.0
    """Share by which pay differs, for hourly work."""
    raises: Raise | None = None
    bonus: tuple[int, int] | None = None
    """(month, cents), on the last pay day of that month."""
    split: Split | None = None
    description: str = ""

    def plan(self, story: Story, month: Month, days: range) -> None:
        draw = story.draw(self.label, month.key)
        dates = [day for day in self.schedule.dates(month, story.phase(self.label)) if day in days]
        start = date.fromordinal(story.home.day(story.start))
        for day in dates:
            net = self.net
            if self.raises:
                net = self.raises.apply(net, start, date.fromordinal(day))
            if self.vary:
                net = draw.spread(net, self.vary)
            if self.bonus and month.month == self.bonus[0] and day == dates[-1]:
                net += self.bonus[1]
            aside = 0
            if self.split:
                aside = min(net - 1, self.split.amount or round(net * self.split.percent / 100))
                self._pay(story, self.split.into, aside, day)
            self._pay(story, self.into, net - aside, day)

    def _pay(self, story: Story, into: str, amount: int, day: int) -> None:
        description = self.description or f"{self.payer.upper()} PAYROLL DIR DEP"
        day = on_or_before(day)
        deposit(story, into, amount, day=day, payer=self.payer, description=description, label=self.label)


def deposit(story: Story, into: str, amount: int, *, day: int, payer: str, description: str, label: str) -> None:
    """An electronic deposit that settles on a business day."""
    if amount <= 0:
        return
    book = story.books[into]
    at, post = story.electronic(book, day, story.draw(label, "deposit", into, day))
    face = Face(EntryKind.DIRECT_DEPOSIT, Channel.ACH, description, payer, "Income")
    story.add(Row(book, face, amount, at, post, firm=FACT))


@dataclass(frozen=True, slots=True, kw_only=True)
class Benefit(Rhythm):
    """Public benefits. `rule`: social_security (second, third or fourth Wednesday for births up to the 10th, up to
    the 20th and later), first, third, or month with `day`; where banks are closed, it is paid on the business day
    before."""

    payer: str
    into: str
    amount: int
    rule: str
    who: str = ""
    day: int = 1
    raises: Raise | None = None
    description: str = ""

    def date_in(self, story: Story, month: Month) -> int:
        if self.rule == "social_security":
            born = story.person_for(story.books[self.into], self.who).born.day
            return nth_weekday(month.year, month.month, WEDNESDAY, 2 if born <= 10 else 3 if born <= 20 else 4)
        return month.day({"first": 1, "third": 3}.get(self.rule, self.day))

    def plan(self, story: Story, month: Month, days: range) -> None:
        day = self.date_in(story, month)
        if day not in days:
            return
        amount = self.amount
        if self.raises:
            amount = self.raises.apply(amount, date.fromordinal(story.home.day(story.start)), date.fromordinal(day))
        description = self.description or f"{self.payer.upper()} BENEFIT"
        day = on_or_before(day)
        deposit(story, self.into, amount, day=day, payer=self.payer, description=description, label=self.label)


@dataclass(frozen=True, slots=True)
class Payer:
    name: str
    low: int
    high: int
    per_month: float
    weekday: int | None = None
    channel: Channel = Channel.ACH
    description: str = ""
    hours: tuple[float, float] = (8.0, 23.0)
    """When instant payments arrive, in hours after midnight."""
    endings: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Gig(Rhythm):
    into: str
    payers: tuple[Payer, ...]
    season: dict[int, float] = field(default_factory=dict)

    def plan(self, story: Story, month: Month, days: range) -> None:
        names = [payer.name for payer in self.payers]
        for index, payer in enumerate(self.payers):
            draw = story.draw(self.label, payer.name, names[:index].count(payer.name), month.key)
            self._plan_payer(story, month, days, payer, draw)

    def _plan_payer(self, story: Story, month: Month, days: range, payer: Payer, draw: Draw) -> None:
        book = story.books[self.into]
        candidates = [day for day in month.days if payer.weekday is None or weekday(day) == payer.weekday]
        opens, closes = round(payer.hours[0] * HOUR), round(payer.hours[1] * HOUR) - 1
        share = payer.per_month * self.season.get(month.month, 1.0) / len(candidates)
        for day in candidates:
            count = draw.times(share)
            for _ in range(count):
                amount = draw.price(payer.low, (2 * payer.low + payer.high) // 3, payer.high, payer.endings)
                if payer.channel is Channel.INSTANT:
                    at = post = story.home.at(day, draw.between(opens, closes))
                    kind = EntryKind.DEPOSIT
                else:
                    place = draw.between(0, BATCH)
                    at, post = story.electronic(book, on_or_before(day), story.draw(self.label, payer.name, day, place))
                    kind = EntryKind.DIRECT_DEPOSIT
                description = payer.description or f"{payer.name.upper()} PAYOUT"
                face = Face(kind, payer.channel, description, payer.name, "Income")
                if day in days:
                    story.add(Row(book, face, amount, at, post, firm=FACT))
