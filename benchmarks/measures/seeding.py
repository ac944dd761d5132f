"""A million transactions with the documents that are served, beside the bare insertion of the very same rows."""

import gc
import os
import sqlite3
import time
from collections.abc import Iterator, Sequence
from itertools import count, islice
from pathlib import Path

from benchmarks import machine
from benchmarks.data import NOW
from benchmarks.report import Figure, at_most
from benchmarks.setup import Setup
from sandbox.app import renderer
from sandbox.cli.tellers import told
from sandbox.contract import documents
from sandbox.dialect.bank import discover
from sandbox.seeding.stories import SeedStories
from sandbox.store.database import Database
from sandbox.store.timelines import Prepared, Timelines, prepare
from sandbox.worlds.stories import Order
from sandbox.worlds.worlds import HORIZON

BANK = "chase"
TARGET = at_most(4)
COLUMNS = """account_pk, sequence, ordinal, authorised_at, posted_at, ends_at,
             kind, amount, balance, credited, detail, wire"""
INSERT = f"INSERT INTO entry ({COLUMNS}) VALUES ({', '.join('?' * 12)})"


def seeding(setup: Setup) -> list[Figure]:
    """All personas at Chase under one seed after another."""
    seeds = 1 if setup.quick else 10
    with machine.every_core():
        several, rows = by_processes(Seeded(setup.work / "several.db"), seeds)
    one, bare = by_turns(Seeded(setup.work / "one.db"), _bare(setup.work / "bare.db"), seeds)
    what = f"{rows:,} transactions seeded with their documents"
    beside = f"executemany of the same rows: {bare:.1f} s"
    return [
        Figure(f"{what}, one process", f"{one:.1f} s", beside, one / bare, TARGET),
        Figure(
            f"{what}, a process for each of {os.cpu_count()} cores", f"{several:.1f} s", beside, several / bare, TARGET
        ),
    ]


class Seeded:
    """A file that fills with people."""

    def __init__(self, file: Path) -> None:
        self.database = Database.open(str(file))
        self.timelines = Timelines(self.database)

    def save(self, order: Order, made: Prepared) -> None:
        self.timelines.save(f"seed-{order.seed}", made)

    def rows(self, order: Order) -> Sequence[tuple[object, ...]]:
        accounts = "SELECT pk FROM account WHERE template_id = ? AND persona = ?"
        query = f"SELECT {COLUMNS} FROM entry WHERE account_pk IN ({accounts}) ORDER BY rowid"
        found: list[tuple[object, ...]] = self.database.connection.execute(
            query, (f"seed-{order.seed}", order.persona)
        ).fetchall()
        return found


def orders(seeds: int) -> Iterator[Order]:
    people = [slug for slug, persona in SeedStories(None).personas.items() if persona.plays_at(BANK)]
    for seed in islice(count(1), seeds):
        for persona in people:
            yield Order(persona, BANK, seed, NOW.date(), NOW + HORIZON)


def by_processes(seeded: Seeded, seeds: int) -> tuple[float, int]:
    """Seconds that `sandbank seed customers` would take, and how many rows there are then."""
    rows, began = 0, time.perf_counter()
    for order, made in zip(orders(seeds), told(orders(seeds)), strict=True):
        seeded.save(order, made)
        rows += sum(len(account.rows) for account in made.accounts)
    took = time.perf_counter() - began
    seeded.database.close()
    return took, rows


def by_turns(seeded: Seeded, bare: sqlite3.Connection, seeds: int) -> tuple[float, float]:
    """Seconds that the same takes in this process, and those of the bare insertion, person by person in turn."""
    stories, banks = SeedStories(None), discover()
    render = renderer(banks, {slug: documents.load(slug) for slug in banks})
    ours, theirs = 0.0, 0.0
    gc.disable()  # as the processes of `told` do
    for order in orders(seeds):
        began = time.perf_counter()
        seeded.save(order, prepare(order.tell(stories), render))
        ours += time.perf_counter() - began
        theirs += _insert(bare, seeded.rows(order))
    gc.enable()
    seeded.database.close()
    return ours, theirs


def _bare(file: Path) -> sqlite3.Connection:
    """A file with Sandbank's tables, indexes and pragmas, without Sandbank."""
    Database.open(str(file)).close()
    connection = sqlite3.connect(file, isolation_level=None)
    for pragma in ("synchronous = NORMAL", "temp_store = MEMORY", "mmap_size = 268435456", "cache_size = -16000"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _insert(connection: sqlite3.Connection, rows: Sequence[tuple[object, ...]]) -> float:
    began = time.perf_counter()
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(INSERT, rows)
    connection.execute("COMMIT")
    return time.perf_counter() - began
