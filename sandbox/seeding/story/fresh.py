"""Rows around the anchor, so that whoever looks first sees a life going on: yesterday, today, and something pending."""

from dataclasses import dataclass

from sandbox.seeding.calendar import Month, on_or_after
from sandbox.seeding.clearing import BATCH
from sandbox.seeding.draw import Draw
from sandbox.seeding.story.book import WISH, Book, Row
from sandbox.seeding.story.haunts import Haunt, choose, haunt, near
from sandbox.seeding.story.rhythm import Rhythm
from sandbox.seeding.story.shopping import Shopping
from sandbox.seeding.story.story import Story
from sandbox.seeding.zones import HOUR

MOMENTS = ((-1, 7.2, 9.4), (-1, 11.0, 14.4), (-1, 17.5, 20.5), (0, 6.8, 8.2), (0, 11.8, 13.4), (0, 17.6, 20.8))
"""(day from the anchor, earliest hour, latest hour). What happens at noon of the day before stays pending through the anchor's
day, in whatever zone that is looked at."""
LASTING = 1
CHEAP = 14_00
PLAIN = ("Coffee", "Groceries", "Fast Food", "Restaurants")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fresh(Rhythm):
    label: str = "fresh"

    def plan(self, story: Story, month: Month, days: range) -> None:
        anchor = story.anchor.toordinal()
        for index, (offset, earliest, latest) in enumerate(MOMENTS):
            day = anchor + offset
            if day not in days:
                continue
            for bank in dict.fromkeys(book.bank for book in story.books.values()):
                draw = story.draw(self.label, index, bank if story.persona.own_banks else "")
                at = story.home.at(day, round(earliest * HOUR) + int((latest - earliest) * HOUR * draw.random()))
                self._buy(story, bank, at, day, draw, lasting=index == LASTING)

    def _buy(self, story: Story, bank: str, at: int, day: int, draw: Draw, *, lasting: bool) -> None:
        chosen = self._place(story, bank, at, day, draw)
        if chosen is None:
            return
        book, place, login = chosen
        dearest = max(place.low, min(place.high, CHEAP))
        amount = draw.price(min(place.low, dearest), (place.low + dearest) // 2, dearest, place.merchant.endings)
        clearing = book.clearing
        second = draw.between(0, BATCH)
        if lasting:
            post = clearing.batch(on_or_after(story.anchor.toordinal() + 2)) + second
        else:
            post = clearing.settled(at, draw.between(1, 2), second)
        row = Row(book, place.face, -amount, at, post, WISH)
        row.card = book.card_of(login, at) or ""
        story.add(row)

    @staticmethod
    def _place(story: Story, bank: str, at: int, day: int, draw: Draw) -> tuple[Book, Haunt, str] | None:
        """Where somebody of this persona pays with a card of this bank: a cheap place of theirs, else a plain one nearby."""
        known = [
            (book, place, person.login)
            for rhythm in story.persona.rhythms
            if isinstance(rhythm, Shopping)
            for book in [story.books[rhythm.on]]
            for person in [story.person_for(book, rhythm.by)]
            if book.bank == bank and book.alive(at) and book.card_of(person.login, at) and day not in story.away[person.login]
            for place in rhythm.haunts(story, person).places
            if place.low <= CHEAP and not place.hold and place.merchant.currency == "USD"
        ]
        if known:
            return draw.pick(known)
        for book in story.books.values():
            person = story.person_for(book, "")
            if book.bank == bank and book.alive(at) and book.card_of(person.login, at) and day not in story.away[person.login]:
                found = choose(near(story.catalogue.in_categories(PLAIN), person, None), person, 5, draw)
                cheap = [merchant for merchant in found if merchant.low <= CHEAP]
                if cheap:
                    return book, haunt(draw.pick(cheap), person, online=False), person.login
        return None
