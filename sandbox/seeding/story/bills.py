"""Money that goes out by habit: rent, utilities, insurance, subscriptions."""

from dataclasses import dataclass, field

from sandbox.ledger.entries import Channel, EntryKind
from sandbox.seeding.calendar import MONTHLY, Month, Schedule, business_days_after, on_or_after
from sandbox.seeding.clearing import BATCH
from sandbox.seeding.draw import Draw
from sandbox.seeding.personas import Moment
from sandbox.seeding.story.book import BILL, WISH, Book, Face, Row
from sandbox.seeding.story.faces import at_merchant
from sandbox.seeding.story.rhythm import Rhythm
from sandbox.seeding.story.story import Story
from sandbox.seeding.zones import HOUR

HEATING = {1: 2.1, 2: 2.0, 3: 1.5, 4: 1.0, 5: 0.6, 6: 0.45, 7: 0.4, 8: 0.4, 9: 0.5, 10: 0.8, 11: 1.3, 12: 1.8}
COOLING = {1: 0.7, 2: 0.7, 3: 0.75, 4: 0.8, 5: 1.0, 6: 1.5, 7: 1.9, 8: 1.9, 9: 1.4, 10: 0.9, 11: 0.7, 12: 0.7}
SEASONS = {"heating": HEATING, "cooling": COOLING}

Rises = tuple[tuple[Moment, int], ...]
"""(from when, new amount in cents)."""


def risen(story: Story, amount: int, rises: Rises, day: int) -> int:
    """The amount that is in force on a day."""
    latest = 0
    for moment, new in rises:
        since = moment.ordinal(story.anchor)
        if latest <= since <= day:
            latest, amount = since, new
    return amount


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill(Rhythm):
    source: str
    merchant: str = ""
    payee: str = ""
    low: int
    high: int
    """Equal to `low` for a bill that is always the same."""
    schedule: Schedule = MONTHLY
    channel: Channel = Channel.ACH
    category: str = ""
    description: str = ""
    season: dict[int, float] = field(default_factory=dict)
    rises: Rises = ()
    check_start: int | None = None

    def plan(self, story: Story, month: Month, days: range) -> None:
        book = story.books[self.source]
        if self.check_start is not None and book.next_check == 1001:
            book.next_check = self.check_start
        draw = story.draw(self.label, month.key)
        face = story.once(self.label, lambda: self._face(story))
        for day in self.schedule.dates(month, story.phase(self.label)):
            amount = self.low if self.low == self.high else draw.price(self.low, (self.low + self.high) // 2, self.high)
            amount = risen(story, amount, self.rises, day)
            if self.season:
                amount = round(amount * self.season.get(month.month, 1.0))
            if day in days and amount > 0:
                row = self._row(story, book, face, amount, day=day, draw=draw)
                if face.category != "Transfer":
                    row.recurrence = self.schedule.recurrence
                story.add(row)

    def _row(self, story: Story, book: Book, face: Face, amount: int, *, day: int, draw: Draw) -> Row:
        if self.channel is Channel.ONLINE:
            at = story.home.at(day, draw.between(2 * HOUR, 9 * HOUR))
            post = book.clearing.settled(at, draw.between(1, 2), draw.between(0, BATCH))
            row = Row(book, face, -amount, at, post, firm=BILL)
            row.card = book.card_of("", at) or ""
            return row
        if self.channel is Channel.INTERNAL:
            at = book.clearing.batch(on_or_after(day)) + draw.between(0, BATCH)
            return Row(book, face, -amount, at, at, firm=BILL)
        settles = on_or_after(day)
        if self.channel is Channel.CHECK:
            settles = business_days_after(day, draw.between(2, 6))
        row = Row(book, face, -amount, *story.electronic(book, settles, draw), firm=BILL)
        if self.channel is Channel.CHECK:
            row.check = 0
        return row

    def _face(self, story: Story) -> Face:
        kinds = {Channel.ONLINE: EntryKind.PURCHASE, Channel.CHECK: EntryKind.CHECK}
        kind = kinds.get(self.channel, EntryKind.BILL_PAYMENT)
        if self.merchant:
            merchant = story.catalogue[self.merchant]
            if kind is EntryKind.PURCHASE:
                return at_merchant(merchant, online=True)
            name, category = merchant.name, self.category or merchant.category
        else:
            name, category = self.payee, self.category or "Bills"
        description = self.description or ("CHECK" if kind is EntryKind.CHECK else f"{name.upper()} BILL PMT")
        return Face(kind, self.channel, description, name, category, self.merchant)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription(Rhythm):
    on: str
    merchant: str
    amount: int
    by: str = ""
    schedule: Schedule = MONTHLY
    rises: Rises = ()

    def plan(self, story: Story, month: Month, days: range) -> None:
        book = story.books[self.on]
        login = story.person_for(book, self.by).login
        draw = story.draw(self.label, month.key)
        face = story.once(self.label, lambda: at_merchant(story.catalogue[self.merchant], online=True))
        for day in self.schedule.dates(month):
            at = story.home.at(day, draw.between(HOUR, 8 * HOUR))
            row = Row(book, face, -risen(story, self.amount, self.rises, day), at, 0, firm=WISH)
            row.post = book.clearing.settled(at, draw.between(1, 2), draw.between(0, BATCH))
            card = book.card_of(login, at)
            if day in days and card is not None:
                row.card = card
                row.recurrence = self.schedule.recurrence
                story.add(row)
