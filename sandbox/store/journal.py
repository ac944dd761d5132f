"""The journal: every exchange of a world, bounded by bytes. What it loses because it is full, it counts."""

import logging
import threading
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from sqlalchemy import delete, literal, or_, select, update

from sandbox.ledger.exchanges import Cut, Exchange, decode_all, encode
from sandbox.store.database import Database, Row, param
from sandbox.store.schema import exchanges, journal, world

log = logging.getLogger("sandbank")

BODY = 256 << 10
"""Bytes of a body that are kept."""
SHORT = 4 << 10
"""Bytes of a body that is kept whatever comes."""
BURST, PER_SECOND = 32 << 20, 1 << 20
"""Bytes of longer bodies that a process writes in one go, and in the long run: to write a page of transactions takes
half as long as to answer it, and a client that asks for thousands a second shall not wait for its journal."""
BEGINNING = 128
"""Bytes of those that are not kept whole."""
TOGETHER = 1 << 20
"""Bytes of a row, about, unless an eighth of the journal is less: it loses whole rows."""
SLACK = 16
"""A full journal loses a sixteenth of what it may hold, which is room for a while."""
HEAD = 160
"""Bytes of a row beside its documents and its bodies, about."""
QUICK = 1
"""How hard zlib tries. One exchange is much like the next: to write them takes longer than to squeeze them to a tenth.
What is kept is bounded by what it was before."""
ROWS = 32
"""That are read in one go."""
EVER = 2**62


class Body(NamedTuple):
    kept: bytes
    size: int
    """Bytes that came, or were sent."""


NONE = Body(b"", 0)
Noted = tuple[Exchange, Body, Body]
"""An exchange with the bodies of its request and its response."""
Draft = Callable[[], Noted]


class Journal:
    def __init__(self, database: Database, most: int) -> None:
        """`most` bytes of a world are kept; 0 keeps nothing at all."""
        self.database = database
        self.most = most
        self._waiting: list[Draft] = []
        self._unwritten = Counter[str]()
        """Exchanges of each world that this process could not write."""
        self._lock = threading.Lock()
        self._room, self._room_at = BURST, 0
        prepare, e, j = database.prepare, exchanges.c, journal.c
        here = e.world_id == param("world_id")
        head, whole = (e.last, e.first, e.documents), (e.last, e.first, e.documents, e.bodies)
        onwards = (here, e.last > param("after"))
        among = or_(e.channels.like(param("one")), e.channels.like(param("other")))
        backwards = (here, e.last < param("upto"), e.first < param("before"), among)
        self._onwards, self._backwards = (
            [prepare(select(*of).where(*where).order_by(order).limit(ROWS)) for of in (head, whole)]
            for where, order in ((onwards, e.last), (backwards, e.last.desc()))
        )
        """Each without and with bodies."""
        self._add = prepare(exchanges.insert())
        self._oldest = prepare(select(e.last, e.first, e.size).where(here).order_by(e.last).limit(ROWS))
        self._forget = prepare(delete(exchanges).where(here, e.last <= param("upto")))
        self._journal = prepare(select(j.last, j.lost, j.lost_size, j.lost_upto).where(j.world_id == param("world_id")))
        nothing = literal(0)
        counted = select(world.c.world_id, param("added"), param("size"), nothing, nothing, nothing).where(
            world.c.world_id == param("world_id")
        )
        put = database.insert(journal).from_select([column.name for column in journal.c], counted)
        self._count = prepare(
            put.on_conflict_do_update(
                index_elements=["world_id"],
                set_={"last": j.last + put.excluded.last, "size": j.size + put.excluded.size},
            ).returning(j.last, j.size)
        )
        this = j.world_id == param("of_world")
        self._lose = prepare(
            update(journal)
            .where(this)
            .values(
                size=j.size - param("freed"),
                lost=j.lost + param("exchanges"),
                lost_size=j.lost_size + param("freed"),
                lost_upto=param("upto"),
            )
        )
        self._begin = prepare(update(journal).where(this).values(size=0, lost=0, lost_size=0, lost_upto=0))

    # --- Writing ---------------------------------------------------------------------------------------------------

    def add(self, draft: Draft) -> None:
        """One more, to be noted and written at the next `flush`: a hundred in a row take half the time of one now and
        then."""
        with self._lock:
            self._waiting.append(draft)

    @property
    def waiting(self) -> bool:
        return bool(self._waiting)

    def flush(self) -> None:
        """Write all that waits, unless somebody's transaction runs, which may yet be undone. What cannot be written is
        lost, and counted: no client waits for its journal, nor fails for it."""
        if not self._waiting or self.database.in_transaction:
            return
        with self._lock:
            waiting, self._waiting = self._waiting, []
        rows = self._rows(waiting)
        try:
            with self.database.transaction(alone=False):
                for row in rows:
                    self._write(row)
        except Exception:
            log.exception("%s exchanges could not be written", len(waiting))
            for row in rows:
                self._unwritten[row.world] += len(row.documents)

    def body(self, whole: bytes, wall: int) -> Body:
        """What is kept of a body at a moment of the machine's clock: of a longer one maybe its beginning alone."""
        size = len(whole)
        if not size:
            return NONE
        return Body(whole if self._keeps(size, wall) else whole[:BEGINNING], size)

    def _keeps(self, size: int, wall: int) -> bool:
        """Whether a body of so many bytes is kept whole."""
        if size <= SHORT:
            return True
        self._room = min(BURST, self._room + max(0, wall - self._room_at) * PER_SECOND // 1000)
        self._room_at = wall
        if size > BODY or size > self._room:
            return False
        self._room -= size
        return True

    def _noted(self, drafts: Iterable[Draft]) -> Iterator[tuple[Exchange, bytes, Body, Body]]:
        for draft in drafts:
            try:
                one, asked, answered = draft()
                one.request_size, one.response_size = asked.size, answered.size
                if len(asked.kept) < asked.size:
                    one.cut = ("request",)
                if len(answered.kept) < answered.size:
                    one.cut = (*one.cut, "response")
                yield one, encode(one), asked, answered
            except Exception:
                log.exception("an exchange could not be kept in the journal")

    def _rows(self, drafts: Iterable[Draft]) -> list["_Gathered"]:
        """In the order of their worlds, so that of two processes neither waits for a world that the other has, while
        the other waits for one of its own."""
        most = min(TOGETHER, self.most // 8)
        rows, open_rows = list[_Gathered](), dict[str, _Gathered]()
        for one, document, asked, answered in self._noted(drafts):
            row = open_rows.get(one.world)
            if row is None or row.size > most:
                row = open_rows[one.world] = _Gathered(one.world)
                rows.append(row)
            row.add(one.channel, document, asked.kept, answered.kept)
        return sorted(rows, key=lambda row: row.world) if len(rows) > 1 else rows

    def _write(self, row: "_Gathered") -> None:
        """Of a world that is gone nothing is kept."""
        added = len(row.documents)
        counted = self._count.all(world_id=row.world, added=added, size=row.size)
        if not counted:
            return
        [(last, size)] = counted
        self._add.run(
            world_id=row.world,
            last=last,
            first=last - added + 1,
            size=row.size,
            channels=f"|{'|'.join(sorted(row.channels))}|",
            documents=zlib.compress(b"[%b]" % b",".join(row.documents), QUICK),
            bodies=zlib.compress(b"".join(row.bodies), QUICK),
        )
        if size > self.most:
            self._shorten(row.world, size - self.most + self.most // SLACK)

    def _shorten(self, world_id: str, surplus: int) -> None:
        """Lose the oldest until what is left fits."""
        while surplus > 0 and (oldest := self._oldest.all(world_id=world_id)):
            lost = freed = upto = 0
            for last, first, size in oldest:
                lost, freed, upto = lost + last - first + 1, freed + size, last
                if freed >= surplus:
                    break
            self._forget.run(world_id=world_id, upto=upto)
            self._lose.run(of_world=world_id, exchanges=lost, freed=freed, upto=upto)
            surplus -= freed

    def clear(self, world_id: str) -> None:
        """Forget all of a world's, and that anything was lost. The numbers go on."""
        self.flush()
        with self.database.transaction():
            self._forget.run(world_id=world_id, upto=EVER)
            self._begin.run(of_world=world_id)
        del self._unwritten[world_id]

    # --- Reading ---------------------------------------------------------------------------------------------------

    def onwards(self, world_id: str, *, after: int = 0, bodies: bool = False) -> Iterator[Exchange]:
        """The oldest first."""
        self.flush()
        while rows := self._onwards[bodies].all(world_id=world_id, after=after):
            for row in rows:
                yield from (one for one in _exchanges(row) if one.number > after)
            after = rows[-1][0]

    def backwards(
        self, world_id: str, *, before: int = EVER, bodies: bool = False, among: tuple[str, str] | None = None
    ) -> Iterator[Exchange]:
        """The newest first; of two channels where they are named."""
        self.flush()
        one_of, other = (f"%|{name}|%" for name in among) if among else ("%", "%")
        place = {"world_id": world_id, "before": before, "one": one_of, "other": other}
        upto = EVER
        while rows := self._backwards[bodies].all(upto=upto, **place):
            for row in rows:
                for one in reversed(list(_exchanges(row))):
                    if one.number < before and (among is None or one.channel in among):
                        yield one
            upto = rows[-1][1]

    def get(self, world_id: str, number: int) -> Exchange | None:
        one = next(self.onwards(world_id, after=number - 1, bodies=True), None)
        return one if one is not None and one.number == number else None

    def last(self, world_id: str) -> int:
        """The number of the latest one; 0 where there was none."""
        row = self._journal.first(world_id=world_id)
        return int(row[0]) if row else 0

    def cut(self, world_id: str) -> Cut:
        row, unwritten = self._journal.first(world_id=world_id), self._unwritten[world_id]
        _, lost, size, upto = row or (0, 0, 0, 0)
        return Cut(lost + unwritten, size, upto)


class _Gathered:
    """Exchanges of a world that are a row together."""

    __slots__ = ("bodies", "channels", "documents", "size", "world")

    def __init__(self, world_id: str) -> None:
        self.world = world_id
        self.size = HEAD
        self.channels = set[str]()
        self.documents = list[bytes]()
        self.bodies = list[bytes]()

    def add(self, channel: str, document: bytes, asked: bytes, answered: bytes) -> None:
        self.channels.add(channel)
        self.documents.append(document)
        self.bodies += (asked, answered)
        self.size += len(document) + len(asked) + len(answered)


def _exchanges(row: Row) -> Iterator[Exchange]:
    """From (last, first, documents) and maybe the bodies."""
    _, first, documents, *squeezed = row
    rest = [zlib.decompress(bodies) for bodies in squeezed]
    at = 0
    for number, one in enumerate(decode_all(zlib.decompress(documents)), first):
        one.number = number
        for bodies in rest:
            middle = at + _length(one, "request", one.request_size)
            end = middle + _length(one, "response", one.response_size)
            one.request_body, one.response_body, at = bodies[at:middle], bodies[middle:end], end
        yield one


def _length(one: Exchange, side: str, size: int) -> int:
    """Bytes of a body that were kept."""
    return BEGINNING if side in one.cut else size
