"""Paper: cheques written, cheques brought in."""

from dataclasses import dataclass

from sandbox.ledger.entries import Channel, EntryKind
from sandbox.seeding.calendar import Month, business_days_after
from sandbox.seeding.clearing import BATCH
from sandbox.seeding.story.book import BILL, FACT, Face, Row
from sandbox.seeding.story.rhythm import Rhythm
from sandbox.seeding.story.story import Story
from sandbox.seeding.zones import HOUR


@dataclass(frozen=True, slots=True, kw_only=True)
class Cheques(Rhythm):
    """Seen by the bank when the payee brings them in, some days after they were written; numbered in that order."""

    source: str
    payees: tuple[str, ...]
    per_month: float = 1.0
    low: int = 40_00
    high: int = 300_00
    check_start: int | None = None

    def plan(self, story: Story, month: Month, days: range) -> None:
        book = story.books[self.source]
        if self.check_start is not None and book.next_check == 1001:
            book.next_check = self.check_start
        draw = story.draw(self.label, month.key)
        for _ in range(draw.times(self.per_month)):
            day = month.day(draw.between(1, 28))
            amount = draw.price(self.low, (2 * self.low + self.high) // 3, self.high, (0, 0, 50, 25))
            at, post = story.electronic(book, business_days_after(day, draw.between(2, 6)), draw)
            face = Face(EntryKind.CHECK, Channel.CHECK, "CHECK", draw.pick(self.payees), "Checks")
            row = Row(book, face, -amount, at, post, firm=BILL)
            row.check = 0
            if day in days:
                story.add(row)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckDeposits(Rhythm):
    into: str
    from_names: tuple[str, ...] = ()
    per_month: float = 0.5
    low: int = 25_00
    high: int = 400_00
    channel: Channel = Channel.ATM

    def plan(self, story: Story, month: Month, days: range) -> None:
        book = story.books[self.into]
        draw = story.draw(self.label, month.key)
        for _ in range(draw.times(self.per_month)):
            day = month.day(draw.between(1, 31))
            at = story.home.at(day, draw.between(9 * HOUR, 18 * HOUR))
            amount = draw.price(self.low, (2 * self.low + self.high) // 3, self.high)
            post = book.clearing.settled(at, draw.between(1, 2), draw.between(0, BATCH))
            name = draw.pick(self.from_names) if self.from_names else ""
            where = (
                "BRANCH" if self.channel is Channel.BRANCH else "MOBILE" if self.channel is Channel.ONLINE else "ATM"
            )
            face = Face(EntryKind.CHECK_DEPOSIT, self.channel, f"{where} CHECK DEPOSIT", name, "Deposits")
            if day in days:
                story.add(Row(book, face, amount, at, post, firm=FACT))
