"""Lists by pages, as the Graph API cuts them: a cursor behind the last that was shown, until a page is empty."""

from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.messenger.errors import InvalidParameter

USUAL = 25


def paged(rows: Sequence[dict[str, Any]], query: Mapping[str, Any]) -> dict[str, Any]:
    """`rows` are all there are, each with an id, which is its cursor too. Raises InvalidParameter."""
    limit, after, before = query.get("limit", USUAL), query.get("after"), query.get("before")
    places = {row["id"]: place for place, row in enumerate(rows)}
    for cursor in (after, before):
        if cursor and cursor not in places:
            raise InvalidParameter("Invalid cursors values", cursor=cursor)
    start = places[after] + 1 if after else max(places[before] - limit, 0) if before else 0
    return cut(rows[start : min(start + limit, places[before]) if before else start + limit])


def cut(shown: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Of a longer list what is shown of it."""
    if not shown:
        return {"data": []}
    return {"data": list(shown), "paging": {"cursors": {"before": shown[0]["id"], "after": shown[-1]["id"]}}}
