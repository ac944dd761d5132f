"""A page of a very long account beside one of a short account: at the start, in the middle, at the end of its feed."""

import http.client
import sqlite3
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import cycle
from random import Random
from statistics import median

from benchmarks import data, household, subjects
from benchmarks.data import HISTORY, NOW, Dataset, Page
from benchmarks.report import Figure, at_most
from benchmarks.rounds import alternate
from benchmarks.setup import Setup

SHORT = 1_000
SAMPLE = 120
"""Pages asked for in each place."""
PLACES = {"first": (0.0, 0.1), "middle": (0.45, 0.55), "last": (0.88, 0.98)}
"""Where in the history a page lies, as shares of it, from the newest row."""
CHUNK = 500_000

FILL = """
INSERT INTO entry (account_pk, sequence, ordinal, authorised_at, posted_at, ends_at,
                   kind, amount, balance, credited, detail, wire)
WITH RECURSIVE number(n) AS (SELECT :low UNION ALL SELECT n + 1 FROM number WHERE n + 1 < :high)
SELECT :pk, n, n, :begin + n * :span / :rows, :begin + n * :span / :rows, :begin + n * :span / :rows,
       sample.kind, sample.amount, n * 100, n * 100, sample.detail, sample.wire
FROM number JOIN sample ON sample.place = n % (SELECT count(*) FROM sample)
"""


def depth(setup: Setup) -> list[Figure]:
    rows = 1_000_000 if setup.quick else 10_000_000
    dataset = household.build(setup.work / "depth.db", {"short": SHORT, "long": 0})
    began = time.perf_counter()
    fill(dataset, rows)
    print(f"Made an account of {rows:,} rows in {time.perf_counter() - began:.0f} s", flush=True)
    first = f"/chase{data.ACCOUNTS}"
    with subjects.running(subjects.sandbank(dataset, [first]), dataset.token, setup.work) as server:
        short = deep_pages(server.port, dataset, "short", (0.0, 0.8))
        asked = [short, *(deep_pages(server.port, dataset, "long", place) for place in PLACES.values())]
        taken = compare(server.port, dataset.token, asked, setup.rounds)
    base = taken[0]
    return [
        Figure(
            f"one page of {rows:,} rows, {place} pages",
            f"{there * 1e3:.2f} ms",
            f"one of {SHORT:,} rows: {base * 1e3:.2f} ms",
            there / base,
            at_most(1.5),
        )
        for place, there in zip(PLACES, taken[1:], strict=True)
    ]


def fill(dataset: Dataset, rows: int) -> None:
    """Straight into the table, with the short account's rows as a pattern, and the indexes made afterwards."""
    short, long = dataset.pks[dataset.refs["short"]], dataset.pks[dataset.refs["long"]]
    connection = sqlite3.connect(dataset.file, isolation_level=None)
    for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -200000", "temp_store = FILE"):
        connection.execute(f"PRAGMA {pragma}")
    listed = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'entry' AND sql <> ''"
    indexes = connection.execute(listed).fetchall()
    for name, _ in indexes:
        connection.execute(f'DROP INDEX "{name}"')
    connection.execute("CREATE TEMP TABLE sample (place INTEGER PRIMARY KEY, kind, amount, detail, wire)")
    pattern = "SELECT ordinal, kind, amount, detail, wire FROM entry WHERE account_pk = ? AND ordinal < ?"
    connection.execute(f"INSERT INTO sample {pattern}", (short, SHORT))
    begin, span = int((NOW - HISTORY).timestamp() * 1000), HISTORY // timedelta(milliseconds=1)
    for low in range(0, rows, CHUNK):
        high = min(low + CHUNK, rows)
        values = {"pk": long, "low": low, "high": high, "begin": begin, "span": span, "rows": rows}
        connection.execute(FILL, values)
    for _, sql in indexes:
        connection.execute(sql)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.close()


def deep_pages(port: int, dataset: Dataset, name: str, place: tuple[float, float]) -> list[str]:
    """Second pages, by Sandbank's own cursors, of windows that end at different days of that part of the history."""
    random, paths, ref = Random(name), [], dataset.refs[name]
    for _ in range(SAMPLE):
        last = NOW.date() - timedelta(days=int(random.uniform(*place) * HISTORY.days))
        page = Page(ref, (NOW - HISTORY).date().isoformat(), last.isoformat(), 0, None, "")
        cursor = data.get(port, page.path(prefix="/chase"), dataset.token)["page"].get("nextOffset")
        path = replace(page, offset=cursor).path(prefix="/chase")
        if cursor is not None and len(data.get(port, path, dataset.token)["transactions"]) == data.LIMIT:
            paths.append(path)
    assert paths, f"account {name} has no second page of {data.LIMIT} rows"
    return paths


def compare(port: int, token: str, asked: Sequence[Sequence[str]], rounds: int) -> list[float]:
    """The median seconds of a page of each kind, asked for one by one in turn."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.connect()
    headers = {"Authorization": f"Bearer {token}"}

    def ask(paths: Iterator[str]) -> float:
        path = next(paths)
        began = time.perf_counter()
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        response.read()
        assert response.status == 200, f"{path} answers {response.status}"
        return time.perf_counter() - began

    taken = alternate(SAMPLE * rounds, [cycle(paths) for paths in asked], ask)
    connection.close()
    return [median(seconds) for seconds in taken]
