"""One persona at one bank, lived month by month, always forward: nothing looks at a later row, or at how far it will
go."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from heapq import heappop, heappush
from operator import attrgetter
from typing import Any, TypeVar

from sandbox.ledger.entries import Channel, EntryKind
from sandbox.seeding import calendar
from sandbox.seeding.calendar import Month
from sandbox.seeding.clearing import BATCH, ach_notice
from sandbox.seeding.draw import Draw
from sandbox.seeding.merchants import Catalogue
from sandbox.seeding.personas import Person, Persona
from sandbox.seeding.story.book import BILL, FACT, NEVER, RETRY, WISH, Book, Face, Row
from sandbox.seeding.story.rhythm import Rhythm
from sandbox.seeding.zones import HOUR, Zone, zone

T = TypeVar("T")

RETRY_DAYS = 7
COVER_STEP = 100_00
"""Overdraft protection moves whole multiples of this."""


class Action:
    """Something that decides when its time comes, by what is on the accounts then."""

    __slots__ = ("at", "do")

    def __init__(self, at: int, do: Callable[[int], None]) -> None:
        self.at = at
        self.do = do


class Story:
    """The books of a persona, and the rules by which rows enter them. Days are ordinals in the persona's zone."""

    def __init__(
        self, persona: Persona, books: dict[str, Book], *, seed: int, anchor: date, catalogue: Catalogue, start: int
    ) -> None:
        self.persona = persona
        self.books = books
        self.seed = seed
        self.anchor = anchor
        self.catalogue = catalogue
        self.home: Zone = zone(persona.zone)
        self.start = start
        self._people = {person.login: person for person in persona.people}
        self.refused = 0
        """Wishes that lacked money, for those who write personas."""
        self.unpaid = 0
        """Bills that nobody could pay."""
        self.memo: dict[str, Any] = {}
        """What rhythms have worked out, by label."""
        self.away: dict[str, set[int]] = defaultdict(set)
        """Days on which a person is on a trip; filled a month ahead."""
        self._items: dict[int, list[Row | Action]] = defaultdict(list)
        self._queue: list[tuple[int, int, Row | Action]] = []
        self._queued = 0
        self._now = self._until = start
        self._planned: list[Row | Action] = []
        self._planned_from = self._planned_to = 0

    # --- For rhythms -----------------------------------------------------------------------------------------------

    def draw(self, *path: object) -> Draw:
        return Draw(self.seed, self.persona.slug, *path)

    def once(self, label: str, make: Callable[[], T]) -> T:
        """What a rhythm works out once and for all months."""
        found: T | None = self.memo.get(label)
        if found is None:
            found = self.memo[label] = make()
        return found

    def phase(self, label: str) -> int:
        """Which of two fortnights a rhythm keeps to."""
        return self.draw("phase", label).between(0, 1)

    def add(self, item: Row | Action) -> None:
        """Let a row or an action happen at its time, which must not have passed."""
        at = item.at
        if at < self.start:
            return
        if at < self._until:
            assert at >= self._now, f"{self.persona.slug}: the story has passed {at}"
            self._queued += 1
            heappush(self._queue, (at, self._queued, item))
        elif self._planned_from <= at < self._planned_to:
            self._planned.append(item)
        else:
            self._items[self._month(at)].append(item)

    def _month(self, at: int) -> int:
        month = Month.containing(self.home.day(at))
        if at < self.home.midnight(month.first):
            return month.index - 1
        return month.index + (at >= self.home.midnight(month.last + 1))

    def act(self, at: int, do: Callable[[int], None]) -> None:
        self.add(Action(at, do))

    def electronic(self, book: Book, day: int, draw: Draw) -> tuple[int, int]:
        """(authorised, posted) of an ACH payment that settles on a business day."""
        return ach_notice(self.home, day, draw.between(0, 3 * HOUR - 1)), book.clearing.batch(day) + draw.between(
            0, BATCH
        )

    def move(
        self, source: Book, target: Book, amount: int, at: int, draw: Draw, *, description: str = "", memo: str = ""
    ) -> None:
        """Money from one own account to another, now: at once inside a bank, by ACH between banks."""
        inside = source.bank == target.bank
        channel = Channel.INTERNAL if inside else Channel.ACH
        here, there = (source.plan.nickname or source.slug).upper(), (target.plan.nickname or target.slug).upper()
        payer, payee = here.title(), there.title()
        sent = received = at
        arrival = at
        if not inside:
            sent = source.clearing.settled(at, 1, draw.between(0, BATCH))
            received = max(sent, target.clearing.settled(at, 2, draw.between(0, BATCH)))
            arrival = max(at, ach_notice(self.home, target.clearing.zone.day(received), draw.between(0, HOUR)))
            sender, receiver = source.clearing.habits, target.clearing.habits
            here, there, payer, payee = sender.descriptor, receiver.descriptor, sender.name, receiver.name
        out = description or ("ONLINE TRANSFER TO " if inside else "ACH TRANSFER TO ") + there
        back = description or ("ONLINE TRANSFER FROM " if inside else "ACH TRANSFER FROM ") + here
        debit = Row(source, Face(EntryKind.TRANSFER, channel, out, payee, "Transfer"), -amount, at, sent, firm=FACT)
        credit = Row(
            target,
            Face(EntryKind.TRANSFER, channel, back, payer, "Transfer"),
            amount,
            arrival,
            received,
            firm=FACT,
        )
        debit.memo = credit.memo = memo
        self.take(debit)
        if arrival == at:
            self.take(credit)
        else:
            self.add(credit)

    def person_for(self, book: Book, login: str) -> Person:
        """Who uses an account: the named person, else the first holder with a card, else the first holder."""
        name = login or next(iter(book.cards), "") or book.plan.holders[0].login
        return self._people[name]

    # --- Living ----------------------------------------------------------------------------------------------------

    def live(self, rhythms: list[Rhythm], until: int) -> None:
        """Everything authorised before `until`, and a little more that the caller cuts off."""
        first = Month.containing(self.home.day(self.start))
        last = Month.containing(self.home.day(max(until, self.start)))
        spans = [(rhythm, *self._lasts(rhythm)) for rhythm in rhythms]
        self._plan(first, spans)
        for index in range(first.index, last.index + 1):
            month = Month.at(index)
            self._plan(month.following, spans)
            self._live(month)

    def _lasts(self, rhythm: Rhythm) -> tuple[int, int]:
        first = rhythm.starts.ordinal(self.anchor) if rhythm.starts else 0
        last = rhythm.ends.ordinal(self.anchor) if rhythm.ends else NEVER
        return first, last

    def _plan(self, month: Month, spans: list[tuple[Rhythm, int, int]]) -> None:
        self._planned = self._items[month.index]
        self._planned_from, self._planned_to = self.home.midnight(month.first), self.home.midnight(month.last + 1)
        for rhythm, first, end in spans:
            days = range(max(month.first, first), min(month.last + 1, end))
            if days:
                rhythm.plan(self, month, days)

    def _live(self, month: Month) -> None:
        items = sorted(self._items.pop(month.index, []), key=attrgetter("at"))
        end = self.home.midnight(month.last + 1)
        self._until = end
        queue = self._queue
        take = self.take
        for item in items:
            at = item.at
            while queue and queue[0][0] <= at:
                self._happen(heappop(queue)[2])
            self._now = at
            if isinstance(item, Row):
                take(item)
            else:
                item.do(at)
        while queue:
            self._happen(heappop(queue)[2])
        self._now = end

    def _happen(self, item: Row | Action) -> None:
        self._now = item.at
        if isinstance(item, Row):
            self.take(item)
        else:
            item.do(item.at)

    # --- Rows entering the books -----------------------------------------------------------------------------------

    def take(self, row: Row) -> None:
        """Let a row happen, unless the account is closed, what it refers to never happened, or the money is missing."""
        book = row.book
        at = row.at
        if at < book.opens or at >= book.quiet or row.post >= book.ends or _baseless(row):
            return
        if row.firm != FACT and row.amount < 0:
            need = -row.amount if row.hold is None or row.hold > row.amount else -row.hold
            floor = book.plan.floor if row.firm == WISH else 0
            if (
                book.free + book.allowance - floor < need
                and book.funds(at) - floor < need
                and not self._find(row, need)
            ):
                return
        book.enter(row)
        if book.free < 0 and row.amount < 0 and book.plan.overdraft is not None:
            self._charge_overdraft(row)
        if row.foreign is not None and book.plan.foreign_fee_bp and not row.drop:
            self._charge_foreign(row)

    def _find(self, row: Row, need: int) -> bool:
        """Money for a row that lacks it. True: it may happen after all."""
        if row.firm == WISH:
            self.refused += 1
            return False
        book = row.book
        missing = need - book.funds(row.at)
        if self.cover(book, missing, row.at):
            return True
        if book.plan.overdraft is not None:
            self._bounce(row)
            return True
        self.unpaid += 1
        return False

    def cover(self, book: Book, missing: int, at: int) -> bool:
        """Bring `missing` cents from the account that covers this one, if it has them."""
        source = book.covers
        step = -(-missing // COVER_STEP) * COVER_STEP
        if source is None or not source.alive(at) or source.funds(at) < step or source.bank != book.bank:
            return False
        self.move(
            source, book, step, at, self.draw("cover", book.slug, at), description="OVERDRAFT PROTECTION TRANSFER"
        )
        return True

    def _bounce(self, row: Row) -> None:
        """The bank returns a bill unpaid: it never posts, and that costs a fee."""
        book = row.book
        row.drop = True
        overdraft = book.plan.overdraft
        if row.firm == BILL:
            self._present_again(row)
        if overdraft is not None and overdraft.nsf_fee:
            fee = Face(EntryKind.FEE, Channel.INTERNAL, "RETURNED ITEM FEE", book.clearing.habits.name, "Fees")
            self.add(Row(book, fee, -overdraft.nsf_fee, row.post + 900, row.post + 900, firm=FACT, of=row))

    def _present_again(self, row: Row) -> None:
        """The payee tries once more, a week later."""
        book, face = row.book, row.face
        draw = self.draw("retry", book.slug, row.at)
        day = calendar.on_or_after(book.clearing.zone.day(row.post) + RETRY_DAYS)
        again = replace(face, description=f"{face.description} RETRY PYMT")
        retry = Row(book, again, row.amount, *self.electronic(book, day, draw), firm=RETRY)
        retry.check, retry.memo = row.check, row.memo
        retry.began, retry.recurrence = row, row.recurrence
        self.add(retry)

    def _charge_overdraft(self, row: Row) -> None:
        book = row.book
        overdraft = book.plan.overdraft
        day = book.clearing.zone.day(row.post)
        if overdraft is None or not overdraft.fee or row.drop or row.face.kind is EntryKind.FEE or day in book.fee_days:
            return
        book.fee_days.add(day)
        bank = book.clearing.habits.name
        at = row.post + 1800
        face = Face(EntryKind.FEE, Channel.INTERNAL, "OVERDRAFT FEE", bank, "Fees")
        fee = Row(book, face, -overdraft.fee, at, at, firm=FACT, of=row)
        self.add(fee)
        draw = self.draw("overdraft", book.slug, day)
        if draw.chance(overdraft.refund_chance):
            given = calendar.on_or_after(day + overdraft.refund_after_days)
            back = book.clearing.zone.at(given, 10 * HOUR + draw.between(0, 5 * HOUR))
            face = Face(EntryKind.ADJUSTMENT, Channel.INTERNAL, "OVERDRAFT FEE REVERSAL", bank, "Fees")
            self.add(Row(book, face, overdraft.fee, back, back, firm=FACT, of=fee))

    def _charge_foreign(self, row: Row) -> None:
        book = row.book
        fee = round(-row.amount * book.plan.foreign_fee_bp / 10_000)
        if fee > 0:
            face = Face(EntryKind.FEE, Channel.INTERNAL, "FOREIGN TRANSACTION FEE", book.clearing.habits.name, "Fees")
            self.add(Row(book, face, -fee, row.post, row.post, firm=WISH, of=row))


def _baseless(row: Row) -> bool:
    """Whether what it refers to never happened."""
    return (row.of is not None and not row.of.taken) or (row.began is not None and not row.began.taken)
