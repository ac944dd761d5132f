"""The audit trail: append-only, one chain of hashes per world and writing process, so that processes never wait for
each other. A chain's first link names the heads of the chains that there were."""

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Select, func, literal_column, select

from sandbox.kernel import ids
from sandbox.kernel.clock import from_millis, to_millis
from sandbox.kernel.errors import SubsystemUnavailable
from sandbox.ledger.accesses import Access, Head, decode, encode, link
from sandbox.store.database import Database, Row, RowsBeside, param
from sandbox.store.schema import access, consent, world

CHAINS_KEPT = 10_000
TOGETHER = 50
"""Links to a statement."""
REFUSED = 400


@dataclass(slots=True)
class Chain:
    """Where this process stands in a world: the last link that it wrote."""

    name: str
    number: int = 0
    hash: bytes = b""

    def rows(self, values: Sequence[Access]) -> list[Row]:
        """The rows of the links after it. The last of them is the last one now."""
        return [self._row(value) for value in values]

    def _row(self, value: Access) -> Row:
        self.number += 1
        value.chain, value.number = self.name, self.number
        document = encode(value)
        self.hash = link(self.hash, document)
        return (
            value.world,
            value.consent,
            self.name,
            self.number,
            to_millis(value.at),
            value.operation,
            value.status,
            document.decode(),
            self.hash,
        )


@dataclass(frozen=True, slots=True)
class Use:
    """What was done by one operation under a consent."""

    operation: str
    reads: int
    refused: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Summary:
    """How a consent was used."""

    reads: int = 0
    refused: int = 0
    last_at: datetime | None = None
    """The latest read that was answered."""
    uses: tuple[Use, ...] = ()


@dataclass(slots=True)
class Verdict:
    """Whether a world's chains hold."""

    records: int = 0
    heads: list[Head] = field(default_factory=list)
    broken: list[tuple[str, int, str]] = field(default_factory=list)
    """(chain, number, what is wrong)."""


class Accesses:
    def __init__(self, database: Database) -> None:
        self.database = database
        self._chains: dict[str, Chain] = {}
        self._waiting: list[Access] = []
        self._lock = threading.RLock()
        a, prepare = access.c, database.prepare
        # What a reset or deletion of the world took along is never written on: the link before has to be there.
        self._append = RowsBeside(database, access, access, ("world_id", "chain", "number"))
        self._begin = RowsBeside(database, access, world, ("world_id",))
        of_world = a.world_id == param("world_id")
        self._tops = prepare(_tops())
        self._hash = prepare(select(a.hash).where(of_world, a.chain == param("chain"), a.number == param("number")))
        self._all = prepare(select(*access.c).where(of_world).order_by(a.chain, a.number))
        newest = (a.at.desc(), a.chain, a.number.desc())
        self._newest = prepare(
            select(a.document).where(of_world).order_by(*newest).limit(param("limit")).offset(param("offset"))
        )
        own_world = select(consent.c.world_id).where(consent.c.consent_id == param("consent_id")).scalar_subquery()
        of_consent = (a.world_id == own_world, a.consent_id == param("consent_id"))
        self._of_consent = prepare(
            select(a.document).where(*of_consent).order_by(*newest).limit(param("limit")).offset(param("offset"))
        )
        refused = a.status >= literal_column(str(REFUSED))  # PostgreSQL takes two parameters for two expressions
        self._uses = prepare(
            select(a.operation, refused, func.count(), func.max(a.at))
            .where(*of_consent)
            .group_by(a.operation, refused)
            .order_by(a.operation)
        )

    # --- Writing ---------------------------------------------------------------------------------------------------

    def add(self, value: Access) -> None:
        """One more link, at the next `flush`."""
        with self._lock:
            self._waiting.append(value)

    @property
    def waiting(self) -> bool:
        return bool(self._waiting)

    def flush(self) -> None:
        """Write all that waits, in one transaction. Of a world that is gone nothing is kept. Raises
        SubsystemUnavailable where it cannot be written: who cannot be recorded is not served."""
        if not self._waiting or self.database.in_transaction:
            return
        with self._lock:
            values, self._waiting = self._waiting, []
            by_world: dict[str, list[Access]] = {}
            for value in values:
                by_world.setdefault(value.world, []).append(value)
            parts = [
                links[start : start + TOGETHER]
                for links in by_world.values()
                for start in range(0, len(links), TOGETHER)
            ]
            # One statement is a transaction by itself.
            together = self.database.transaction(alone=False) if len(parts) > 1 else nullcontext()
            try:
                with together:
                    for part in parts:
                        self._write(part[0].world, part)
            except Exception as error:
                for world_id in by_world:  # whether it was written is unknown: another chain begins
                    self._chains.pop(world_id, None)
                if self.database.is_out_of_reach(error):
                    raise SubsystemUnavailable(f"the access cannot be recorded: {error}") from error
                raise

    def _write(self, world_id: str, values: Sequence[Access]) -> None:
        """On the chain that we have in the world, as long as it is there, else on another."""
        chain = self._chains.get(world_id)
        if chain is not None:
            last = (world_id, chain.name, chain.number)
            if self._append.add(chain.rows(values), *last):
                return
            del self._chains[world_id]
        self._start(world_id, values)

    def _start(self, world_id: str, values: Sequence[Access]) -> None:
        """A chain of our own in a world; its first link tells where the others stand."""
        values[0].heads = tuple(self._heads(world_id))
        if len(self._chains) >= CHAINS_KEPT:
            self._chains.clear()
        chain = Chain(ids.secret(9))
        if self._begin.add(chain.rows(values), world_id):
            self._chains[world_id] = chain

    # --- Reading ---------------------------------------------------------------------------------------------------

    def of_consent(self, consent_id: str, *, limit: int, offset: int = 0) -> list[Access]:
        """The newest first."""
        self.flush()
        return [decode(row[0]) for row in self._of_consent.all(consent_id=consent_id, limit=limit, offset=offset)]

    def of_world(self, world_id: str, *, limit: int, offset: int = 0) -> list[Access]:
        """The newest first."""
        self.flush()
        return [decode(row[0]) for row in self._newest.all(world_id=world_id, limit=limit, offset=offset)]

    def summary(self, consent_id: str) -> Summary:
        self.flush()
        counted: dict[str, list[Row]] = {}
        for row in self._uses.all(consent_id=consent_id):
            counted.setdefault(row[0], []).append(row)
        uses = tuple(_use(operation, rows) for operation, rows in counted.items())
        answered = [row[3] for rows in counted.values() for row in rows if not row[1]]
        return Summary(
            reads=sum(use.reads for use in uses),
            refused=sum(use.refused for use in uses),
            last_at=from_millis(max(answered)) if answered else None,
            uses=uses,
        )

    # --- Proving ---------------------------------------------------------------------------------------------------

    def verify(self, world_id: str, noted: Iterable[Head] = ()) -> Verdict:
        """Walks every chain of a world. `noted` are heads that somebody wrote down earlier: they still have to be links
        of their chains."""
        self.flush()
        verdict, named, hashes = Verdict(), list(noted), dict[tuple[str, int], str]()
        with self._lock:
            own = self._chains.get(world_id)
            if own is not None:
                named.append(Head(own.name, own.number, own.hash.hex()))
            rows = self._all.all(world_id=world_id)
        for chain, links in groupby(rows, key=lambda row: row[CHAIN]):
            previous, number = b"", 0
            for row in links:
                number += 1
                problem, value = _problem(row, number, previous)
                if problem:
                    verdict.broken.append((chain, row[NUMBER], problem))
                if value is not None:
                    named.extend(value.heads)
                verdict.records += 1
                previous, number = bytes(row[HASH]), row[NUMBER]
                hashes[chain, number] = previous.hex()
            verdict.heads.append(Head(chain, number, previous.hex()))
        verdict.broken.extend(
            (head.chain, head.number, "removed: the chain was longer once")
            if (head.chain, head.number) not in hashes
            else (head.chain, head.number, "altered: the link was another once")
            for head in dict.fromkeys(named)
            if hashes.get((head.chain, head.number)) != head.hash
        )
        return verdict

    def _heads(self, world_id: str) -> Iterator[Head]:
        for chain, number in self._tops.all(world_id=world_id):
            row = self._hash.first(world_id=world_id, chain=chain, number=number)
            if row is not None:
                yield Head(chain, number, bytes(row[0]).hex())


def _tops() -> Select[Any]:
    """The last number of each chain of a world: from chain to chain by the index, since a world has few chains and
    maybe a million records."""
    a, of_world = access.c, access.c.world_id == param("world_id")
    found = select(func.min(a.chain).label("chain")).where(of_world).cte("found", recursive=True)
    following = select(func.min(a.chain)).where(of_world, a.chain > found.c.chain).scalar_subquery()
    found = found.union_all(select(following).where(found.c.chain.is_not(None)))
    top = select(func.max(a.number)).where(of_world, a.chain == found.c.chain).scalar_subquery()
    return select(found.c.chain, top).where(found.c.chain.is_not(None)).order_by(found.c.chain)


COLUMNS = [column.name for column in access.c]
CHAIN, NUMBER, DOCUMENT, HASH = (COLUMNS.index(name) for name in ("chain", "number", "document", "hash"))


def _problem(row: Row, number: int, previous: bytes) -> tuple[str, Access | None]:
    """What is wrong with a link that should be number `number`, and its value where it can be read."""
    if row[NUMBER] != number:
        return f"removed: link {number} is missing", None
    if link(previous, row[DOCUMENT].encode()) != bytes(row[HASH]):
        return "altered, inserted or reordered: the hash does not fit", None
    value = decode(row[DOCUMENT])
    told = (value.world, value.consent, value.chain, value.number, to_millis(value.at), value.operation, value.status)
    if told != tuple(row[:DOCUMENT]):
        return "altered: the columns differ from what was recorded", None
    return "", value


def _use(operation: str, rows: list[Row]) -> Use:
    """From (operation, refused, number, latest) of the answered calls and of the refused ones."""
    numbers = {bool(refused): number for _, refused, number, _ in rows}
    return Use(operation, numbers.get(False, 0), numbers.get(True, 0), from_millis(max(latest for *_, latest in rows)))
