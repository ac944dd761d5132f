"""Exactly once and in order, whatever number of processes share the data, and whether one is killed meanwhile."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import requests

from tests.e2e.processes import Serving, frozen, serving

BASIC = ("demo-app", "demo-secret")
SHARED = ("transaction", "balance", "purchase", "shipment", "receipt", "invoice", "payment", "card", "offer")
"""Families of which every world with the same clock hears the same; consents are secrets of their own."""


def fetch(server: Serving, **query: Any) -> dict[str, Any]:
    answer = requests.get(f"{server.url}/citi/events/v1/events", auth=BASIC, params=query, headers=CITI, timeout=60)
    assert answer.status_code == 200, answer.text
    page: dict[str, Any] = answer.json()
    return page


ENOUGH = 20
"""So many events are in the log when the process is killed; many more are still to come."""
CITI = {"uuid": "3f0c9b7e-6a51-4f0e-9a0e-2f6f7f1c8d10", "client_id": "demo-app"}


def everything(server: Serving) -> list[dict[str, Any]]:
    page = fetch(server, limit=500)
    events: list[dict[str, Any]] = page["events"]
    while page["more"]:
        page = fetch(server, limit=500, cursor=page["cursor"])
        events += page["events"]
    return events


def shared(events: list[dict[str, Any]]) -> dict[str, list[tuple[str, str]]]:
    """(time, id) of what all worlds share, by account, in the order in which it was told."""
    told = dict[str, list[tuple[str, str]]]()
    for event in events:
        if event["type"].split(".")[1] in SHARED and "account_id" in event["data"]:
            told.setdefault(event["data"]["account_id"], []).append((event["time"], event["id"]))
    return told


def proven(events: list[dict[str, Any]], expected: list[dict[str, Any]]) -> None:
    """Each once, each account in order, and none missing."""
    assert len({event["id"] for event in events}) == len(events)
    told, right = shared(events), shared(expected)
    assert told == right
    for moments in told.values():
        assert [at for at, _ in moments] == sorted(at for at, _ in moments)


def log_of(data: str) -> int:
    """How many events were told, as anybody may see who looks into the file."""
    with closing(sqlite3.connect(data)) as connection:
        found = connection.execute("SELECT count(*) FROM event").fetchone()
    return int(found[0])


def undisturbed(days: int) -> list[dict[str, Any]]:
    with serving(*frozen()) as server:
        server.consent("citi")
        fetch(server)
        server.call("POST", "/clock/advance", json={"by": f"P{days}D"})
        return everything(server)


def test_two_processes_that_look_at_the_same_time_tell_each_event_once(data: str) -> None:
    expected = undisturbed(60)
    with serving(*frozen("--data", data)) as one, serving(*frozen("--data", data)) as other:
        one.consent("citi")
        fetch(one)
        for _ in range(4):
            one.call("POST", "/clock/advance", json={"by": "P15D"})
            with ThreadPoolExecutor(4) as pool:
                list(pool.map(lambda server: fetch(server, limit=1), (one, other, one, other)))
        events = everything(other)
        assert [event["id"] for event in events] == [event["id"] for event in everything(one)]
    proven(events, expected)


def test_a_process_that_is_killed_while_it_tells_has_told_nothing_twice_and_nothing_is_lost(
    tmp_path: Path,
) -> None:
    days, data = 300, str(tmp_path / "sandbank.db")
    expected = undisturbed(days)
    with serving(*frozen("--data", data)) as first:
        first.consent("citi")
        fetch(first)
        first.call("POST", "/clock/advance", json={"by": f"P{days}D"})
        with ThreadPoolExecutor(1) as pool:
            reading = pool.submit(fetch, first, limit=500)
            while log_of(data) < ENOUGH and not reading.done():
                pass
            first.kill()
            with suppress(requests.RequestException):
                reading.result()
        told = log_of(data)
    assert told >= ENOUGH
    with serving(*frozen("--data", data)) as second:
        events = everything(second)
    proven(events, expected)
    assert len(events) > told
