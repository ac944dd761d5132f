"""How a client walks an account's feed at a bank, as data and pure functions of what it knows and what came."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from sandbox.dialect.shapes import Json


@dataclass(frozen=True, slots=True)
class FeedWalk:
    path: str
    """Below the bank's prefix; `{}` is the account as the client knows it."""
    asking: Callable[[date, date, int], Json]
    """The query for the rows of the days from the first to the last, so many on a page at most, where the bank lets a
    client say so."""
    following: Callable[[Json], Json]
    """What the query for the next page has beside that, from the body of a page; nothing where none follows."""
    rows: Callable[[Json], list[Json]]
    """Of a page, in the bank's shape."""
    transaction: Callable[[Json], str]
    """The name of such a row."""
    description: Callable[[Json], str]


def days(start: str, end: str, limit: str = "") -> Callable[[date, date, int], Json]:
    """Asks for a span by the names of its parameters; `limit` is that for the rows on a page."""

    def asking(first: date, last: date, most: int) -> Json:
        span = {start: first.isoformat(), end: last.isoformat()}
        return {**span, limit: most} if limit else span

    return asking


def cursor(parameter: str, member: str, within: str = "") -> Callable[[Json], Json]:
    """A cursor that a body holds as `member` (`within` an object of the body), and that the next call sends back."""

    def following(body: Json) -> Json:
        holder = body.get(within, {}) if within else body
        return {parameter: holder[member]} if member in holder else {}

    return following
