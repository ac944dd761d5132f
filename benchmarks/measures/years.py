"""A year that passes where somebody listens: how long it takes until all that happened in it to the busiest customer is
told. Whoever asks for the log waits until it is whole; the time is that of one such request over HTTP."""

import time
from statistics import median

import requests

from benchmarks.measures.webhooks import call, served
from benchmarks.report import Figure, at_most
from benchmarks.setup import Setup

BUSIEST, BANK = "viktor", "citi"
TIMES = 5
UUID = "3f0c9b7e-6a51-4f0e-9a0e-2f6f7f1c8d10"


def year(setup: Setup) -> list[Figure]:
    with served(setup.work, setup.work / "year.db") as url:
        taken, told = zip(*(_one(url) for _ in range(TIMES)), strict=True)
    assert len(set(told)) == 1, told
    seconds, events = median(taken), told[0]
    beside = f"{events:,} events, {seconds / events * 1e6:.0f} µs each; the slowest of {TIMES}: {max(taken):.2f} s"
    return [Figure("a year told", f"{seconds:.2f} s", beside, seconds, at_most(1, " s"), unit=" s")]


def _one(url: str) -> tuple[float, int]:
    """(seconds, events) of a year in a world of its own."""
    world = call(url, "POST", "/worlds", {"now": "2026-06-15T15:00:00Z", "frozen": True})
    here = f"?world={world['id']}"
    listen(url, here, world["clients"][BANK]["client_id"])
    before = _last(url, here)
    call(url, "POST", f"/clock/advance{here}", {"by": "P365D"})
    began = time.perf_counter()
    call(url, "GET", f"/events{here}&limit=1")
    seconds = time.perf_counter() - began
    told = _last(url, here) - before
    assert requests.delete(f"{url}/_sandbox/worlds/{world['id']}", timeout=60).ok
    return seconds, told


def listen(url: str, here: str, client_id: str) -> None:
    """A client comes once to ask what there is."""
    wish = {"bank": BANK, "customer": BUSIEST, "client_id": client_id}
    token = call(url, "POST", f"/consents{here}", wish)["access_token"]
    headers = {"Authorization": f"Bearer {token}", "client_id": client_id, "uuid": UUID}
    answer = requests.get(f"{url}/{BANK}/events/v1/events", headers=headers, timeout=60)
    assert answer.status_code == 200, answer.text


def _last(url: str, here: str) -> int:
    """The number of the last event: one looks through all of them for a type of which there is none."""
    return int(call(url, "GET", f"/events{here}&type=webhook.ping")["last"])
