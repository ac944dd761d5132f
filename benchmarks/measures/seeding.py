"""A million transactions with the documents that are served, beside the bare insertion of the very same rows."""

import os
import sqlite3
import time
from collections.abc import Sequence
from itertools import count
from pathlib import Path

from benchmarks.data import NOW
from benchmarks.report import Figure, at_most
from benchmarks.setup import Setup
from sandbox.cli.tellers import told
from sandbox.seeding.stories import SeedStories
from sandbox.store.database import Database
from sandbox.store.timelines import Timelines
from sandbox.worlds.worlds import HORIZON, Order

BANK = "chase"
COLUMNS = """account_pk, sequence, ordinal, authorised_at, posted_at, ends_at,
             kind, amount, balance, credited, detail, wire"""
INSERT = f"INSERT INTO entry ({COLUMNS}) VALUES ({', '.join('?' * 12)})"


def seeding(setup: Setup) -> list[Figure]:
    """Everybody told, rendered and stored by Sandbank under one seed after another; then the same rows into another
    file, as they are."""
    wanted = 100_000 if setup.quick else 1_000_000
    stories = SeedStories(None)
    people = [slug for slug, persona in stories.personas.items() if persona.plays_at(BANK)]
    database = Database.open(str(setup.work / "seeded.db"))
    timelines = Timelines(database)
    rows, made = 0, []
    began = time.perf_counter()
    for seed in count(1):
        template_id = f"seed-{seed}"
        orders = (Order(persona, BANK, seed, NOW.date(), NOW + HORIZON) for persona in people)
        for prepared in told(orders):
            timelines.save(template_id, prepared)
            rows += sum(len(account.rows) for account in prepared.accounts)
            made.append((template_id, prepared.persona))
        if rows >= wanted:
            break
    ours = time.perf_counter() - began
    bare = _bare(setup.work / "bare.db")
    inserted = sum(_insert(bare, _rows_of(database, template_id, persona)) for template_id, persona in made)
    database.close()
    return [
        Figure(
            f"{rows:,} transactions seeded with their documents",
            f"{ours:.1f} s (told and rendered by {os.cpu_count()} processes)",
            f"executemany of the same rows: {inserted:.1f} s",
            ours / inserted,
            at_most(4),
        )
    ]


def _bare(file: Path) -> sqlite3.Connection:
    """A file with Sandbank's tables, indexes and pragmas, without Sandbank."""
    Database.open(str(file)).close()
    connection = sqlite3.connect(file, isolation_level=None)
    for pragma in ("synchronous = NORMAL", "temp_store = MEMORY", "mmap_size = 268435456", "cache_size = -16000"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _rows_of(database: Database, template_id: str, persona: str) -> Sequence[tuple[object, ...]]:
    accounts = "SELECT pk FROM account WHERE template_id = ? AND persona = ?"
    query = f"SELECT {COLUMNS} FROM entry WHERE account_pk IN ({accounts}) ORDER BY rowid"
    rows: list[tuple[object, ...]] = database.connection.execute(query, (template_id, persona)).fetchall()
    return rows


def _insert(connection: sqlite3.Connection, rows: Sequence[tuple[object, ...]]) -> float:
    began = time.perf_counter()
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(INSERT, rows)
    connection.execute("COMMIT")
    return time.perf_counter() - began
