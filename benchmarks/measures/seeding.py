"""A million transactions with the documents that are served, beside the bare insertion of the very same rows."""

import sqlite3
import time
from collections.abc import Sequence
from itertools import count
from pathlib import Path

from benchmarks.data import NOW
from benchmarks.report import Figure, at_most
from benchmarks.setup import Setup
from sandbox.app import renderer
from sandbox.contract import documents
from sandbox.dialect.bank import discover
from sandbox.seeding.stories import SeedStories
from sandbox.store.database import Database
from sandbox.store.timelines import Timelines
from sandbox.worlds.worlds import HORIZON

BANK = "chase"
COLUMNS = """account_pk, sequence, ordinal, authorised_at, posted_at, ends_at,
             kind, amount, balance, credited, detail, wire"""
INSERT = f"INSERT INTO entry ({COLUMNS}) VALUES ({', '.join('?' * 12)})"


def seeding(setup: Setup) -> list[Figure]:
    """Person by person: told, rendered and stored by Sandbank; then the same rows into another file, as they are."""
    wanted = 100_000 if setup.quick else 1_000_000
    banks = discover()
    stories, render = SeedStories(None), renderer(banks, {slug: documents.load(slug) for slug in banks})
    database = Database.open(str(setup.work / "seeded.db"))
    timelines, bare = Timelines(database), _bare(setup.work / "bare.db")
    people = [slug for slug, persona in stories.personas.items() if persona.plays_at(BANK)]
    rows, told, saved, inserted = 0, 0.0, 0.0, 0.0
    for seed in count(1):
        for persona in people:
            began = time.perf_counter()
            line = stories.timeline(persona, BANK, seed=seed, anchor=NOW.date(), until=NOW + HORIZON)
            middle = time.perf_counter()
            timelines.save(f"seed-{seed}", line, render)
            told, saved = told + middle - began, saved + time.perf_counter() - middle
            same = _rows_of(database, f"seed-{seed}", persona)
            inserted += _insert(bare, same)
            rows += len(same)
            if rows >= wanted:
                database.close()
                return [_figure(rows, told, saved, inserted)]
    raise AssertionError


def _figure(rows: int, told: float, saved: float, inserted: float) -> Figure:
    ours = f"{told + saved:.1f} s (telling {told:.1f}, rendering and storing {saved:.1f})"
    beside = f"executemany of the same rows: {inserted:.1f} s"
    what = f"{rows:,} transactions seeded with their documents"
    return Figure(what, ours, beside, (told + saved) / inserted, at_most(4))


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
