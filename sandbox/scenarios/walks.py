"""Walking an account's feed as a client does: page by page, by the bank's own cursor."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sandbox.kernel.clock import parse_instant
from sandbox.scenarios.references import Unknown
from sandbox.scenarios.stage import Stage

Json = dict[str, Any]
BACK = timedelta(days=30)
MOST_PAGES = 200


@dataclass(frozen=True, slots=True)
class Walk:
    path: str
    cursor: str
    """The parameter that leads to the next page."""
    following: str
    """The member of `page` that holds its value."""


WALKS: Mapping[str, Walk] = {
    "chase": Walk("/jpmc/servicing/inquiry-maintenance/fdx/v4/accounts/{}/transactions", "offset", "nextOffset"),
    "wellsfargo": Walk("/fdx/v6/accounts/{}/transactions", "pageKey", "nextPageKey"),
}


def pages(stage: Stage, slug: str, limit: int) -> Iterator[list[Json]]:
    """The rows of the last thirty days, each page as the bank answered it. Raises Unknown for a bank without a walk."""
    bank = stage.setting.bank
    if bank not in WALKS:
        raise Unknown(f"feeds are walked at {' and '.join(WALKS)}, not at {bank}")
    walk, now = WALKS[bank], parse_instant(stage.now)
    start, end = (moment.date().isoformat() for moment in (now - BACK, now + timedelta(days=1)))
    query: Json = {"limit": limit, "startTime": start, "endTime": end}
    for _ in range(MOST_PAGES):
        body = stage.bank("GET", walk.path.format(stage.ref(slug)), query=query).body
        yield [next(iter(row.values())) if len(row) == 1 else row for row in body["transactions"]]
        if walk.following not in body["page"]:
            return
        query[walk.cursor] = body["page"][walk.following]
    raise Unknown(f"the walk does not end after {MOST_PAGES} pages")


def ids(rows: list[Json]) -> list[str]:
    return [row["transactionId"] for row in rows]
