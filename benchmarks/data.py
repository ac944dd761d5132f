"""The data that everybody reads, as clients name it, and the pages of its feed."""

import hashlib
import http.client
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlencode

import orjson

NOW = datetime(2026, 6, 15, 15, tzinfo=UTC)
"""The world's clock stands still here, so that the token lives through a long run."""
HISTORY = timedelta(days=729)
"""As far back as Chase shows."""
LIMIT = 100
VARIABLE = "SANDBANK_BENCH_DATASET"
"""Tells the peers where the dataset is described."""
ACCOUNTS = "/jpmc/servicing/inquiry-maintenance/fdx/v4/accounts"


@dataclass(frozen=True)
class Dataset:
    """Where the data is, and how Chase's clients name it."""

    file: str
    token: str
    refs: dict[str, str]
    """By our name of an account, Chase's."""
    pks: dict[str, int]
    """By Chase's name of an account, its key in the tables."""

    def save(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self)))

    @classmethod
    def load(cls, path: Path) -> "Dataset":
        return cls(**json.loads(path.read_text()))


@dataclass(frozen=True)
class Page:
    """One page of a feed, as each server has to be asked for it."""

    ref: str
    first: str
    last: str
    skip: int
    """How many rows of the window come before it."""
    offset: str | None
    """Sandbank's own cursor."""
    rows: str
    """A digest of its transactions; empty where some may be pending, which only Sandbank tells."""

    def path(self, *, prefix: str = "", numbered: bool = False) -> str:
        """With Sandbank's cursor, or with the plain number of rows to skip."""
        query = {"startTime": self.first, "endTime": self.last, "limit": str(LIMIT)}
        offset = str(self.skip) if numbered and self.skip else None if numbered else self.offset
        return f"{prefix}{ACCOUNTS}/{self.ref}/transactions?{urlencode(query | ({'offset': offset} if offset else {}))}"

    def unknown(self) -> "Page":
        """The same for a server that answers with rows of its own."""
        return replace(self, rows="")


def walk(port: int, dataset: Dataset, name: str, windows: int, deep: int) -> list[Page]:
    """Pages of an account in many windows, each walked by its cursors, in no order."""
    random, pages = Random(7), list[Page]()
    for number in range(windows):
        last = NOW.date() - timedelta(days=0 if number % 8 == 0 else random.randrange(6, 400))
        first = max(last - timedelta(days=random.randrange(120, 600)), (NOW - HISTORY).date())
        window = Page(dataset.refs[name], first.isoformat(), last.isoformat(), 0, None, "")
        pages += _walk_window(port, dataset.token, window, deep)
    random.shuffle(pages)
    return pages


def _walk_window(port: int, token: str, window: Page, deep: int) -> Iterator[Page]:
    settled = NOW.date() - date.fromisoformat(window.last) > timedelta(days=5)
    page = window
    for _ in range(deep):
        answer = get(port, page.path(prefix="/chase"), token)
        if len(answer["transactions"]) < LIMIT:
            return
        yield replace(page, rows=digest(answer) if settled else "")
        cursor = answer["page"].get("nextOffset")
        if cursor is None:
            return
        page = replace(page, skip=page.skip + LIMIT, offset=cursor)


def digest(answer: Mapping[str, Any]) -> str:
    rows = orjson.dumps(answer["transactions"], option=orjson.OPT_SORT_KEYS)
    return hashlib.blake2b(rows, digest_size=8).hexdigest()


def get(port: int, path: str, token: str) -> dict[str, Any]:
    """The JSON of a 200. Raises AssertionError for anything else."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path, headers={"Authorization": f"Bearer {token}"})
        response = connection.getresponse()
        body = response.read()
        assert response.status == 200, f"{path} answers {response.status}: {body[:500]!r}"
        answer: dict[str, Any] = orjson.loads(body)
        return answer
    finally:
        connection.close()


def check(port: int, pages: Sequence[Page], paths: Sequence[str], token: str) -> None:
    """That a server answers with a sample of the pages what Sandbank answers."""
    for page, path in list(zip(pages, paths, strict=True))[:: max(len(pages) // 20, 1)]:
        answer = get(port, path, token)
        assert len(answer["transactions"]) == LIMIT, f"{path} has {len(answer['transactions'])} rows"
        assert not page.rows or digest(answer) == page.rows, f"{path} has other rows than Sandbank's page"
