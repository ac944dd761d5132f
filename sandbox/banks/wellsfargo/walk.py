"""How a client walks the feed: by a page key."""

from sandbox.banks.wellsfargo.handlers import BASE
from sandbox.dialect.walking import FeedWalk, cursor, days

WALK = FeedWalk(
    path=f"{BASE}/accounts/{{}}/transactions",
    asking=days("startTime", "endTime", "limit"),
    following=cursor("pageKey", "nextPageKey", within="page"),
    rows=lambda body: list(body["transactions"]),
    transaction=lambda row: str(row["transactionId"]),
    description=lambda row: str(row["description"]),
)
