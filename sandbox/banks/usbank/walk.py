"""How a client reads the feed: there are no pages. The view FULL alone has every member of every row."""

from sandbox.dialect.shapes import Json
from sandbox.dialect.walking import FeedWalk, days


def _whole(_body: Json) -> Json:
    return {}


WALK = FeedWalk(
    path="/transactions/v1/accounts/{}/transactions",
    asking=days("start", "end"),
    following=_whole,
    rows=lambda body: list(body["transactions"]),
    transaction=lambda row: str(row["transactionID"]),
    description=lambda row: str(row["description"]),
)
