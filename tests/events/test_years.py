"""However time passes, at once or bit by bit, the same is told in the same order."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import cycle, islice
from typing import Any

import pytest
import requests

from tests.conftest import NOW, Server, World
from tests.events.test_fetching import fetched, lasting

SECRET = ("consent.", "account.linked")
"""What is told of consents, whose ids nobody can foresee."""


@contextmanager
def twin(server: Server, customer: str, bank: str) -> Iterator[World]:
    """A world in which somebody listens from the beginning."""
    wish = {"now": NOW, "frozen": True}
    made = requests.post(f"{server.url}/_sandbox/worlds", json=wish, timeout=30).json()
    world = World(server, made["id"], made["clients"])
    fetched(lasting(world, bank, customer))
    yield world
    requests.delete(f"{server.url}/_sandbox/worlds/{world.world_id}", timeout=30)


def log(world: World, after: int = 0) -> list[dict[str, Any]]:
    events = list[dict[str, Any]]()
    while page := world.control("GET", "/events", params={"after": after, "limit": 500}).json()["events"]:
        events += page
        after = page[-1]["number"]
    return events


def shared(events: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """What two worlds with the same deeds have in common."""
    return [event for event in events if not event["type"].removeprefix("sandbox.").startswith(SECRET)]


@pytest.mark.parametrize(("customer", "bank"), [("priya", "citi"), ("maya", "chase")])
def test_a_long_time_at_once_and_bit_by_bit_tell_the_same(server: Server, customer: str, bank: str) -> None:
    """So long that rows have to be made meanwhile which nobody had asked for before."""
    strides = (1, 3, 40, 2, 28, 7, 60)
    days = [*islice(cycle(strides), 21)]
    with twin(server, customer, bank) as world:
        slowly = log(world)
        for stride in days:
            world.advance(f"P{stride}D")
            slowly += log(world, len(slowly))
    with twin(server, customer, bank) as world:
        world.advance(f"P{sum(days)}D")
        at_once = log(world)
    assert sum(days) > 400
    assert len(at_once) > 3_000
    assert [event["number"] for event in slowly] == list(range(1, len(slowly) + 1))
    assert [event["number"] for event in at_once] == list(range(1, len(at_once) + 1))
    assert shared(at_once) == shared(slowly)


def test_plans_outlive_a_clock_that_moves_and_nothing_else(server: Server) -> None:
    """What is done after the clock has moved is told in its time, whatever was expected before."""
    with twin(server, "maya", "chase") as world:
        (account, *_) = world.control("GET", "/customers/maya/accounts", params={"bank": "chase"}).json()["accounts"]
        world.advance("P1D")
        row = {
            "amount": "-4321.09",
            "description": "A ROW OF A TEST",
            "authorised_at": "2026-06-18T12:00:00Z",
            "posted_at": "2026-06-20T12:00:00Z",
        }
        path = f"/accounts/{account['account_id']}/transactions"
        assert world.control("POST", path, json=[{**row, "status": "pending"}]).status_code == 201
        told = dict[str, list[str]]()
        for day in ("17", "18", "19", "20"):
            before = len(log(world))
            world.advance("P1D")
            now = log(world, before)
            told[day] = [one["type"] for one in now if one["data"].get("amount", {}).get("amount") == "4321.09"]
    assert told == {"17": [], "18": ["sandbox.transaction.created"], "19": [], "20": ["sandbox.transaction.posted"]}
