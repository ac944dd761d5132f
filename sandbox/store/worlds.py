"""Worlds and what was done in them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from threading import local

from sqlalchemy import delete, select, update

from sandbox.kernel import ids
from sandbox.kernel.clock import Clock
from sandbox.ledger import codec
from sandbox.ledger.accounts import Account
from sandbox.ledger.customers import Customer
from sandbox.ledger.entries import Entry
from sandbox.store.cache import Cache
from sandbox.store.database import Database, param
from sandbox.store.schema import (
    AUTHORIZATION,
    OVERLAYS,
    overlay_account,
    overlay_customer,
    overlay_entry,
    overlay_fact,
    snapshot,
    template,
    world,
)


@dataclass(frozen=True, slots=True)
class StoredWorld:
    world_id: str
    template_id: str
    name: str
    clock: Clock
    first_clock: Clock
    version: int
    created_at: int
    seed: int
    anchor: str


KEPT = 10_000


class _Glance(local):
    """What this thread has read of worlds while it glances."""

    seen: dict[str, StoredWorld] | None = None


class Worlds:
    def __init__(self, database: Database) -> None:
        self.database = database
        self._glance = _Glance()
        self._known: Cache[tuple[str, int], StoredWorld] = Cache(database, KEPT)
        """By id and version."""
        prepare, w = database.prepare, world.c
        this = w.world_id == param("world_id")
        joined = select(
            w.world_id, w.template_id, w.name, w.origin, w.since, w.speed, w.first_origin, w.first_speed,
            w.version, w.created_at,            template.c.seed, template.c.anchor,
        ).join(template, template.c.template_id == w.template_id)  # fmt: skip
        self._version = prepare(select(w.version).where(this))
        self._get = prepare(joined.where(this))
        self._list = prepare(joined.order_by(w.created_at, w.world_id))
        self._add = prepare(database.insert(world).on_conflict_do_nothing())
        self._set_clock = prepare(
            update(world)
            .where(this)
            .values(origin=param("origin"), since=param("since"), speed=param("speed"), version=w.version + 1)
        )
        self._touch = prepare(update(world).where(this).values(version=w.version + 1))
        self._delete = [
            prepare(delete(table).where(table.c.world_id == param("world_id"))) for table in (snapshot, world)
        ]
        self._clear = [
            prepare(delete(table).where(table.c.world_id == param("world_id"))) for table in (*OVERLAYS, *AUTHORIZATION)
        ]
        self._copy = [
            prepare(
                table.insert().from_select(
                    [column.name for column in table.c],
                    select(
                        *(
                            param("target").label("world_id") if column.name == "world_id" else column
                            for column in table.c
                        )
                    ).where(table.c.world_id == param("source")),
                )
            )
            for table in OVERLAYS
        ]
        self._lines = [
            prepare(
                select(*(column for column in table.c if column.name != "world_id"))
                .where(table.c.world_id == param("world_id"))
                .order_by(*(column for column in table.primary_key if column.name != "world_id"))
            )
            for table in OVERLAYS
        ]
        o = overlay_entry.c
        self._overlay = prepare(
            select(o.sequence, o.detail)
            .where(o.world_id == param("world_id"), o.account_id == param("account_id"))
            .order_by(o.sequence)
        )
        put = database.insert(overlay_entry)
        self._put_entry = prepare(
            put.on_conflict_do_update(
                index_elements=["world_id", "account_id", "sequence"], set_={"detail": put.excluded.detail}
            )
        )
        a = overlay_account.c
        self._overlay_accounts = prepare(select(a.account_id, a.document).where(a.world_id == param("world_id")))
        put = database.insert(overlay_account)
        self._put_account = prepare(
            put.on_conflict_do_update(
                index_elements=["world_id", "account_id"], set_={"document": put.excluded.document}
            )
        )
        c = overlay_customer.c
        self._overlay_customers = prepare(select(c.document).where(c.world_id == param("world_id")))
        put = database.insert(overlay_customer)
        self._put_customer = prepare(
            put.on_conflict_do_update(index_elements=["world_id", "username"], set_={"document": put.excluded.document})
        )
        f = overlay_fact.c
        self._fact = prepare(
            select(f.document).where(f.world_id == param("world_id"), f.kind == param("kind"), f.key == param("key"))
        )
        put = database.insert(overlay_fact)
        self._put_fact = prepare(
            put.on_conflict_do_update(
                index_elements=["world_id", "kind", "key"], set_={"document": put.excluded.document}
            )
        )

    # --- Worlds ----------------------------------------------------------------------------------------------------

    @contextmanager
    def glance(self, *read: StoredWorld) -> Iterator[None]:
        """Inside each world is read once, and once more in each transaction, however often it is asked for, until this
        thread changes one: many steps of one request want to know what time it is."""
        self._glance.seen = {world.world_id: world for world in read}
        try:
            yield
        finally:
            self._glance.seen = None

    def _seen(self) -> dict[str, StoredWorld] | None:
        """Nobody else changes a world while this thread is inside a transaction."""
        draft = self.database.draft
        return draft.setdefault(self, {}) if draft is not None else self._glance.seen

    def take(self, drafted: Mapping[str, StoredWorld]) -> None:
        if self._glance.seen is not None:
            self._glance.seen.update(drafted)

    def _forget(self) -> None:
        for seen in (self._seen(), self._glance.seen):
            if seen:
                seen.clear()

    def get(self, world_id: str) -> StoredWorld | None:
        seen = self._seen()
        if seen is None:
            return self._read(world_id)
        found = seen.get(world_id) or self._read(world_id)
        if found is not None:
            seen[world_id] = found
        return found

    def _read(self, world_id: str) -> StoredWorld | None:
        """Every change of a world gives it another version."""
        stamp = self._version.first(world_id=world_id)
        if stamp is None:
            return None
        known = self._known.get((world_id, stamp[0]))
        if known is None and (row := self._get.first(world_id=world_id)) is not None:
            known = self._world(row)
            self._known.keep((world_id, known.version), known)
        return known

    def all(self) -> list[StoredWorld]:
        return [self._world(row) for row in self._list.all()]

    @staticmethod
    def _world(row: tuple) -> StoredWorld:  # type: ignore[type-arg]
        (
            world_id,
            template_id,
            name,
            origin,
            since,
            speed,
            first_origin,
            first_speed,
            version,
            created,
            seed,
            anchor,
        ) = row
        return StoredWorld(
            world_id=world_id,
            template_id=template_id,
            name=name,
            clock=Clock(origin, since, speed),
            first_clock=Clock(first_origin, created, first_speed),
            version=version,
            created_at=created,
            seed=seed,
            anchor=anchor,
        )

    def add(self, world_id: str, template_id: str, name: str, clock: Clock, created_at: int) -> bool:
        """False where a world of that id is there already. Versions begin anywhere, so that what some process still
        remembers of a deleted world of the same id is not taken for the new one's."""
        return bool(
            self._add.run(
                world_id=world_id,
                template_id=template_id,
                name=name,
                origin=clock.origin,
                since=clock.since,
                speed=clock.speed,
                first_origin=clock.origin,
                first_speed=clock.speed,
                version=ids.any_number(),
                created_at=created_at,
            )
        )

    def set_clock(self, world_id: str, clock: Clock) -> None:
        self._forget()
        self._set_clock.run(world_id=world_id, origin=clock.origin, since=clock.since, speed=clock.speed)

    def touch(self, world_id: str) -> None:
        self._forget()
        self._touch.run(world_id=world_id)

    def copy_overlay(self, source: str, target: str) -> None:
        for statement in self._copy:
            statement.run(source=source, target=target)

    def clear(self, world_id: str) -> None:
        """Forget all that was done in a world; the template stays."""
        for statement in self._clear:
            statement.run(world_id=world_id)
        self.touch(world_id)

    def delete(self, world_id: str) -> None:
        self._forget()
        for statement in self._clear:
            statement.run(world_id=world_id)
        for statement in self._delete:
            statement.run(world_id=world_id)

    # --- Overlays --------------------------------------------------------------------------------------------------

    def overlay_lines(self, world_id: str) -> list[str]:
        """All that was put over a world, as text, in an order that depends on nothing else."""
        return [repr(tuple(row)) for statement in self._lines for row in statement.all(world_id=world_id)]

    def overlay(self, world_id: str, account_id: str) -> list[tuple[int, Entry | None]]:
        """(sequence, entry) of what was put over an account's rows; None hides the row."""
        rows = self._overlay.all(world_id=world_id, account_id=account_id)
        return [(sequence, codec.decode_entry(detail) if detail is not None else None) for sequence, detail in rows]

    def put_entries(self, world_id: str, account_id: str, rows: list[tuple[int, Entry | None]]) -> None:
        with self.database.transaction():
            self._put_entry.many(
                {
                    "world_id": world_id,
                    "account_id": account_id,
                    "sequence": sequence,
                    "detail": codec.encode_entry(value) if value is not None else None,
                }
                for sequence, value in rows
            )
            self.touch(world_id)

    def accounts(self, world_id: str) -> dict[str, Account]:
        """Accounts that were added to, or changed in, this world."""
        rows = self._overlay_accounts.all(world_id=world_id)
        return {account_id: codec.decode(document, Account) for account_id, document in rows}

    def put_account(self, world_id: str, value: Account) -> None:
        with self.database.transaction():
            self._put_account.run(
                world_id=world_id, account_id=value.account_id, bank=value.bank, document=codec.encode(value)
            )
            self.touch(world_id)

    def customers(self, world_id: str) -> list[Customer]:
        return [codec.decode(row[0], Customer) for row in self._overlay_customers.all(world_id=world_id)]

    def put_customer(self, world_id: str, value: Customer) -> None:
        with self.database.transaction():
            self._put_customer.run(world_id=world_id, username=value.username, document=codec.encode(value))
            self.touch(world_id)

    def fact(self, world_id: str, kind: str, key: str) -> str | None:
        row = self._fact.first(world_id=world_id, kind=kind, key=key)
        return row[0] if row else None

    def put_facts(self, world_id: str, kind: str, documents: Mapping[str, str]) -> None:
        """Facts of one kind, by key; all of them or none."""
        with self.database.transaction():
            self._put_fact.many(
                {"world_id": world_id, "kind": kind, "key": key, "document": document}
                for key, document in sorted(documents.items())
            )
            self.touch(world_id)
