"""What happened in a world, in the order in which it was told; and who is watched, and up to when.

Numbers count from 1 without gaps in each world. They are given inside a transaction that runs alone, in whichever
process, so that they become visible in their order: whoever remembers the last number that it read misses nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, update

from sandbox.ledger.happenings import Happening, decode, encode
from sandbox.store.database import Database, Rows, param
from sandbox.store.schema import event, event_number, listener, watch

FEW, MANY = 8, 100
"""So many events are looked up at once."""


@dataclass(frozen=True, slots=True)
class Watch:
    """Up to `mark` (milliseconds) the subject's instants have become events."""

    kind: str
    subject: str
    persona: str
    bank: str
    mark: int
    listened: bool = False
    """Whether anybody ever came to hear of it."""


class EventLog:
    def __init__(self, database: Database) -> None:
        self.database = database
        prepare, e, en, w, li = database.prepare, event.c, event_number.c, watch.c, listener.c
        here = e.world_id == param("world_id")
        self._rows, self._numbers = Rows(database, event), Rows(database, event_number)
        self._head = prepare(select(func.max(e.number)).where(here))
        of_world = en.world_id == param("world_id")
        self._known = {
            size: prepare(
                select(en.event_id, en.number).where(of_world, en.event_id.in_([param(f"id_{n}") for n in range(size)]))
            )
            for size in (FEW, MANY)
        }
        self._number_of = prepare(select(en.number).where(of_world, en.event_id == param("event_id")))
        self._number = prepare(
            update(event_number)
            .where(en.world_id == param("at_world"), en.event_id == param("at_event"))
            .values(number=param("to_number"))
        )
        self._after = prepare(
            select(e.number, e.document).where(here, e.number > param("number")).order_by(e.number).limit(param("most"))
        )
        self._watches = Rows(database, watch)
        watched = w.world_id == param("at_world")
        this = (watched, w.kind == param("at_kind"), w.subject == param("at_subject"))
        self._listen = prepare(update(watch).where(*this, w.listened == 0).values(listened=1))
        self._move = prepare(update(watch).where(*this, w.mark < param("to_mark")).values(mark=param("to_mark")))
        columns = (w.kind, w.subject, w.persona, w.bank, w.mark, w.listened)
        self._watch = prepare(select(*columns).where(*this))
        self._listened = prepare(select(*columns).where(watched, w.listened == 1).order_by(w.kind, w.subject))
        this_one = (li.world_id == param("at_world"), li.listener == param("at_listener"))
        self._position = prepare(select(li.number).where(*this_one))
        self._add_listener = prepare(database.insert(listener).on_conflict_do_nothing())
        self._set_position = prepare(
            update(listener).where(*this_one, li.number < param("to_number")).values(number=param("to_number"))
        )

    # --- The log ---------------------------------------------------------------------------------------------------

    def append(self, world_id: str, told: Iterable[Happening]) -> int:
        """Those that are not there yet, in the order given; how many they were."""
        by_id = {one.event_id: one for one in told}
        if not by_id:
            return 0
        with self.database.transaction():
            fresh, first = list(by_id.values()), self.head(world_id) + 1
            numbers = [(world_id, event_id, number) for number, event_id in enumerate(by_id, first)]
            if self._numbers.add(sorted(numbers)) < len(fresh):
                # Some were there, which left gaps between the numbers. That is rare, to look first is dear.
                known = self._known_of(world_id, list(by_id), first)
                fresh = [one for one in fresh if one.event_id not in known]
                self._number.many(
                    {"at_world": world_id, "at_event": one.event_id, "to_number": number}
                    for number, one in enumerate(fresh, first)
                )
            self._rows.add([(world_id, number, encode(one).decode()) for number, one in enumerate(fresh, first)])
        return len(fresh)

    def _known_of(self, world_id: str, event_ids: Sequence[str], before: int) -> set[str]:
        """Of these those that have a number below another."""
        known, size = set[str](), FEW if len(event_ids) <= FEW else MANY
        for start in range(0, len(event_ids), size):
            asked = [*event_ids[start : start + size], *[""] * size][:size]
            named = {f"id_{place}": event_id for place, event_id in enumerate(asked)}
            rows = self._known[size].all(world_id=world_id, **named)
            known |= {event_id for event_id, number in rows if number < before}
        return known

    def after(self, world_id: str, number: int, limit: int) -> list[tuple[int, Happening]]:
        """At most `limit` of those behind a number, oldest first."""
        rows = self._after.all(world_id=world_id, number=number, most=limit)
        return [(row[0], decode(row[1])) for row in rows]

    def head(self, world_id: str) -> int:
        """The number of the latest; 0 before the first."""
        row = self._head.first(world_id=world_id)
        return (row[0] or 0) if row else 0

    def number_of(self, world_id: str, event_id: str) -> int | None:
        row = self._number_of.first(world_id=world_id, event_id=event_id)
        return row[0] if row else None

    # --- Who is watched --------------------------------------------------------------------------------------------

    def watch(self, world_id: str, watches: Iterable[Watch]) -> None:
        """Those that are watched already stay as they are."""
        with self.database.transaction():
            self._watches.add(
                [
                    (world_id, one.kind, one.subject, one.persona, one.bank, one.mark, int(one.listened))
                    for one in watches
                ]
            )

    def watched(self, world_id: str, kind: str, subject: str) -> Watch | None:
        row = self._watch.first(at_world=world_id, at_kind=kind, at_subject=subject)
        return _watch(row) if row else None

    def listened(self, world_id: str) -> list[Watch]:
        """Those of which somebody came to hear."""
        return [_watch(row) for row in self._listened.all(at_world=world_id)]

    def listen(self, world_id: str, subjects: Iterable[tuple[str, str]]) -> bool:
        """From now on somebody hears of these (kind, subject). False where that was so already."""
        touched = 0
        with self.database.transaction():
            for kind, subject in subjects:
                touched += self._listen.run(at_world=world_id, at_kind=kind, at_subject=subject)
        return touched > 0

    def move(self, world_id: str, marks: Mapping[tuple[str, str], int]) -> None:
        """Marks by (kind, subject). They never move back."""
        with self.database.transaction():
            for (kind, subject), mark in marks.items():
                self._move.run(at_world=world_id, at_kind=kind, at_subject=subject, to_mark=mark)

    # --- Who fetches -----------------------------------------------------------------------------------------------

    def position(self, world_id: str, name: str) -> int | None:
        """Up to where somebody has acknowledged; None for one who never did."""
        row = self._position.first(at_world=world_id, at_listener=name)
        return row[0] if row else None

    def acknowledge(self, world_id: str, name: str, number: int) -> None:
        """Positions never move back."""
        with self.database.transaction():
            self._add_listener.run(world_id=world_id, listener=name, number=0)
            self._set_position.run(at_world=world_id, at_listener=name, to_number=number)


def _watch(row: tuple[str, str, str, str, int, int]) -> Watch:
    kind, subject, persona, bank, mark, listened = row
    return Watch(kind, subject, persona, bank, mark, bool(listened))
