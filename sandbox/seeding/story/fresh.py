"""Rows around the anchor, so that whoever looks first sees a life going on: yesterday, today, and something pending."""

from dataclasses import dataclass
from functools import partial

from sandbox.ledger.accounts import AccountKind
from sandbox.ledger.entries import Channel, EntryKind
from sandbox.seeding.calendar import Month, on_or_after
from sandbox.seeding.clearing import BATCH
from sandbox.seeding.draw import Draw
from sandbox.seeding.personas import Person
from sandbox.seeding.story.book import FACT, Book, Face, Row
from sandbox.seeding.story.haunts import Haunt, choose, haunt, near
from sandbox.seeding.story.rhythm import Rhythm
from sandbox.seeding.story.shopping import Shopping
from sandbox.seeding.story.story import Story
from sandbox.seeding.zones import HOUR

MOMENTS = ((-1, 7.2, 9.4), (-1, 11.0, 14.4), (-1, 17.5, 20.5), (0, 6.8, 8.2), (0, 11.8, 13.4), (0, 17.6, 20.8))
"""(day from the anchor, earliest hour, latest hour). What happens at noon of the day before stays pending through the
anchor's day, in whatever zone that is looked at."""
LASTING = 1
FRIENDS = ("Robin Hale", "Sam Ito", "Ana Reyes")
CHEAP = 14_00
PLAIN = ("Coffee", "Groceries", "Fast Food", "Restaurants")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fresh(Rhythm):
    label: str = "(fresh)"

    def plan(self, story: Story, month: Month, days: range) -> None:
        anchor = story.anchor.toordinal()
        for index, (offset, earliest, latest) in enumerate(MOMENTS):
            day = anchor + offset
            if day not in days:
                continue
            for bank in dict.fromkeys(book.bank for book in story.books.values()):
                draw = story.draw(self.label, index, bank if story.persona.own_banks else "")
                at = story.home.at(day, round(earliest * HOUR) + int((latest - earliest) * HOUR * draw.random()))
                buy = partial(self._buy, story, bank, draw=draw, lasting=index == LASTING)
                story.act(at, buy)

    @staticmethod
    def _buy(story: Story, bank: str, now: int, *, draw: Draw, lasting: bool) -> None:
        options = everyday(story, bank, now) or plain(story, bank, now, draw)
        if not options:
            help_out(story, bank, now, draw, lasting=lasting)
            return
        book, place, login = draw.pick(options)
        amount = draw.price(place.low, (place.low + dearest(place)) // 2, dearest(place), place.merchant.endings)
        second = draw.between(0, BATCH)
        if lasting:
            post = book.clearing.batch(on_or_after(story.anchor.toordinal() + 2)) + second
        else:
            post = book.clearing.settled(now, draw.between(1, 2), second)
        row = Row(book, place.face, -amount, now, post)
        row.card = book.card_of(login, now) or ""
        story.take(row)


def help_out(story: Story, bank: str, now: int, draw: Draw, *, lasting: bool) -> None:
    """Whoever has no card or no money gets a little: at once from a friend, or by a cheque that takes its time."""
    for book in story.books.values():
        if (
            book.bank != bank
            or book.plan.kind not in (AccountKind.CHECKING, AccountKind.SAVINGS)
            or not book.alive(now)
        ):
            continue
        friend, amount, post = draw.pick(FRIENDS), draw.between(12, 40) * 100, now
        face = Face(
            EntryKind.TRANSFER, Channel.INSTANT, f"INSTANT PAYMENT RECEIVED FROM {friend.upper()}", friend, "Transfer"
        )
        if lasting:
            post = book.clearing.batch(on_or_after(story.anchor.toordinal() + 2)) + draw.between(0, BATCH)
            face = Face(EntryKind.CHECK_DEPOSIT, Channel.ONLINE, "MOBILE CHECK DEPOSIT", friend, "Deposits")
        story.take(Row(book, face, amount, now, post, firm=FACT))
        return


Option = tuple[Book, Haunt, str]
"""With which account, where, and who."""


def everyday(story: Story, bank: str, now: int) -> list[Option]:
    """Cheap places that people of this persona go to anyhow and pay with a card of this bank."""
    return [
        (book, place, person.login)
        for rhythm in story.persona.rhythms
        if isinstance(rhythm, Shopping)
        for book in [story.books[rhythm.on]]
        for person in [story.person_for(book, rhythm.by)]
        if book.bank == bank and usable(story, book, person, now)
        for place in rhythm.haunts(story, person).places
        if fits(story, book, place, now)
    ]


def plain(story: Story, bank: str, now: int, draw: Draw) -> list[Option]:
    """Places near the holders of any card of this bank."""
    return [
        (book, place, person.login)
        for book in story.books.values()
        for person in [story.person_for(book, "")]
        if book.bank == bank and usable(story, book, person, now)
        for merchant in choose(near(story.catalogue.in_categories(PLAIN), person, None), person, 12, draw)
        for place in [haunt(merchant, person, online=Channel.CARD_PRESENT not in merchant.channels)]
        if fits(story, book, place, now)
    ]


def usable(story: Story, book: Book, person: Person, now: int) -> bool:
    """Whether somebody can pay with a card of this account then, and is at home."""
    away = story.home.day(now) in story.away[person.login]
    return book.alive(now) and bool(book.card_of(person.login, now)) and not away


def dearest(place: Haunt) -> int:
    """The most that a fresh row costs there."""
    return min(place.high, max(CHEAP, place.low * 8 // 5))


def fits(story: Story, book: Book, place: Haunt, now: int) -> bool:
    """Whether one would go there at that time of day for a few dollars, and has them."""
    second = now - story.home.midnight(story.home.day(now))
    if place.hold or place.merchant.currency != "USD" or place.low > CHEAP:
        return False
    return place.opens <= second <= place.opens + place.span and book.funds(now) - book.plan.floor >= dearest(place)
