"""How a client walks the feed: by a start index, on pages whose size is the bank's. What is pending is named by an
authorization code, what posted by a reference id, what a brokerage account ordered by a number of its own."""

from sandbox.dialect.shapes import Json
from sandbox.dialect.walking import FeedWalk, cursor, days

NAMES = ("transactionReferenceId", "transactionAuthorizationCode", "orderReferenceId")
LISTS = ("transactions", "investmentTransaction")


def _rows(body: Json) -> list[Json]:
    return [row for name in LISTS for row in body.get(name, ())]


def _transaction(row: Json) -> str:
    return next(str(row[name]) for name in NAMES if name in row)


def _description(row: Json) -> str:
    return str(row["name"] if "orderReferenceId" in row else row["transactionDescription"])


WALK = FeedWalk(
    path="/gcb/api/v1/accounts/{}/transactions",
    asking=days("transactionFromDate", "transactionToDate"),
    following=cursor("nextStartIndex", "nextStartIndex"),
    rows=_rows,
    transaction=_transaction,
    description=_description,
)
