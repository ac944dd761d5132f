"""What acted on an exchange is remembered with it."""

from typing import Any

import pytest
import requests

from tests.conftest import World
from tests.control.words import told
from tests.faults.words import ACCOUNTS


def last(world: World) -> dict[str, Any]:
    listed = told(world.control("GET", "/requests"))["requests"]
    newest = max(listed, key=lambda one: int(one["id"].removeprefix("req_")))
    return told(world.control("GET", f"/requests/{newest['id']}"))


def test_levers_are_in_the_journal_by_what_they_did(world: World) -> None:
    world.access("citi").get(ACCOUNTS["citi"], headers={"Prefer": "code=429, delay=20"})
    exchange = last(world)
    assert exchange["faults"] == ["latency:20", "status:429"]
    assert (exchange["status"], exchange["error"], exchange["delay_ms"]) == (429, "RateLimited", 20)


def test_a_broken_connection_is_in_the_journal(world: World) -> None:
    with pytest.raises(requests.exceptions.ConnectionError):
        world.access("usbank").get(ACCOUNTS["usbank"], headers={"Prefer": "fault=reset"})
    assert last(world)["faults"] == ["reset"]


def test_a_distortion_says_what_was_where(world: World) -> None:
    told(world.control("POST", "/faults", json={"fault": "drift", "kinds": ["new-enum"], "seed": 5}), 201)
    answer = world.access("chase").get(ACCOUNTS["chase"]).json()
    exchange = last(world)
    assert exchange["faults"] == ["drift:new-enum"]
    [distortion] = exchange["distortions"]
    assert (distortion["kind"], distortion["legal"]) == ("new-enum", False)
    value = answer
    for step in distortion["at"].strip("/").split("/"):
        value = value[int(step)] if isinstance(value, list) else value[step]
    assert distortion["now"] == f'"{value}"'
    assert exchange["response"]["body"] == answer


def test_what_did_not_act_is_not_there(world: World) -> None:
    told(world.control("POST", "/faults", json={"fault": "status", "status": 503, "after": 5}), 201)
    world.access("wellsfargo").get(ACCOUNTS["wellsfargo"], headers={"Prefer": "fault=longest-text"})
    assert last(world)["faults"] == []
