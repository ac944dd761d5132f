"""Walking an account's feed as a client does: page by page, as its bank says that it is walked."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sandbox.dialect.walking import FeedWalk
from sandbox.kernel.clock import parse_instant
from sandbox.scenarios.references import Unknown
from sandbox.scenarios.stage import Stage

Json = dict[str, Any]
BACK, AHEAD = timedelta(days=30), timedelta(days=1)
"""A bank's day may be later than that of UTC."""
MOST_PAGES = 200


def pages(stage: Stage, ref: str, limit: int) -> Iterator[list[Json]]:
    """The rows of the last thirty days of the account that the client calls `ref`, each page as the bank answered it:
    {transaction: its name, description, row: in the bank's shape}."""
    walk, now = stage.walk, parse_instant(stage.now)
    asked = walk.asking((now - BACK).date(), (now + AHEAD).date(), limit)
    query = asked
    for _ in range(MOST_PAGES):
        body = stage.bank("GET", walk.path.format(ref), query=query).body
        yield [_seen(walk, row) for row in walk.rows(body)]
        following = walk.following(body)
        if not following:
            return
        query = asked | following
    raise Unknown(f"the walk does not end after {MOST_PAGES} pages")


def _seen(walk: FeedWalk, row: Json) -> Json:
    return {"transaction": walk.transaction(row), "description": walk.description(row), "row": row}


def ids(rows: list[Json]) -> list[str]:
    return [row["transaction"] for row in rows]
