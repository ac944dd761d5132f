"""Webhooks of the messengers that are still to leave. A row is there until its message was taken, or given up."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import delete, select, update

from sandbox.store.database import Database, param
from sandbox.store.schema import errand


class Errand(NamedTuple):
    delivery_id: str
    lane: str
    """Messages of a lane leave one after the other."""
    clock: str
    """Whose time `due_at` is: machine or world."""
    due_at: int
    """Milliseconds."""
    held_until: int
    """Milliseconds of the machine's clock: somebody sees to it."""


class Errands:
    def __init__(self, database: Database) -> None:
        self.database = database
        prepare, e = database.prepare, errand.c
        this = (e.world_id == param("of_world"), e.delivery_id == param("of_delivery"))
        put = database.insert(errand)
        changes = {name: put.excluded[name] for name in ("clock", "due_at", "held_until")}
        self._put = prepare(put.on_conflict_do_update(index_elements=["world_id", "delivery_id"], set_=changes))
        self._worlds = prepare(select(e.world_id).distinct())
        columns = (e.delivery_id, e.lane, e.clock, e.due_at, e.held_until)
        self._all = prepare(
            select(*columns).where(e.world_id == param("of_world")).order_by(e.place).limit(param("most"))
        )
        self._hold = prepare(update(errand).where(*this, e.held_until < param("now")).values(held_until=param("until")))
        self._delete = prepare(delete(errand).where(*this))

    def put(self, world_id: str, one: Errand, place: int = 0) -> None:
        """A new one at its place, or another time for one that is there."""
        self._put.run(world_id=world_id, place=place, **one._asdict())

    def worlds(self) -> list[str]:
        """Where anything is still to leave."""
        return [row[0] for row in self._worlds.all()]

    def all(self, world_id: str, most: int = 1000) -> Sequence[Errand]:
        """Those that were told first, first."""
        return [Errand(*row) for row in self._all.all(of_world=world_id, most=most)]

    def hold(self, world_id: str, delivery_id: str, now: int, until: int) -> bool:
        """False where somebody else sees to it, or it is done."""
        return bool(self._hold.run(of_world=world_id, of_delivery=delivery_id, now=now, until=until))

    def done(self, world_id: str, delivery_id: str) -> None:
        self._delete.run(of_world=world_id, of_delivery=delivery_id)
