"""A walk through merged lists gives every item once, in order, whatever the page's size and however many share an
instant."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

from hypothesis import given
from hypothesis import strategies as st

from sandbox.commerce import pages
from sandbox.dialect.call import Call
from sandbox.kernel.clock import EPOCH

Item = tuple[int, str]
instants = st.lists(st.integers(0, 6), max_size=12)


def asked(limit: int, cursor: str | None) -> Call:
    query = {"limit": limit} | ({"cursor": cursor} if cursor else {})
    consent = SimpleNamespace(consent_id="consent-1")
    return cast("Call", SimpleNamespace(query=query, consent=consent, operation_id="listThings"))


def page(lists: list[list[Item]], limit: int, cursor: str | None) -> dict[str, Any]:
    call = asked(limit, cursor)
    before = pages.last(call)
    kept = [[one for one in items if before is None or EPOCH + timedelta(days=one[0]) <= before.at] for items in lists]
    return pages.page(
        call,
        "things",
        [iter(items) for items in kept],
        before=before,
        instant=lambda one: EPOCH + timedelta(days=one[0]),
        name=lambda one: one[1],
        shown=lambda one: {"at": one[0], "name": one[1]},
    )


@given(st.lists(instants, max_size=3), st.integers(1, 5))
def test_every_item_comes_once_and_in_order(days: list[list[int]], limit: int) -> None:
    lists = [
        [(day, f"{place}-{number}") for number, day in enumerate(sorted(some, reverse=True))]
        for place, some in enumerate(days)
    ]
    walked: list[dict[str, Any]] = []
    cursor: str | None = None
    while True:
        answer = page(lists, limit, cursor)
        assert len(answer["things"]) <= limit
        walked += answer["things"]
        cursor = answer["next_cursor"]
        if cursor is None:
            break
    assert sorted(one["name"] for one in walked) == sorted(name for items in lists for _, name in items)
    assert [one["at"] for one in walked] == sorted((one["at"] for one in walked), reverse=True)
