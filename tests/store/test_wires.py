"""Stored rows are read in blocks, and those read last are kept: what a reader gets is what is stored."""

from hypothesis import given
from hypothesis import strategies as st

from sandbox.store import wires
from sandbox.store.database import Database, Rows
from sandbox.store.schema import entry
from sandbox.store.wires import BLOCK, Wires

MOST = 5 * BLOCK


def stored(database: Database, first: int, end: int) -> None:
    """Posted rows with these ordinals, each with a wire form of its own."""
    rows = [(1, n, n, n, n, n, "purchase", -1, -n, 0, "{}", b"%d" % n) for n in range(first, end)]
    with database.transaction():
        Rows(database, entry).add(rows)


@given(
    grown=st.lists(st.integers(1, MOST), min_size=1, max_size=4).map(sorted),
    spans=st.lists(st.tuples(st.integers(0, MOST), st.integers(0, MOST)), min_size=1, max_size=8),
)
def test_any_span_is_what_is_stored_while_the_account_grows(grown: list[int], spans: list[tuple[int, int]]) -> None:
    database = Database.open()
    try:
        kept, end = Wires(database), 0
        for size in grown:
            stored(database, end, size)
            end = size
            for one, other in spans:
                low, high = sorted((min(one, end), min(other, end)))
                expected = [b"%d" % n for n in reversed(range(low, high))]
                assert kept.newest_first(1, low, high) == expected
    finally:
        database.close()


def test_only_so_many_rows_are_kept() -> None:
    database = Database.open()
    size = (wires.BLOCKS_KEPT + 20) * BLOCK
    stored(database, 0, size)
    kept = Wires(database)

    for low in range(0, size, BLOCK):
        kept.newest_first(1, low, low + BLOCK)

    assert len(kept._kept) == wires.BLOCKS_KEPT
    assert kept.newest_first(1, 0, 2) == [b"1", b"0"]
    database.close()


def test_what_may_yet_be_undone_is_not_kept() -> None:
    database = Database.open()
    kept = Wires(database)
    try:
        with database.transaction():
            Rows(database, entry).add([(1, 0, 0, 0, 0, 0, "purchase", -1, 0, 0, "{}", b"undone")])
            assert kept.newest_first(1, 0, 1) == [b"undone"]
            raise InterruptedError
    except InterruptedError:
        pass
    with database.transaction():
        Rows(database, entry).add([(1, 0, 0, 0, 0, 0, "purchase", -1, 0, 0, "{}", b"stored")])

    assert kept.newest_first(1, 0, 1) == [b"stored"]
    database.close()
