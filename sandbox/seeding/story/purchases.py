"""A purchase and what can become of it: holds that settle at another amount, late and dropped rows, refunds,
doubles."""

from dataclasses import dataclass

from sandbox.ledger.entries import Channel, EntryKind
from sandbox.seeding.calendar import on_or_after
from sandbox.seeding.clearing import BATCH
from sandbox.seeding.currencies import abroad
from sandbox.seeding.draw import Draw
from sandbox.seeding.story.book import FACT, WISH, Book, Face, Row
from sandbox.seeding.story.haunts import Haunt
from sandbox.seeding.story.story import Story
from sandbox.seeding.zones import DAY, EPOCH_DAY, HOUR


@dataclass(frozen=True, slots=True)
class Faults:
    """Shares of purchases that take another course than the plain one."""

    drop: float = 0.006
    late: float = 0.004
    refund: float = 0.02
    partial_refund: float = 0.01
    duplicate: float = 0.002
    split: float = 0.0
    twins: float = 0.004

    def total(self) -> float:
        return self.drop + self.late + self.refund + self.partial_refund + self.duplicate + self.split + self.twins


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who buys, with what, and how it usually goes."""

    book: Book
    login: str
    faults: Faults
    faulty: float
    """The sum of all shares of `faults`."""
    tip: tuple[float, float]
    """Lowest and highest, in percent."""


def buy(story: Story, buyer: Buyer, haunt: Haunt, midnight: int, draw: Draw) -> None:
    """One purchase on the day that starts at `midnight` where the shop is."""
    random, book = draw.random, buyer.book
    at = midnight + haunt.opens + int(haunt.span * (random() + random()) / 2)
    card = book.only_card or book.card_of(buyer.login, at)
    if card is None:
        return
    merchant = haunt.merchant
    foreign = merchant.currency != "USD"
    amount = draw.price(haunt.low, haunt.typical, haunt.high, () if foreign else merchant.endings)
    speed = random()
    days = 1 if haunt.hold or speed < 0.55 else 2 if speed < 0.9 else 3
    row = Row(book, haunt.face, -amount, at, book.clearing.settled(at, days, int(random() * BATCH)))
    row.card = card
    if haunt.hold:
        row.hold = -haunt.hold
    elif haunt.tips:
        row.hold = -amount
        row.amount = -(amount + int(amount * (buyer.tip[0] + (buyer.tip[1] - buyer.tip[0]) * random()) / 100))
    if foreign:
        row.hold = None
        cents, row.foreign = abroad(-row.amount, merchant.currency, at // DAY + EPOCH_DAY, merchant.endings)
        row.amount = -cents
    fate = random()
    story.add(row)
    if fate < buyer.faulty:
        befall(story, row, haunt, fate=fate, faults=buyer.faults, draw=draw)


def befall(story: Story, row: Row, haunt: Haunt, *, fate: float, faults: Faults, draw: Draw) -> None:
    """`fate` lies below the sum of all shares and picks the one that it falls on."""
    book = row.book
    zone = book.clearing.zone
    if (fate := fate - faults.drop) < 0:
        row.drop = True
        if haunt.hold and row.hold:
            row.amount = row.hold
        row.hold = None
        row.post = row.at + draw.between(2 * DAY, 7 * DAY)
    elif (fate := fate - faults.late) < 0:
        row.post = book.clearing.batch(on_or_after(zone.day(row.at) + draw.between(9, 11))) + draw.between(0, BATCH)
    elif (fate := fate - faults.twins) < 0:
        if haunt.hold:
            return
        again = copy(row, row.amount, row.at + draw.between(300, 2 * HOUR))
        again.post = book.clearing.settled(again.at, 1, draw.between(0, BATCH))
        story.add(again)
    elif (fate := fate - faults.duplicate) < 0:
        double = copy(row, row.amount, row.at + draw.between(2, 40))
        story.add(double)
        corrected = zone.at(on_or_after(zone.day(row.post) + 2), draw.between(9 * HOUR, 16 * HOUR))
        face = Face(
            EntryKind.ADJUSTMENT, Channel.INTERNAL, f"DUPLICATE REVERSAL {row.face.description}", row.face.counterparty,
            row.face.category, row.face.merchant, row.face.mcc,
        )  # fmt: skip
        story.add(Row(book, face, -row.amount, corrected, corrected, firm=FACT, of=double))
    elif (fate := fate - faults.split) < 0:
        if haunt.online and row.foreign is None:
            ship(story, row, draw)
    elif haunt.returned and row.foreign is None:
        refund = Row(book, haunt.refund_face, -row.amount, 0, 0, firm=FACT, of=row)
        if fate >= faults.refund:
            refund.amount = max(1, round(-row.amount * (0.2 + 0.6 * draw.random())))
        refund.at = row.post + draw.between(2 * DAY, 16 * DAY) + draw.between(6 * HOUR, 14 * HOUR)
        refund.post = book.clearing.settled(refund.at, draw.between(1, 3), draw.between(0, BATCH))
        refund.card = row.card
        story.add(refund)


def copy(row: Row, amount: int, at: int) -> Row:
    twin = Row(row.book, row.face, amount, at, row.post, firm=WISH)
    twin.card, twin.hold, twin.foreign = row.card, row.hold, row.foreign
    return twin


def ship(story: Story, row: Row, draw: Draw) -> None:
    """One order that is charged parcel by parcel: rows whose amounts add up to the order's, a day or two apart."""
    parts = draw.between(2, 3)
    left = row.amount
    for part in range(parts - 1):
        share = int(left * (0.3 + 0.4 * draw.random()))
        if share >= -100 or left - share >= -100:
            return
        later = row.at + (part + 1) * DAY + draw.between(0, 6 * HOUR)
        parcel = copy(row, share, later)
        parcel.post = row.book.clearing.settled(later, draw.between(1, 2), draw.between(0, BATCH))
        parcel.began = row
        parcel.memo = f"Parcel {part + 2} of {parts}"
        left -= share
        row.amount = left
        row.memo = f"Parcel 1 of {parts}"
        story.add(parcel)
