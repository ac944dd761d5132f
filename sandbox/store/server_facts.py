"""What the server itself keeps, in every world alike."""

from collections.abc import Callable

from sqlalchemy import select

from sandbox.store.database import Database, param
from sandbox.store.schema import server_fact


class ServerFacts:
    def __init__(self, database: Database) -> None:
        self._get = database.prepare(select(server_fact.c.document).where(server_fact.c.name == param("name")))
        self._add = database.prepare(database.insert(server_fact).on_conflict_do_nothing())
        put = database.insert(server_fact)
        self._put = database.prepare(
            put.on_conflict_do_update(index_elements=["name"], set_={"document": put.excluded.document})
        )

    def get(self, name: str, make: Callable[[], str]) -> str:
        """The fact of that name. What `make` makes is kept where there was none; of parallel makers one wins."""
        row = self._get.first(name=name)
        if row is None:
            self._add.run(name=name, document=make())
            row = self._get.first(name=name)
            assert row is not None, "what was added is there"
        document: str = row[0]
        return document

    def find(self, name: str) -> str | None:
        row = self._get.first(name=name)
        return row[0] if row is not None else None

    def put(self, name: str, document: str) -> None:
        """The fact of that name from now on."""
        self._put.run(name=name, document=document)
