"""The journal as it is written: what a moment gathers is one row, and nobody who reads it notices."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from sandbox.ledger.exchanges import Exchange
from sandbox.store import journal as journals
from sandbox.store.database import Database
from sandbox.store.journal import NONE, Body, Journal
from sandbox.store.schema import exchanges, world
from tests.e2e.databases import ENGINES, new_database

MOST = 1 << 20


@pytest.fixture(params=ENGINES)
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """With two worlds, `a` and `b`."""
    if request.param == "sqlite":
        database = Database.open()
        yield with_worlds(database)
        database.close()
    else:
        with new_database() as url:
            database = Database.open(url)
            yield with_worlds(database)
            database.close()


def with_worlds(database: Database) -> Database:
    add, clock = database.prepare(world.insert()), {"origin": 0, "since": 0, "speed": 0.0, "version": 1}
    with database.transaction():
        for name in "ab":
            first = {"first_origin": 0, "first_speed": 0.0, "created_at": 0}
            add.run(world_id=name, template_id="t", name=name, **clock, **first)
    return database


def note(journal: Journal, path: str, *, of: str = "a", channel: str = "chase", answer: bytes = b"") -> None:
    at = datetime(2026, 6, 15, tzinfo=UTC)
    one = Exchange(world=of, at=at, wall=0, channel=channel, method="GET", path=path, status=200)
    journal.add(lambda: (one, NONE, journal.body(answer, 0)))


def paths(found: Iterator[Exchange]) -> list[str]:
    return [one.path for one in found]


def rows(database: Database) -> int:
    return int(database.prepare(select(func.count()).select_from(exchanges)).all()[0][0])


def test_each_world_counts_its_own_and_is_read_from_anywhere_in_both_directions(database: Database) -> None:
    journal = Journal(database, MOST)
    for number in range(1, 201):
        note(journal, f"/{number}", answer=b"%d" % number)
        if number % 2:
            note(journal, f"/other/{number}", of="b")
        if number % 30 == 0 or number > 150:
            journal.flush()

    assert [(one.number, one.path) for one in journal.onwards("a")] == [(n, f"/{n}") for n in range(1, 201)]
    assert [one.number for one in journal.onwards("b")] == list(range(1, 101))
    for place in (0, 1, 29, 30, 31, 155, 199, 200):
        assert paths(journal.onwards("a", after=place)) == [f"/{n}" for n in range(place + 1, 201)]
        assert paths(journal.backwards("a", before=place)) == [f"/{n}" for n in range(place - 1, 0, -1)]
    assert all(one.response_body == one.path[1:].encode() for one in journal.onwards("a", bodies=True))
    found = journal.get("a", 77)
    assert found is not None
    assert (found.path, found.response_body) == ("/77", b"77")
    assert (journal.get("a", 201), journal.get("c", 1), journal.last("a"), journal.last("c")) == (None, None, 200, 0)


def test_a_moment_is_one_row_of_a_world(database: Database) -> None:
    journal = Journal(database, MOST)
    for number in range(50):
        note(journal, f"/{number}", of="ab"[number % 2])
    journal.flush()
    assert rows(database) == 2


def test_two_channels_are_found_among_many_others(database: Database) -> None:
    journal = Journal(database, MOST)
    for number in range(300):
        channel = "messenger" if number in (7, 150) else "whatsapp" if number == 151 else "chase"
        note(journal, f"/{number}", channel=channel)
        if number % 40 == 0:
            journal.flush()
    assert paths(journal.backwards("a", among=("messenger", "whatsapp"), bodies=True)) == ["/151", "/150", "/7"]


def test_a_full_journal_loses_its_oldest_and_knows_what_it_lost(database: Database) -> None:
    journal = Journal(database, 40_000)
    for number in range(400):
        note(journal, f"/{number}", answer=b"x" * 1000)
        if number % 7 == 0:
            journal.flush()
    left = list(journal.onwards("a"))
    cut = journal.cut("a")

    assert 20 < len(left) < 40
    assert left[-1].path == "/399"
    assert cut.exchanges == cut.upto == 400 - len(left)
    assert left[0].number == cut.upto + 1
    assert not journal.cut("b")


def test_a_full_moment_does_not_lose_all_of_itself(database: Database) -> None:
    journal = Journal(database, 40_000)
    for number in range(400):
        note(journal, f"/{number}", answer=b"x" * 1000)
    assert len(list(journal.onwards("a"))) > 20


def test_begun_anew_it_goes_on_counting(database: Database) -> None:
    journal = Journal(database, 4_000)
    for number in range(9):
        note(journal, f"/{number}", answer=b"x" * 1000)
    journal.clear("a")
    assert (list(journal.onwards("a")), bool(journal.cut("a"))) == ([], False)
    note(journal, "/later")
    assert [(one.number, one.path) for one in journal.onwards("a")] == [(10, "/later")]


def test_of_a_world_that_is_gone_nothing_is_kept(database: Database) -> None:
    journal = Journal(database, MOST)
    note(journal, "/1", of="gone")
    note(journal, "/2")
    assert paths(journal.onwards("gone")) == []
    assert paths(journal.onwards("a")) == ["/2"]
    assert journal.last("gone") == 0


def test_what_cannot_be_noted_takes_nothing_else_with_it(database: Database) -> None:
    journal = Journal(database, MOST)

    def broken() -> tuple[Exchange, Body, Body]:
        raise ValueError("no")

    note(journal, "/1")
    journal.add(broken)
    note(journal, "/2")
    assert paths(journal.onwards("a")) == ["/1", "/2"]


def test_of_a_long_body_the_beginning_is_kept_and_that_is_said(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journals, "BODY", 5_000)
    journal = Journal(database, MOST)
    for number, size in enumerate((10, 4_500, 6_000, 3)):
        note(journal, f"/{number}", answer=b"%d" % number * size)
    told = [(one.response_size, len(one.response_body), one.cut) for one in journal.onwards("a", bodies=True)]
    kept = journals.BEGINNING
    assert told == [(10, 10, ()), (4_500, 4_500, ()), (6_000, kept, ("response",)), (3, 3, ())]
    assert [one.response_body[:1] for one in journal.onwards("a", bodies=True)] == [b"0", b"1", b"2", b"3"]


def test_numbers_of_two_who_write_at_once_are_each_given_once(database: Database) -> None:
    """As two processes do, and each of both worlds."""

    def write(name: str) -> None:
        journal = Journal(database, MOST)
        for number in range(60):
            note(journal, f"/{name}/{number}", of="ab"[number % 2])
            note(journal, f"/{name}/{number}", of="ba"[number % 2])
            journal.flush()

    threads = [threading.Thread(target=write, args=(name,)) for name in ("one", "other")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for of in "ab":
        found = list(Journal(database, MOST).onwards(of))
        assert [one.number for one in found] == list(range(1, 121))
        for name in ("one", "other"):
            own = [int(one.path.rpartition("/")[2]) for one in found if one.path.startswith(f"/{name}/")]
            assert own == list(range(60))
