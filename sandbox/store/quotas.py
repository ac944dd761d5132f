"""How often something may happen on one day, counted where every process sees it: together they give no more."""

from sqlalchemy import func, select, update

from sandbox.store.database import Database, param
from sandbox.store.schema import quota


class Quotas:
    def __init__(self, database: Database) -> None:
        q, prepare = quota.c, database.prepare
        self._open = prepare(database.insert(quota).on_conflict_do_nothing())
        self._take = prepare(
            update(quota)
            .where(
                q.world_id == param("in_world"),
                q.consent_id == param("of_consent"),
                q.day == param("on_day"),
                q.taken < param("limit"),
            )
            .values(taken=q.taken + 1)
        )

        added = database.insert(quota)
        self._add = prepare(
            added.on_conflict_do_update(index_elements=["world_id", "consent_id", "day"], set_={"taken": q.taken + 1})
        )
        self._sum = prepare(
            select(func.sum(q.taken)).where(
                q.world_id == param("in_world"),
                q.consent_id == param("of_consent"),
                q.day >= param("first"),
                q.day <= param("last"),
            )
        )

    def add(self, world_id: str, whose: str, period: str) -> None:
        """Once more, by whoever it is, whose id no consent has; `period` is a text that sorts as time goes."""
        self._add.run(world_id=world_id, consent_id=whose, day=period, taken=1)

    def taken(self, world_id: str, whose: str, first: str, last: str) -> int:
        """Within these periods, both included."""
        row = self._sum.first(in_world=world_id, of_consent=whose, first=first, last=last)
        return int(row[0] or 0) if row else 0

    def take(self, world_id: str, consent_id: str, day: str, limit: int) -> bool:
        """False where nothing is left on that day."""
        self._open.run(world_id=world_id, consent_id=consent_id, day=day, taken=0)
        return bool(self._take.run(in_world=world_id, of_consent=consent_id, on_day=day, limit=limit))
