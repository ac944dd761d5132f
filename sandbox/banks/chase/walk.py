"""How a client walks the feed: an opaque offset, and each row in a wrapper that names its kind."""

from sandbox.banks.chase.handlers import BASE
from sandbox.dialect.shapes import Json
from sandbox.dialect.walking import FeedWalk, cursor, days


def _rows(body: Json) -> list[Json]:
    return [row for wrapped in body["transactions"] for row in wrapped.values()]


WALK = FeedWalk(
    path=f"{BASE}/accounts/{{}}/transactions",
    asking=days("startTime", "endTime", "limit"),
    following=cursor("offset", "nextOffset", within="page"),
    rows=_rows,
    transaction=lambda row: str(row["transactionId"]),
    description=lambda row: str(row["description"]),
)
