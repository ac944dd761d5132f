"""Webhooks: how many events a second go from the log through the outbox to a receiver, on SQLite and from one process;
and how long after the instant at which something happens its message is there."""

import json
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import msgspec
import requests

from benchmarks import subjects
from benchmarks.machine import Process, free_port
from benchmarks.peers.receiver import Received, receiving
from benchmarks.report import Figure, at_least, at_most
from benchmarks.setup import Setup
from sandbox.store.database import Database
from sandbox.store.events import EventLog

EVENTS = 20_000
DUE = 100
"""Rows that post while one waits."""
BETWEEN = 0.03
"""Seconds between two of them."""
FREQUENT = "transaction.created"


def throughput(setup: Setup) -> list[Figure]:
    """Copies of events that really happened are put into the log behind the server's back, all at once."""
    events = 4_000 if setup.quick else EVENTS
    data, frozen = setup.work / "webhooks.db", ("--now", "2026-06-15T15:00:00Z", "--freeze")
    with served(setup.work, data, *frozen) as url, receiving() as received:
        subscription = subscribed(url, received)
        call(url, "POST", "/clock/advance", {"by": "P30D"})
        received.wait(lambda: _settled(url, subscription), 60)
        first = len(received.ids)
        copy(data, events)
        received.wait(lambda: len(set(received.ids)) >= first + events, 120)
        received.wait(lambda: _settled(url, subscription), 30)
        came, counts = Counter(received.ids), call(url, "GET", f"/webhooks/{subscription}")["deliveries"]
        forgotten = call(url, "GET", f"/webhooks/{subscription}/deliveries")["lost"]
    seconds = received.at[first + events - 1] - received.at[first]
    lost = first + events - len(came)
    twice = sum(count - 1 for count in came.values())
    assert lost == 0, lost
    assert counts == {"delivered": first + events - forgotten}, (counts, forgotten)
    beside = f"{events:,} events to one receiver: {lost} lost, {twice} came twice"
    rate = events / seconds
    return [Figure("webhooks a second", f"{rate:,.0f}/s", beside, rate, at_least(2_000, "/s"), unit="/s")]


def latency(setup: Setup) -> list[Figure]:
    """Rows that post in a moment, by a clock that runs as the machine's does."""
    with served(setup.work, setup.work / "due.db") as url, receiving() as received:
        subscription = subscribed(url, received, "transaction.posted")
        account = call(url, "GET", "/customers/maya/accounts?bank=chase")["accounts"][0]["account_id"]
        received.wait(lambda: _settled(url, subscription), 60)
        before, start = len(received.ids), datetime.now(UTC) + timedelta(seconds=2)
        rows = [
            {
                "amount": "-1.00",
                "description": f"ROW {place}",
                "status": "pending",
                "authorised_at": (start - timedelta(seconds=60)).isoformat(),
                "posted_at": (start + timedelta(seconds=place * BETWEEN)).isoformat(),
            }
            for place in range(DUE)
        ]
        call(url, "POST", f"/accounts/{account}/transactions", rows)
        received.wait(lambda: len(received.ids) >= before + DUE, 60)
    late = [
        (at - datetime.fromisoformat(json.loads(body)["time"]).timestamp()) * 1e3
        for at, body in zip(received.at[before:], received.bodies[before:], strict=True)
    ]
    taken, worst = median(late), max(late)
    beside = f"the slowest of {DUE}: {worst:.1f} ms"
    what = "from the instant an event is due to the receiver's socket"
    return [Figure(what, f"{taken:.1f} ms", beside, taken, at_most(50, " ms"), unit=" ms")]


@contextmanager
def served(work: Path, data: Path, *arguments: str) -> Iterator[str]:
    port = free_port()
    command = subjects.serve("--data", str(data), *arguments)(port)
    with Process(command, work / "webhooks.log") as process:
        process.wait(lambda: _answers(port))
        yield f"http://127.0.0.1:{port}"


def subscribed(url: str, received: Received, *event_types: str) -> str:
    call(url, "POST", "/consents", {"bank": "chase", "client_id": "demo-app", "customer": "maya"})
    wish = {"bank": "chase", "url": received.url, "event_types": list(event_types)}
    subscription_id: str = call(url, "POST", "/webhooks", wish)["subscription_id"]
    return subscription_id


def copy(data: Path, events: int) -> None:
    """So many of the frequent events once more, with other ids."""
    log = EventLog(Database.open(str(data)))
    told = [one for _, one in log.after("default", 0, 100_000) if one.type == FREQUENT]
    log.append(
        "default",
        [msgspec.structs.replace(told[place % len(told)], event_id=f"evt_{place:024d}") for place in range(events)],
    )
    log.database.close()


def call(url: str, method: str, path: str, body: object = None) -> Any:
    answer = requests.request(method, f"{url}/_sandbox{path}", json=body, timeout=60)
    assert answer.status_code < 300, answer.text
    return answer.json()


def _settled(url: str, subscription: str) -> bool:
    counts = call(url, "GET", f"/webhooks/{subscription}")["deliveries"]
    time.sleep(0.3)
    return "queued" not in counts and counts == call(url, "GET", f"/webhooks/{subscription}")["deliveries"]


def _answers(port: int) -> bool:
    try:
        return requests.get(f"http://127.0.0.1:{port}/livez", timeout=5).ok
    except requests.ConnectionError:
        return False
