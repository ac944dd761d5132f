"""Worlds as they stood once: every row of theirs, kept under a name and put back."""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import orjson
from sqlalchemy import Table, delete, func, select

from sandbox.store.database import Database, Rows, param
from sandbox.store.schema import AUTHORIZATION, OVERLAYS, RECORDS, snapshot

Content = Mapping[str, Sequence[Sequence[object]]]
"""The rows of each table, by its name: the values in the order of the table's columns, without the world's id."""

KEPT = tuple(table for table in (*OVERLAYS, *AUTHORIZATION) if table not in RECORDS)
COLUMNS = {str(table.name): [str(column.name) for column in table.c if column.name != "world_id"] for table in KEPT}
"""As in a `Content`."""
KEYS = {
    str(table.name): [str(column.name) for column in table.primary_key if column.name != "world_id"] for table in KEPT
}
FREED = {"holder": "", "held_until": 0}
"""What some process held when the snapshot was taken, nobody holds when it is put back."""


@dataclass(frozen=True, slots=True)
class Stored:
    name: str
    saved_at: int
    """Milliseconds by the machine's clock."""
    document: str


class Snapshots:
    def __init__(self, database: Database) -> None:
        self.database = database
        prepare, s = database.prepare, snapshot.c
        of_world = s.world_id == param("of_world")
        this = (of_world, s.name == param("of_name"))
        self._read = {
            str(table.name): prepare(
                select(*(table.c[name] for name in COLUMNS[table.name]))
                .where(table.c.world_id == param("of_world"))
                .order_by(*(table.c[name] for name in KEYS[table.name]))
            )
            for table in KEPT
        }
        self._clear = {
            str(table.name): prepare(delete(table).where(table.c.world_id == param("of_world"))) for table in KEPT
        }
        self._count = {
            str(table.name): prepare(
                select(func.count()).select_from(table).where(table.c.world_id == param("of_world"))
            )
            for table in KEPT
        }
        self._rows = {str(table.name): (table, Rows(database, table)) for table in KEPT}
        described = (s.name, s.saved_at, s.document)
        self._get = prepare(select(*described).where(*this))
        self._all = prepare(select(*described).where(of_world).order_by(s.saved_at, s.name))
        self._content = prepare(select(s.content).where(*this))
        self._add = prepare(database.insert(snapshot))
        self._delete = prepare(delete(snapshot).where(*this))

    # --- Worlds as they stand ----------------------------------------------------------------------------------------

    def read(self, world_id: str) -> dict[str, list[list[object]]]:
        return {name: [list(row) for row in read.all(of_world=world_id)] for name, read in self._read.items()}

    def put_back(self, world_id: str, content: Content) -> list[str]:
        """Nothing but this is in the tables afterwards. Answers the names of those in which somebody else has taken a
        place meanwhile; then have the transaction undone."""
        return [name for name in content if not self._filled(world_id, name, content[name])]

    def _filled(self, world_id: str, name: str, rows: Sequence[Sequence[object]]) -> bool:
        table, insert = self._rows[name]
        self._clear[name].run(of_world=world_id)
        insert.add([_row(table, world_id, row) for row in rows])
        counted = self._count[name].first(of_world=world_id)
        return counted is not None and counted[0] == len(rows)

    # --- What is kept ------------------------------------------------------------------------------------------------

    def add(self, world_id: str, value: Stored, content: Content) -> None:
        """In the place of one of that name."""
        with self.database.transaction():
            self.delete(world_id, value.name)
            self._add.run(
                world_id=world_id,
                name=value.name,
                saved_at=value.saved_at,
                document=value.document,
                content=zlib.compress(orjson.dumps(content), 1),
            )

    def get(self, world_id: str, name: str) -> Stored | None:
        row = self._get.first(of_world=world_id, of_name=name)
        return Stored(*row) if row else None

    def all(self, world_id: str) -> list[Stored]:
        """The oldest first."""
        return [Stored(*row) for row in self._all.all(of_world=world_id)]

    def content(self, world_id: str, name: str) -> Content:
        """Of one that is there. Raises LookupError."""
        row = self._content.first(of_world=world_id, of_name=name)
        if row is None:
            raise LookupError(name)
        content: Content = orjson.loads(zlib.decompress(row[0]))
        return content

    def delete(self, world_id: str, name: str) -> bool:
        """False where there was none."""
        return bool(self._delete.run(of_world=world_id, of_name=name))


def _row(table: Table, world_id: str, row: Sequence[object]) -> tuple[object, ...]:
    named = {**dict(zip(COLUMNS[table.name], row, strict=True)), "world_id": world_id}
    return tuple(FREED.get(column.name, named[column.name]) for column in table.c)
