"""What follows from the store, kept in memory."""

from collections.abc import Hashable, Mapping
from typing import Generic, TypeVar

from sandbox.store.database import Database

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Cache(Generic[K, V]):
    """A value never changes under its key: that holds the version of what it was made from. What a transaction keeps is
    seen in it alone until it is committed, and forgotten with it where it is undone."""

    def __init__(self, database: Database, most: int) -> None:
        self.database = database
        self.most = most
        self._kept: dict[K, V] = {}

    def get(self, key: K) -> V | None:
        value = self._kept.get(key)
        if value is None and (draft := self.database.draft) is not None:
            value = draft.get(self, {}).get(key)
        return value

    def keep(self, key: K, value: V) -> None:
        draft = self.database.draft
        if draft is not None:
            draft.setdefault(self, {})[key] = value
        else:
            self.take({key: value})

    def take(self, drafted: Mapping[K, V]) -> None:
        """What a transaction kept that is committed."""
        if len(self._kept) >= self.most:
            self._kept.clear()
        self._kept.update(drafted)

    def clear(self) -> None:
        self._kept.clear()
        if (draft := self.database.draft) is not None:
            draft.pop(self, None)
