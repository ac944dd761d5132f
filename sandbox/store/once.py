"""What may be used once and then never again while it would still be good: the ids of assertions and proofs."""

from datetime import datetime

from sqlalchemy import delete

from sandbox.kernel import ids
from sandbox.kernel.clock import to_millis
from sandbox.store.database import Database, param
from sandbox.store.schema import used_once


class Once:
    def __init__(self, database: Database) -> None:
        self.database = database
        u, prepare = used_once.c, database.prepare
        self._add = prepare(database.insert(used_once).on_conflict_do_nothing())
        self._forget = prepare(delete(used_once).where(u.world_id == param("world_id"), u.until < param("now")))

    def take(self, world_id: str, *what: str, until: datetime, now: datetime) -> bool:
        """False where it was taken before. It is remembered until it could not be used any more."""
        used = ids.fingerprint("\x1f".join(what))
        self._forget.run(world_id=world_id, now=to_millis(now))
        return bool(self._add.run(world_id=world_id, used=used, until=to_millis(until)))
