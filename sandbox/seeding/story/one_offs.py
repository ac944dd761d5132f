"""What happens once, as a persona's file says."""

from dataclasses import dataclass

from sandbox.ledger.entries import Channel, EntryKind
from sandbox.seeding.calendar import Month, on_or_after
from sandbox.seeding.clearing import BATCH
from sandbox.seeding.draw import Draw
from sandbox.seeding.personas import OneOff
from sandbox.seeding.story.book import FACT, Book, Face, Row
from sandbox.seeding.story.faces import at_merchant
from sandbox.seeding.story.rhythm import Rhythm
from sandbox.seeding.story.story import Story
from sandbox.seeding.zones import DAY, HOUR

CHANNELS = {
    EntryKind.DIRECT_DEPOSIT: Channel.ACH,
    EntryKind.DEPOSIT: Channel.ACH,
    EntryKind.BILL_PAYMENT: Channel.ACH,
    EntryKind.CHECK: Channel.CHECK,
    EntryKind.CHECK_DEPOSIT: Channel.ATM,
    EntryKind.ATM_DEPOSIT: Channel.ATM,
    EntryKind.ATM_WITHDRAWAL: Channel.ATM,
    EntryKind.TRANSFER: Channel.INSTANT,
}
"""How a kind usually travels; what is not listed stays inside the bank."""
SETTLES = frozenset({Channel.ACH, Channel.CHECK, Channel.CARD_PRESENT, Channel.ONLINE})
"""Channels whose rows are pending before they post."""
OFFICE = frozenset({Channel.ACH, Channel.CHECK, Channel.WIRE, Channel.BRANCH})
"""Channels that rest on weekends and holidays, as those do who adjust accounts: what is written for such a day
happens on the next business day."""
CATEGORIES = {
    EntryKind.FEE: "Fees",
    EntryKind.INTEREST: "Interest",
    EntryKind.TRANSFER: "Transfer",
    EntryKind.CHECK: "Checks",
    EntryKind.ATM_WITHDRAWAL: "Cash",
    EntryKind.ATM_DEPOSIT: "Cash",
    EntryKind.DIRECT_DEPOSIT: "Income",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OneOffs(Rhythm):
    label: str = "(one-offs)"

    def plan(self, story: Story, month: Month, days: range) -> None:
        rows: dict[str, Row] = story.memo.setdefault(self.label, {})
        for index, once in enumerate(story.persona.one_offs):
            day = once.when.ordinal(story.anchor)
            if self._channel(story, once) in OFFICE or once.kind is EntryKind.ADJUSTMENT:
                day = on_or_after(day)
            if day in days:
                row = self._row(story, once, day, index, rows)
                if once.id:
                    rows[once.id] = row

    @staticmethod
    def _channel(story: Story, once: OneOff) -> Channel:
        if once.channel is not None:
            return once.channel
        if once.merchant:
            return story.catalogue[once.merchant].channels[0]
        if once.kind in (EntryKind.PURCHASE, EntryKind.REFUND):
            return Channel.CARD_PRESENT
        return Channel.INTERNAL if once.to else CHANNELS.get(once.kind, Channel.INTERNAL)

    def _row(self, story: Story, once: OneOff, day: int, index: int, rows: dict[str, Row]) -> Row:
        draw = story.draw(self.label, index)
        book = story.books[once.account]
        earlier = rows.get(once.of) if once.of else None
        face = self._face(story, once, book, earlier)
        second = draw.between(9 * HOUR, 20 * HOUR) if once.when.second is None else once.when.second
        at = story.home.at(day, second)
        row = Row(book, face, once.amount, at, self._posts(once, book, face, at, draw), firm=FACT)
        if once.kind is EntryKind.PURCHASE:
            row.began = earlier
        else:
            row.of = earlier
        row.hold = once.hold
        row.drop = once.drops is not None
        row.foreign = once.foreign
        row.check = 0 if once.kind is EntryKind.CHECK and once.check_number is None else once.check_number
        row.memo = once.memo
        row.plan = f"{story.persona.slug}:{index}" if once.order is not None or once.dispute is not None else ""
        if face.channel in (Channel.CARD_PRESENT, Channel.ONLINE) or once.kind is EntryKind.ATM_WITHDRAWAL:
            row.card = (earlier.card if earlier else book.card_of(once.by, at)) or ""
        story.add(row)
        if once.to:
            self._second_leg(story, once, row)
        return row

    @staticmethod
    def _second_leg(story: Story, once: OneOff, row: Row) -> None:
        target = story.books[once.to]
        kind = (
            EntryKind.PAYMENT if target.plan.terms.apr and target.plan.kind.value != "CHECKING" else EntryKind.TRANSFER
        )
        name = (row.book.plan.nickname or row.book.slug).upper()
        described = "PAYMENT - THANK YOU" if kind is EntryKind.PAYMENT else f"ONLINE TRANSFER FROM {name}"
        face = Face(kind, row.face.channel, once.description or described, "", "Transfer")
        story.add(Row(target, face, -row.amount, row.at, row.post, firm=FACT))

    @staticmethod
    def _posts(once: OneOff, book: Book, face: Face, at: int, draw: Draw) -> int:
        place = draw.between(0, BATCH)
        if once.drops is not None:
            return at + once.drops * DAY
        if once.holds_days:
            return book.clearing.batch(on_or_after(book.clearing.zone.day(at) + once.holds_days)) + place
        if once.posts is not None:
            return book.clearing.settled(at, once.posts, place) if once.posts else at
        if face.channel not in SETTLES or face.kind in (EntryKind.FEE, EntryKind.INTEREST, EntryKind.ADJUSTMENT):
            return at
        plastic = face.channel in (Channel.CARD_PRESENT, Channel.ONLINE)
        return book.clearing.settled(at, draw.between(1, 3) if plastic else 1, place)

    def _face(self, story: Story, once: OneOff, book: Book, earlier: Row | None) -> Face:
        kind, channel = once.kind, self._channel(story, once)
        if once.merchant:
            merchant = story.catalogue[once.merchant]
            person = story.person_for(book, once.by)
            found = at_merchant(
                merchant,
                online=channel is Channel.ONLINE,
                city=person.address.city,
                state=person.address.state,
                kind=kind,
            )
            description = once.description or found.description
            return Face(
                kind,
                channel,
                description,
                found.counterparty,
                once.category or found.category,
                found.merchant,
                found.mcc,
            )
        if earlier is not None and kind in (EntryKind.REFUND, EntryKind.ADJUSTMENT):
            old = earlier.face
            description = once.description or (
                old.description if kind is EntryKind.REFUND else f"CREDIT {old.description}"
            )
            channel = once.channel or (old.channel if kind is EntryKind.REFUND else Channel.INTERNAL)
            category = once.category or old.category
            return Face(
                kind, channel, description, once.counterparty or old.counterparty, category, old.merchant, old.mcc
            )
        description = once.description or (once.counterparty or kind.value.replace("_", " ")).upper()
        if once.to and not once.description:
            target = story.books[once.to]
            description = f"ONLINE TRANSFER TO {(target.plan.nickname or target.slug).upper()}"
        return Face(kind, channel, description, once.counterparty, once.category or CATEGORIES.get(kind, ""))
