"""The log of events in the store: numbered without gaps, each event once, whoever writes."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from sandbox.ledger.happenings import Happening
from sandbox.store.database import Database
from sandbox.store.events import EventLog, Watch

NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)


@pytest.fixture
def log(data: str) -> Iterator[EventLog]:
    log = EventLog(Database.open(data))
    yield log
    log.database.close()


def happening(name: object) -> Happening:
    return Happening(f"evt_{name}", "transaction.created", NOON, "chase", account_id="acc_1", data={"of": name})


def test_an_event_is_numbered_once_however_often_it_is_told(log: EventLog) -> None:
    assert log.append("w", [happening(1), happening(2), happening(1)]) == 2
    assert log.append("w", [happening(2), happening(3)]) == 1
    assert log.after("w", 0, 10) == [(1, happening(1)), (2, happening(2)), (3, happening(3))]
    assert log.after("w", 1, 1) == [(2, happening(2))]
    assert (log.head("w"), log.head("other")) == (3, 0)
    assert (log.number_of("w", "evt_3"), log.number_of("w", "evt_4")) == (3, None)


def test_many_are_told_in_their_order(log: EventLog) -> None:
    told = [happening(place) for place in range(1_234)]
    log.append("w", told[100:300])
    assert log.append("w", told) == 1_034
    numbers = [number for number, _ in log.after("w", 0, 2_000)]
    assert numbers == list(range(1, 1_235))
    assert [one for _, one in log.after("w", 200, 2_000)] == [*told[:100], *told[300:]]


def test_a_reader_with_a_cursor_misses_nothing_while_several_write(log: EventLog, data: str) -> None:
    """Each writer has connections of its own, as a process has; all write some of the same events."""
    writers, each = 4, 60
    failures = list[BaseException]()

    def write(place: int) -> None:
        try:
            own = EventLog(Database.open(data))
            for turn in range(each):
                own.append("w", [happening(f"{place}.{turn}"), happening(f"all.{turn}")])
            own.database.close()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=write, args=(place,)) for place in range(writers)]
    for thread in threads:
        thread.start()
    read, cursor = list[str](), 0
    while any(thread.is_alive() for thread in threads) or log.head("w") > cursor:
        for number, one in log.after("w", cursor, 7):
            assert number == cursor + 1
            cursor = number
            read.append(one.event_id)
    assert not failures
    assert len(read) == len(set(read)) == writers * each + each


def test_marks_and_positions_only_move_forward(log: EventLog) -> None:
    one = Watch("account", "acc_1", "maya", "chase", 5)
    log.watch("w", [one])
    log.watch("w", [Watch("account", "acc_1", "maya", "chase", 9)])
    assert log.watched("w", "account", "acc_1") == one
    assert log.listened("w") == []
    assert log.listen("w", [("account", "acc_1")])
    assert not log.listen("w", [("account", "acc_1")])
    log.move("w", {("account", "acc_1"): 8})
    log.move("w", {("account", "acc_1"): 6})
    assert log.listened("w") == [Watch("account", "acc_1", "maya", "chase", 8, listened=True)]
    assert log.position("w", "consent:1") is None
    log.acknowledge("w", "consent:1", 7)
    log.acknowledge("w", "consent:1", 3)
    assert log.position("w", "consent:1") == 7
