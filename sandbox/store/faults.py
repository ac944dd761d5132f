"""Faults on order in each world, and how often they were met: counted where every process sees it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlalchemy import delete, select

from sandbox.ledger import codec
from sandbox.ledger.faults import Fault
from sandbox.store.database import Database, param
from sandbox.store.schema import fault, fault_count


@dataclass(frozen=True, slots=True)
class Count:
    seen: int = 0
    """Calls that it could have befallen."""
    acted: int = 0


class Faults:
    def __init__(self, database: Database) -> None:
        self.database = database
        prepare, f, c = database.prepare, fault.c, fault_count.c
        of_world = f.world_id == param("of_world")
        self._of_world = prepare(select(f.document).where(of_world).order_by(f.place))
        self._last = prepare(select(f.place).where(of_world).order_by(f.place.desc()).limit(1))
        self._any = prepare(select(f.place).limit(1))
        self._add = prepare(database.insert(fault))
        self._delete = [
            prepare(delete(table).where(table.c.world_id == param("of_world"), table.c.fault_id == param("fault_id")))
            for table in (fault_count, fault)
        ]
        self._clear = [
            prepare(delete(table).where(table.c.world_id == param("of_world"))) for table in (fault_count, fault)
        ]
        self._counts = prepare(select(c.fault_id, c.seen, c.acted).where(c.world_id == param("of_world")))
        count = database.insert(fault_count)
        self._seen = prepare(
            count.on_conflict_do_update(
                index_elements=["world_id", "fault_id"], set_={"seen": fault_count.c.seen + 1}
            ).returning(c.seen)
        )
        act = fault_count.update().where(c.world_id == param("of_world"), c.fault_id == param("of_fault"))
        self._act = prepare(act.where(c.acted < param("times")).values(acted=c.acted + 1))

    def any(self) -> bool:
        """Whether there are faults in any world at all."""
        return self._any.first() is not None

    def of_world(self, world_id: str) -> list[Fault]:
        """In the order in which they were added."""
        return [codec.decode(row[0], Fault) for row in self._of_world.all(of_world=world_id)]

    def add(self, world_id: str, faults: Iterable[Fault]) -> list[Fault]:
        """Behind those that are there, numbered in order; returns them as numbered."""
        with self.database.transaction():
            last = self._last.first(of_world=world_id)
            numbered = [
                (place, replace(one, fault_id=f"flt_{place}"))
                for place, one in enumerate(faults, last[0] + 1 if last else 1)
            ]
            for place, one in numbered:
                self._add.run(world_id=world_id, fault_id=one.fault_id, place=place, document=codec.encode(one))
        return [one for _, one in numbered]

    def delete(self, world_id: str, fault_id: str) -> bool:
        """False where there is none."""
        with self.database.transaction():
            deleted = [statement.run(of_world=world_id, fault_id=fault_id) for statement in self._delete]
        return bool(deleted[-1])

    def clear(self, world_id: str) -> None:
        with self.database.transaction():
            for statement in self._clear:
                statement.run(of_world=world_id)

    # --- How often ---------------------------------------------------------------------------------------------------

    def counts(self, world_id: str) -> dict[str, Count]:
        """By the fault's id; those that met no call yet are missing."""
        return {fault_id: Count(seen, acted) for fault_id, seen, acted in self._counts.all(of_world=world_id)}

    def seen(self, world_id: str, fault_id: str) -> int:
        """One more call that it could befall: which one, from 1."""
        number: int = self._seen.all(world_id=world_id, fault_id=fault_id, seen=1, acted=0)[0][0]
        return number

    def act(self, world_id: str, fault_id: str, times: int) -> bool:
        """It acts once more. False where it has acted so many times already."""
        return bool(self._act.run(of_world=world_id, of_fault=fault_id, times=times))
