"""Money between people, at once and at any hour."""

from dataclasses import dataclass

from sandbox.ledger.entries import Channel, EntryKind
from sandbox.seeding.calendar import Month
from sandbox.seeding.story.book import FACT, WISH, Face, Row
from sandbox.seeding.story.rhythm import Rhythm
from sandbox.seeding.story.story import Story
from sandbox.seeding.zones import HOUR

MEMOS = ("dinner", "tickets", "gas", "groceries", "thanks!", "rent share", "coffee", "birthday", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Friends(Rhythm):
    account: str
    names: tuple[str, ...]
    out_per_month: float = 2.0
    in_per_month: float = 1.0
    low: int = 8_00
    high: int = 90_00
    memos: tuple[str, ...] = MEMOS

    def plan(self, story: Story, month: Month, days: range) -> None:
        draw = story.draw(self.label, month.key)
        book = story.books[self.account]
        for sign, expected in ((-1, self.out_per_month), (1, self.in_per_month)):
            for _ in range(draw.times(expected * (0.6 + 0.8 * draw.random()))):
                day = month.day(draw.between(1, 31))
                name, memo = draw.pick(self.names), draw.pick(self.memos)
                amount = draw.price(self.low, (3 * self.low + self.high) // 4, self.high, (0, 0, 0, 50))
                at = story.home.at(day, draw.between(9 * HOUR, 23 * HOUR))
                word = "SENT TO" if sign < 0 else "RECEIVED FROM"
                face = Face(
                    EntryKind.TRANSFER, Channel.INSTANT, f"INSTANT PAYMENT {word} {name.upper()}", name, "Transfer"
                )
                row = Row(book, face, sign * amount, at, at, firm=WISH if sign < 0 else FACT)
                row.memo = memo
                if day in days:
                    story.add(row)
