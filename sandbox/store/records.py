"""What requests leave to be written, and has to be before their answers leave."""

from typing import Protocol

from sandbox.store.database import Database


class Record(Protocol):
    @property
    def waiting(self) -> bool: ...

    def write(self) -> None: ...


class Records:
    """Several of them as one: all of a turn's in one transaction."""

    def __init__(self, database: Database, *parts: Record) -> None:
        self.database = database
        self.parts = parts

    @property
    def waiting(self) -> bool:
        return any(part.waiting for part in self.parts)

    def flush(self) -> None:
        """Raises SubsystemUnavailable where they cannot be written: then none of them is."""
        waiting = [part for part in self.parts if part.waiting]
        if len(waiting) == 1:
            waiting[0].write()
            return
        with self.database.transaction(alone=False):
            for part in waiting:
                part.write()
