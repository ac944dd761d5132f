"""The wire forms of posted rows, which never change once they are stored: those read last are kept."""

from collections.abc import Sequence

from sqlalchemy import select

from sandbox.store.database import Database, param
from sandbox.store.schema import entry

BLOCK = 64
"""Rows that are kept or forgotten together."""
BLOCKS_KEPT = 400
"""Some 12 MB at four hundred bytes to a row."""

Block = tuple[int, int]


class Wires:
    def __init__(self, database: Database) -> None:
        self.database = database
        e = entry.c
        span = (e.account_pk == param("pk"), e.ordinal >= param("low"), e.ordinal < param("high"))
        self._span = database.prepare(select(e.wire).where(*span).order_by(e.ordinal))
        self._kept: dict[Block, Sequence[bytes]] = {}
        """The one used last comes last."""

    def newest_first(self, pk: int, low: int, high: int) -> list[bytes]:
        """Of the rows of an account with low <= ordinal < high, all of which are stored."""
        found = list[bytes]()
        for number in range(low // BLOCK, (high - 1) // BLOCK + 1):
            start = number * BLOCK
            found += self._block(pk, number, high)[max(low - start, 0) : high - start]
        found.reverse()
        return found

    def _block(self, pk: int, number: int, high: int) -> Sequence[bytes]:
        """At least as far as `high`: the newest block grows as an account's horizon moves."""
        start, kept = number * BLOCK, self._kept
        block = kept.pop((pk, number), ())
        if start + len(block) < min(high, start + BLOCK):
            block = [wire for (wire,) in self._span.all(pk=pk, low=start, high=start + BLOCK)]
            if self.database.in_transaction:
                return block  # it may yet be undone
            if len(kept) >= BLOCKS_KEPT:
                kept.pop(next(iter(kept)), None)
        kept[pk, number] = block
        return block
