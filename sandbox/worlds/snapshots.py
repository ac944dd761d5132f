"""Worlds as they stood: saved under a name, put back, compared, copied into other worlds, and carried in files.

Put back into its own world a snapshot is exact: clock, rows, clients, consents, tokens, webhooks and what is still to
be sent, messages; all but the records of what really happened. Another world gets what means the same there
(`readable`).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sandbox.kernel.clock import Clock, from_millis, iso, to_millis
from sandbox.kernel.errors import Conflict, InvalidInput, SnapshotNotFound, Violation
from sandbox.kernel.names import did_you_mean
from sandbox.ledger import codec
from sandbox.store.snapshots import Content, Stored
from sandbox.store.snapshots import Snapshots as SnapshotStore
from sandbox.worlds import readable
from sandbox.worlds.readable import BOUND, KINDS, PORTABLE
from sandbox.worlds.worlds import World, Worlds

FORMAT = 1
"""The version of the files."""

Row = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Snapshot:
    name: str
    note: str
    saved_at: datetime
    """By the machine's clock."""
    now: datetime
    """What the world's clock showed."""
    speed: float
    contents: Mapping[str, int]
    """How many there are of each kind, where there are any."""


@dataclass(frozen=True, slots=True)
class Difference:
    kind: str
    change: str
    """added, changed or removed, from the first to the second."""
    key: str
    members: tuple[str, ...] = ()
    """Those that differ, of what was changed."""
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
    """In full, of what may be shown."""


@dataclass(frozen=True, slots=True)
class State:
    """All of a world at one moment."""

    now: datetime
    speed: float
    content: Content


class Snapshots:
    def __init__(self, worlds: Worlds) -> None:
        self.worlds = worlds
        self.database = worlds.database
        self._store = SnapshotStore(worlds.database)

    # --- In one world ------------------------------------------------------------------------------------------------

    def save(self, world_id: str, name: str, note: str = "", *, ready: str = "", replace: bool = False) -> Snapshot:
        """`ready` is the id of the client that came with the world, which is not counted. Raises Conflict where there
        is one of that name that is not to be replaced."""
        with self.database.transaction():
            world = self.worlds.world(world_id)
            if not replace and self._store.get(world_id, name) is not None:
                raise Conflict(
                    f"the world has a snapshot {name!r} already", hint="Choose another name, or say `replace`."
                )
            content = self._store.read(world_id)
            told = {
                "note": note,
                "now": world.now_millis,
                "speed": world.stored.clock.speed,
                "contents": counted(content, ready),
            }
            stored = Stored(name, self.worlds.wall(), codec.encode(told))
            self._store.add(world_id, stored, content)
        return _snapshot(stored)

    def all(self, world_id: str) -> list[Snapshot]:
        """The oldest first."""
        return [_snapshot(one) for one in self._store.all(self.worlds.world(world_id).world_id)]

    def get(self, world_id: str, name: str) -> Snapshot:
        """Raises SnapshotNotFound."""
        stored = self._store.get(self.worlds.world(world_id).world_id, name)
        if stored is None:
            known = [one.name for one in self._store.all(world_id)]
            raise SnapshotNotFound(
                f"the world {world_id} has no snapshot {name!r}", hint=did_you_mean(name, known), snapshots=known
            )
        return _snapshot(stored)

    def delete(self, world_id: str, name: str) -> None:
        with self.database.transaction():
            self._store.delete(world_id, self.get(world_id, name).name)

    def restore(self, world_id: str, name: str) -> World:
        """The world as it was. Raises SnapshotNotFound, or Conflict where another world has taken a client's id."""
        with self.database.transaction():
            snapshot = self.get(world_id, name)
            taken = self._store.put_back(world_id, self._store.content(world_id, name))
            if taken:
                what = ", ".join(KINDS.get(table, table) for table in taken)
                raise Conflict(f"{what} of the snapshot belong to another world by now", hint="Fork the snapshot.")
            return self.worlds.rewind(world_id, self._clock(snapshot))

    def _clock(self, snapshot: Snapshot) -> Clock:
        return Clock(to_millis(snapshot.now), self.worlds.wall(), snapshot.speed)

    # --- Compared ----------------------------------------------------------------------------------------------------

    def state(self, world_id: str, name: str | None) -> State:
        """Of a snapshot, or of the world as it stands. Raises SnapshotNotFound."""
        if name is None:
            world = self.worlds.world(world_id)
            return State(world.now, world.stored.clock.speed, self._store.read(world_id))
        snapshot = self.get(world_id, name)
        return State(snapshot.now, snapshot.speed, self._store.content(world_id, name))

    @staticmethod
    def differences(one: State, other: State) -> list[Difference]:
        return [found for table in KINDS for found in _differences(table, one.content[table], other.content[table])]

    # --- In other worlds ---------------------------------------------------------------------------------------------

    def fork(self, world_id: str, name: str, *, title: str = "", new_id: str | None = None) -> World:
        """Another world that begins where the snapshot was taken. It has no clients yet."""
        with self.database.transaction():
            snapshot, content = self.get(world_id, name), self._store.content(world_id, name)
            made = self.worlds.fork(world_id, name=title or name, world_id=new_id)
            self._store.put_back(made.world_id, {table: content[table] for table in PORTABLE})
            return self.worlds.rewind(made.world_id, self._clock(snapshot))

    def exported(self, world_id: str, name: str) -> dict[str, Any]:
        """As a file that a team keeps: the same snapshot gives the same text, without anybody's secrets."""
        world, snapshot = self.worlds.world(world_id), self.get(world_id, name)
        content = self._store.content(world_id, name)
        return {
            "sandbank_snapshot": FORMAT,
            "name": name,
            "note": snapshot.note,
            "seed": world.stored.seed,
            "anchor": world.stored.anchor,
            "seed_data": self.worlds.stories.fingerprint,
            "now": iso(snapshot.now),
            "speed": snapshot.speed,
            **{kind: [readable.told(table, row) for row in content[table]] for table, kind in PORTABLE.items()},
        }

    def imported(
        self, file: Mapping[str, Any], anchor: date, now: datetime, *, title: str = "", new_id: str | None = None
    ) -> World:
        """A new world from a file, and from its anchor and its time. It has no clients yet. Raises InvalidInput."""
        content = {
            table: [
                readable.row(table, one, f"/snapshot/{kind}/{place}") for place, one in enumerate(file.get(kind, ()))
            ]
            for table, kind in PORTABLE.items()
        }
        with self.database.transaction():
            world = self.worlds.create(
                name=title or file["name"],
                world_id=new_id,
                seed=file["seed"],
                now=now,
                anchor=anchor,
                speed=float(file["speed"]),
            )
            for table in self._store.put_back(world.world_id, content):
                message = f"two of the {PORTABLE[table]} have the same key"
                raise InvalidInput([Violation("body", f"/snapshot/{PORTABLE[table]}", "unique", message)])
            self.worlds.touch(world.world_id)
            return self.worlds.world(world.world_id)


def counted(content: Content, ready: str) -> dict[str, int]:
    counts = {kind: len(content[table]) for table, kind in KINDS.items()}
    counts["clients"] -= sum(ready in row for row in content["client"])
    return {kind: count for kind, count in counts.items() if count}


def left_out(contents: Mapping[str, int]) -> dict[str, int]:
    """Of these what stays behind when a snapshot goes into another world."""
    return {kind: contents[kind] for kind in BOUND.values() if kind in contents}


def _snapshot(stored: Stored) -> Snapshot:
    told = codec.decode(stored.document, dict[str, Any])
    return Snapshot(
        stored.name,
        told["note"],
        from_millis(stored.saved_at),
        from_millis(told["now"]),
        told["speed"],
        told["contents"],
    )


def _differences(table: str, before: Sequence[Row], after: Sequence[Row]) -> Iterator[Difference]:
    one = {readable.key(table, row): row for row in before}
    other = {readable.key(table, row): row for row in after}

    def shown(row: Row | None) -> dict[str, Any] | None:
        return readable.told(table, row) if row is not None and table in PORTABLE else None

    for key in sorted(one.keys() | other.keys()):
        was, is_now = one.get(key), other.get(key)
        if was is None or is_now is None:
            change = "added" if was is None else "removed"
            yield Difference(KINDS[table], change, key, (), shown(was), shown(is_now))
        elif list(was) != list(is_now):
            members = tuple(readable.changed(table, was, is_now))
            yield Difference(KINDS[table], "changed", key, members, shown(was), shown(is_now))
