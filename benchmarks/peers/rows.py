"""How the peers read a page from Sandbank's tables: the same stored rows, by the same indexes."""

import os
import sqlite3
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from benchmarks.data import VARIABLE, Dataset

ZONE = ZoneInfo("America/New_York")
EDGE = "SELECT ordinal FROM entry WHERE account_pk = ? AND posted_at < ? ORDER BY posted_at DESC, sequence DESC LIMIT 1"
PAGE = "SELECT wire FROM entry WHERE account_pk = ? AND ordinal >= ? AND ordinal < ? ORDER BY ordinal DESC LIMIT ?"


def dataset() -> Dataset:
    return Dataset.load(Path(os.environ[VARIABLE]))


class Rows:
    def __init__(self, data: Dataset) -> None:
        self.pks = data.pks
        self.connection = sqlite3.connect(data.file, isolation_level=None, check_same_thread=False)
        for pragma in ("mmap_size = 268435456", "cache_size = -16000", "query_only = 1"):
            self.connection.execute(f"PRAGMA {pragma}")

    def page(self, ref: str, first: str, last: str, skip: int, limit: int) -> tuple[list[bytes], int, int | None]:
        """(rows newest first, how many the window has, how many to skip for the next page)."""
        pk = self.pks[ref]
        low = self._count_before(pk, date.fromisoformat(first))
        high = self._count_before(pk, date.fromisoformat(last) + timedelta(days=1))
        rows = [row[0] for row in self.connection.execute(PAGE, (pk, low, high - skip, limit)).fetchall()]
        following = skip + len(rows)
        return rows, high - low, following if high - following > low else None

    def _count_before(self, pk: int, day: date) -> int:
        instant = datetime(day.year, day.month, day.day, tzinfo=ZONE)
        row = self.connection.execute(EDGE, (pk, int(instant.timestamp() * 1000))).fetchone()
        return row[0] + 1 if row else 0
