"""What is said and set on the messengers, as documents of a kind. What they mean is known in sandbox.messenger."""

from sqlalchemy import delete, func, select

from sandbox.store.database import Database, param
from sandbox.store.schema import chat

Kept = tuple[int, str]
"""(place, document)."""


class Chats:
    def __init__(self, database: Database) -> None:
        self.database = database
        prepare, c = database.prepare, chat.c
        of_kind = (c.world_id == param("of_world"), c.kind == param("of_kind"))
        this = (*of_kind, c.key == param("of_key"))
        owned = (*of_kind, c.owner == param("of_owner"))
        self._get = prepare(select(c.document).where(*this))
        put = database.insert(chat)
        self._put = prepare(
            put.on_conflict_do_update(
                index_elements=["world_id", "kind", "key"], set_={"document": put.excluded.document}
            )
        )
        self._delete = prepare(delete(chat).where(*this))
        self._place = prepare(select(c.place).where(*this))
        self._last = prepare(select(func.max(c.place)).where(*owned))
        self._forget = prepare(delete(chat).where(*owned, c.place < param("before")))
        ordered = select(c.place, c.document)
        self._after = prepare(ordered.where(*owned, c.place > param("after")).order_by(c.place).limit(param("most")))
        self._every = prepare(select(c.document).where(*of_kind).order_by(c.owner, c.place, c.key))
        self._before = prepare(
            ordered.where(*owned, c.place < param("before")).order_by(c.place.desc()).limit(param("most"))
        )

    def get(self, world_id: str, kind: str, key: str) -> str | None:
        row = self._get.first(of_world=world_id, of_kind=kind, of_key=key)
        return row[0] if row else None

    def place(self, world_id: str, kind: str, key: str) -> int | None:
        row = self._place.first(of_world=world_id, of_kind=kind, of_key=key)
        return row[0] if row else None

    def put(self, world_id: str, kind: str, key: str, document: str, *, owner: str = "") -> None:
        """What has no order, or keeps the place and the owner that it had."""
        self._put.run(world_id=world_id, kind=kind, key=key, owner=owner, place=0, document=document)

    def next_place(self, world_id: str, kind: str, owner: str) -> int:
        """Behind all that the owner has of the kind, from 1. Ask in the transaction that `append`s."""
        row = self._last.first(of_world=world_id, of_kind=kind, of_owner=owner)
        return ((row[0] or 0) if row else 0) + 1

    def append(self, world_id: str, kind: str, key: str, document: str, *, owner: str, place: int) -> None:
        self._put.run(world_id=world_id, kind=kind, key=key, owner=owner, place=place, document=document)

    def delete(self, world_id: str, kind: str, key: str) -> bool:
        """False where there was none."""
        return bool(self._delete.run(of_world=world_id, of_kind=kind, of_key=key))

    def forget_before(self, world_id: str, kind: str, owner: str, place: int) -> int:
        """How many of the oldest there were."""
        return self._forget.run(of_world=world_id, of_kind=kind, of_owner=owner, before=place)

    def after(self, world_id: str, kind: str, owner: str, place: int = -1, most: int = 1000) -> list[Kept]:
        """Oldest first."""
        rows = self._after.all(of_world=world_id, of_kind=kind, of_owner=owner, after=place, most=most)
        return [(row[0], row[1]) for row in rows]

    def every(self, world_id: str, kind: str) -> list[str]:
        """Of all owners, each one's oldest first."""
        return [row[0] for row in self._every.all(of_world=world_id, of_kind=kind)]

    def before(self, world_id: str, kind: str, owner: str, place: int = 2**62, most: int = 100) -> list[Kept]:
        """Newest first."""
        rows = self._before.all(of_world=world_id, of_kind=kind, of_owner=owner, before=place, most=most)
        return [(row[0], row[1]) for row in rows]
