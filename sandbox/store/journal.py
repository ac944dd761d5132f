"""The journal: every exchange of a world, bounded by bytes. What it loses because it is full, it counts."""

import logging
import threading
from collections import Counter
from collections.abc import Iterable
from itertools import chain

from sqlalchemy import delete, func, select

from sandbox.ledger.exchanges import Cut, Exchange, decode, encode
from sandbox.store.database import Database, Row, param
from sandbox.store.schema import exchange, exchange_cut, world

log = logging.getLogger("sandbank")

BODY = 256 << 10
"""Bytes of a body that are kept."""
SHORT = 4 << 10
"""Bytes of a body that is kept whatever comes."""
BURST, PER_SECOND = 32 << 20, 1 << 20
"""Bytes of longer bodies that a process writes in one go, and in the long run: to write a page of transactions takes
half as long as to answer it, and a client that asks for thousands a second shall not wait for its journal."""
BEGINNING = 512
"""Bytes of those that are not kept whole."""
SLACK = 8
"""A world's journal is looked at whenever a process has written an eighth of what it may hold."""
TOGETHER = 20
"""Exchanges to a statement."""
HEAD = 160
"""Bytes of a row beside its document and its bodies, about."""


class Journal:
    def __init__(self, database: Database, most: int) -> None:
        """`most` bytes of a world are kept; 0 keeps nothing at all."""
        self.database = database
        self.most = most
        self._waiting: list[tuple[object, ...]] = []
        self._written: dict[str, int] = {}
        """Bytes of each world since it was last looked at."""
        self._unwritten = Counter[str]()
        """Exchanges of each world that this process could not write."""
        self._lock = threading.Lock()
        self._room, self._room_at = BURST, 0
        e, prepare = exchange.c, database.prepare
        of_world = e.world_id == param("world_id")
        head = (e.number, e.document)
        self._texts: dict[int, str] = {}
        self._mark = database.placeholder
        self._some = prepare(
            select(*head).where(of_world, e.number > param("after")).order_by(e.number).limit(param("most"))
        )
        self._whole = prepare(
            select(*head, e.request_body, e.response_body)
            .where(of_world, e.number > param("after"))
            .order_by(e.number)
            .limit(param("most"))
        )
        self._newest = prepare(
            select(*head).where(of_world, e.number < param("before")).order_by(e.number.desc()).limit(param("most"))
        )
        self._newest_of = prepare(
            select(*head, e.request_body, e.response_body)
            .where(of_world, e.channel.in_([param("first"), param("second")]))
            .order_by(e.number.desc())
            .limit(param("most"))
        )
        self._one = prepare(select(*head, e.request_body, e.response_body).where(of_world, e.number == param("number")))
        self._weight = prepare(select(func.coalesce(func.sum(e.size), 0)).where(of_world))
        self._last = prepare(select(func.coalesce(func.max(e.number), 0)).where(of_world))
        self._sizes = prepare(select(e.number, e.size).where(of_world).order_by(e.number))
        self._forget = prepare(delete(exchange).where(of_world, e.number <= param("upto")))
        c = exchange_cut.c
        self._cut = prepare(select(c.exchanges, c.size, c.upto).where(c.world_id == param("world_id")))
        self._uncut = prepare(delete(exchange_cut).where(c.world_id == param("world_id")))
        put = database.insert(exchange_cut)
        self._put_cut = prepare(
            put.on_conflict_do_update(
                index_elements=["world_id"],
                set_={
                    "exchanges": c.exchanges + put.excluded.exchanges,
                    "size": c.size + put.excluded.size,
                    "upto": put.excluded.upto,
                },
            )
        )

    # --- Writing ---------------------------------------------------------------------------------------------------

    def add(self, one: Exchange, request_body: bytes, response_body: bytes) -> None:
        """One more, at the next `flush`. Of longer bodies the beginning is kept, and that is said."""
        one.request_size, one.response_size = len(request_body), len(response_body)
        if not self._keeps(one.request_size, one.wall):
            one.cut, request_body = ("request",), request_body[:BEGINNING]
        if not self._keeps(one.response_size, one.wall):
            one.cut, response_body = (*one.cut, "response"), response_body[:BEGINNING]
        document = encode(one).decode()
        size = HEAD + len(document) + len(request_body) + len(response_body)
        head = (one.world, one.channel, one.operation, one.client, one.status, size)
        with self._lock:
            self._waiting.append((*head, document, request_body, response_body))

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

    @property
    def waiting(self) -> bool:
        return bool(self._waiting)

    def flush(self) -> None:
        """Write all that waits, unless somebody's transaction runs, which may yet be undone. What cannot be written is
        lost, and counted: no client waits for its journal, nor fails for it."""
        if not self._waiting or self.database.in_transaction:
            return
        with self._lock:
            rows, self._waiting = self._waiting, []
        try:
            with self.database.transaction(alone=False):
                for start in range(0, len(rows), TOGETHER):
                    part = rows[start : start + TOGETHER]
                    self.database.cursor(self._text(len(part)), tuple(chain.from_iterable(part)))
            self._weigh(rows)
        except Exception:
            log.exception("%s exchanges could not be written", len(rows))
            self._unwritten.update(str(row[0]) for row in rows)

    def _text(self, rows: int) -> str:
        """Of a world that is gone nothing is kept."""
        text = self._texts.get(rows)
        if text is None:
            row = f"({', '.join([self._mark] * len(COLUMNS))})"
            text = self._texts[rows] = (
                f"INSERT INTO {exchange.name} ({', '.join(COLUMNS)})"
                f" SELECT * FROM (VALUES {', '.join([row] * rows)}) AS added"
                f" WHERE EXISTS (SELECT 1 FROM {world.name} WHERE world_id = added.column1)"
            )
        return text

    def _weigh(self, rows: Iterable[tuple[object, ...]]) -> None:
        for row in rows:
            world_id, size = str(row[0]), row[SIZE]
            assert isinstance(size, int)
            written = self._written[world_id] = self._written.get(world_id, 0) + size
            if written > self.most // SLACK:
                self._written[world_id] = 0
                self._shorten(world_id)

    def _shorten(self, world_id: str) -> None:
        """Lose the oldest until what is left fits."""
        with self.database.transaction():
            row = self._weight.first(world_id=world_id)
            surplus = (row[0] if row else 0) - self.most
            lost, size, upto = 0, 0, 0
            if surplus > 0:
                for number, weight in self._sizes.all(world_id=world_id):
                    if size >= surplus:
                        break
                    lost, size, upto = lost + 1, size + weight, number
                self._forget.run(world_id=world_id, upto=upto)
                self._put_cut.run(world_id=world_id, exchanges=lost, size=size, upto=upto)

    def clear(self, world_id: str) -> None:
        """Forget all of a world's, and that anything was lost."""
        self.flush()
        with self.database.transaction():
            self._forget.run(world_id=world_id, upto=self.last(world_id))
            self._uncut.run(world_id=world_id)
        del self._unwritten[world_id]

    # --- Reading ---------------------------------------------------------------------------------------------------

    def of_world(self, world_id: str, *, after: int = 0, most: int = 1_000_000) -> list[Exchange]:
        """The oldest first, without their bodies."""
        self.flush()
        return [_read(row) for row in self._some.all(world_id=world_id, after=after, most=most)]

    def whole(self, world_id: str, *, after: int = 0, most: int = 1_000_000) -> list[Exchange]:
        """The same with their bodies."""
        self.flush()
        return [_read(row) for row in self._whole.all(world_id=world_id, after=after, most=most)]

    def newest(self, world_id: str, *, before: int, most: int) -> list[Exchange]:
        """The newest first, without their bodies."""
        self.flush()
        return [_read(row) for row in self._newest.all(world_id=world_id, before=before, most=most)]

    def newest_of(self, world_id: str, channels: tuple[str, str], *, most: int) -> list[Exchange]:
        """The newest first, of two channels, with their bodies."""
        self.flush()
        first, second = channels
        rows = self._newest_of.all(world_id=world_id, first=first, second=second, most=most)
        return [_read(row) for row in rows]

    def get(self, world_id: str, number: int) -> Exchange | None:
        self.flush()
        row = self._one.first(world_id=world_id, number=number)
        return _read(row) if row else None

    def last(self, world_id: str) -> int:
        """The number of the latest one; 0 where there is none."""
        row = self._last.first(world_id=world_id)
        return int(row[0]) if row else 0

    def cut(self, world_id: str) -> Cut:
        row, unwritten = self._cut.first(world_id=world_id), self._unwritten[world_id]
        exchanges, size, upto = row or (0, 0, 0)
        return Cut(exchanges + unwritten, size, upto)


COLUMNS = [column.name for column in exchange.c if column.name != "number"]
assert COLUMNS[0] == "world_id", "both engines call the first of some VALUES column1"
SIZE = COLUMNS.index("size")


def _read(row: Row) -> Exchange:
    """From (number, document) and maybe the bodies."""
    one = decode(row[1])
    one.number = row[0]
    if len(row) > 2:
        one.request_body, one.response_body = bytes(row[2]), bytes(row[3])
    return one
