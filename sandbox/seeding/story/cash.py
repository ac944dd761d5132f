"""Bank notes: out of machines in round sums, now and then back in."""

from dataclasses import dataclass

from sandbox.ledger.entries import Channel, EntryKind
from sandbox.seeding.calendar import Month
from sandbox.seeding.draw import Draw
from sandbox.seeding.story.book import FACT, WISH, Face, Row
from sandbox.seeding.story.rhythm import Rhythm
from sandbox.seeding.story.story import Story
from sandbox.seeding.zones import HOUR

OTHER_BANKS = 0.33
"""Share of withdrawals at other banks' machines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cash(Rhythm):
    source: str
    per_month: float = 2.0
    amounts: tuple[int, ...] = (40_00, 60_00, 80_00, 100_00)
    by: str = ""
    deposits_per_month: float = 0.0
    low: int = 60_00
    high: int = 400_00

    def plan(self, story: Story, month: Month, days: range) -> None:
        draw = story.draw(self.label, month.key)
        for _ in range(draw.times(self.per_month)):
            day = month.day(draw.between(1, 31))
            at = story.home.at(day, draw.between(8 * HOUR, 22 * HOUR))
            amount, foreign_machine = draw.pick(self.amounts), draw.chance(OTHER_BANKS)
            if day in days:
                self.withdraw(story, amount, at, foreign_machine)
        for _ in range(draw.times(self.deposits_per_month)):
            self._deposit(story, month, days, draw)

    def withdraw(self, story: Story, amount: int, at: int, foreign_machine: bool) -> None:
        book = story.books[self.source]
        person = story.person_for(book, self.by)
        place = f"{person.address.city} {person.address.state}".upper()
        fee = book.plan.atm_fee if foreign_machine else 0
        name = "NON-NETWORK ATM WITHDRAWAL" if fee else "ATM WITHDRAWAL"
        face = Face(EntryKind.ATM_WITHDRAWAL, Channel.ATM, f"{name} {place}", "", "Cash")
        row = Row(book, face, -amount, at, at)
        card = book.card_of(person.login, at)
        if card is None:
            return
        row.card = card
        story.add(row)
        if fee:
            face = Face(EntryKind.FEE, Channel.ATM, "NON-NETWORK ATM FEE", book.clearing.habits.name, "Fees")
            story.add(Row(book, face, -fee, at, at, firm=WISH, of=row))

    def _deposit(self, story: Story, month: Month, days: range, draw: Draw) -> None:
        book = story.books[self.source]
        day = month.day(draw.between(1, 31))
        at = story.home.at(day, draw.between(9 * HOUR, 19 * HOUR))
        amount = draw.price(self.low, (self.low + self.high) // 2, self.high, (0,)) // 20_00 * 20_00 or 20_00
        if day in days:
            face = Face(EntryKind.ATM_DEPOSIT, Channel.ATM, "ATM CASH DEPOSIT", "", "Cash")
            story.add(Row(book, face, amount, at, at, firm=FACT))
