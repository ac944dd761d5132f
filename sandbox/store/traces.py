"""Why a request was refused: kept for the latest refusals, whichever process answered them."""

from sqlalchemy import delete, select

from sandbox.store.database import Database, param
from sandbox.store.schema import trace

KEPT = 5_000


class Traces:
    def __init__(self, database: Database) -> None:
        self._add = database.prepare(
            database.insert(trace).values({name: param(name) for name in ("trace_id", "world_id", "at", "document")})
        )
        self._get = database.prepare(select(trace.c.document).where(trace.c.trace_id == param("trace_id")))
        self._last = database.prepare(select(trace.c.number).order_by(trace.c.number.desc()).limit(1))
        self._trim = database.prepare(delete(trace).where(trace.c.number <= param("upto")))
        self._added = 0

    def add(self, trace_id: str, world_id: str | None, at: int, document: str) -> None:
        self._add.run(trace_id=trace_id, world_id=world_id, at=at, document=document)
        self._added += 1
        if self._added % 500 == 0 and (last := self._last.first()):
            self._trim.run(upto=last[0] - KEPT)

    def get(self, trace_id: str) -> str | None:
        row = self._get.first(trace_id=trace_id)
        return row[0] if row else None
