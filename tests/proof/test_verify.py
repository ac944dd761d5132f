"""Exchanges are held against what is expected of them: counted, in order, in time; and nothing is guessed."""

from typing import Any

import pytest
import requests

from sandbox.settings import Settings
from tests.conftest import NOW, World, new_world, serving
from tests.control.words import refused, told
from tests.proof.words import ACCOUNTS, verified

READ = {"bank": "chase", "operation": "searchForAccounts", "status": 200}


@pytest.fixture
def reader(world: World) -> World:
    """Who read a world's accounts at Chase twice, and once at Citi."""
    chase, citi = world.access("chase"), world.access("citi")
    chase.get(ACCOUNTS["chase"], params={"limit": 1})
    citi.get(ACCOUNTS["citi"])
    chase.get(ACCOUNTS["chase"], headers={"interactionId": "abc-1"})
    return world


@pytest.mark.parametrize(
    ("count", "holds"),
    [
        ({"times": 2}, True),
        ({"times": 1}, False),
        ({"at_least": 2}, True),
        ({"at_least": 3}, False),
        ({"at_most": 2}, True),
        ({"at_most": 1}, False),
        ({"at_least": 1, "at_most": 3}, True),
        ({"never": True}, False),
        ({}, True),
    ],
)
def test_counts(reader: World, count: dict[str, Any], holds: bool) -> None:
    answer = verified(reader, {"request": READ, **count})
    assert (answer["verified"], answer["expectations"][0]["found"]) == (holds, 2)


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ({"query": {"limit": "1"}}, 1),
        ({"query": {"limit": {"absent": True}}}, 2),
        ({"query": {"limit": 1}}, 1),
        ({"path": ACCOUNTS["chase"]}, 2),
        ({"path": "/chase" + ACCOUNTS["chase"]}, 2),
        ({"path": "/*/api/v1/{what}", "bank": "citi"}, 1),
        ({"path": {"matches": ".*/v1/.*"}}, 1),
        ({"path": {"contains": "fdx"}}, 2),
        ({"method": "get", "status": "2xx"}, 3),
        ({"status": [200, 206]}, 3),
        ({"status": "5xx"}, 0),
        ({"headers": {"interactionId": {"matches": "abc-[0-9]"}}}, 1),
        ({"headers": {"Authorization": {"matches": "Bearer .*"}}}, 3),
        ({"persona": "maya", "error": {"absent": True}}, 3),
        ({"response_body": {"/accounts": {"type": "array"}}}, 2),
        ({"response_body": {"/accounts/*/depositAccount/accountCategory": "DEPOSIT_ACCOUNT"}}, 0),
        ({"response_body": {"/accounts/1": {"absent": True}}, "bank": "chase"}, 1),
        ({"body": {"": {"absent": True}}}, 3),
    ],
)
def test_patterns(reader: World, pattern: dict[str, Any], found: int) -> None:
    answer = verified(reader, {"request": pattern, "times": found})
    assert answer["verified"], answer


def test_what_a_body_says_is_looked_at(world: World) -> None:
    client = world.clients["usbank"]["client_id"]
    endpoint = f"{world.server.url}/usbank/auth/oauth2/v1/token"
    requests.post(endpoint, data={"grant_type": "refresh_token", "refresh_token": "x"}, auth=(client, "no"), timeout=30)
    form = {"body": {"/grant_type": "refresh_token", "/refresh_token": {"matches": "….+"}}, "client": client}
    assert verified(world, {"request": form, "times": 1})["verified"]
    assert verified(world, {"request": {"body": {"/grant_type": {"one_of": ["password"]}}}, "never": True})["verified"]


def test_a_failure_shows_what_came_nearest_and_why_it_is_not_that(reader: World) -> None:
    answer = verified(reader, {"request": {**READ, "query": {"limit": "7"}}, "name": "by sevens"})
    [missed] = answer["expectations"]
    assert (answer["verified"], missed["found"], missed["name"]) == (False, 0, "by sevens")
    near = missed["nearest"]
    assert [one["differs"][0]["member"] for one in near[:2]] == ["query.limit", "query.limit"]
    assert near[0]["differs"][0]["got"] == []
    assert "'1' came" in near[1]["differs"][0]["why"]
    assert {one["member"] for one in near[2]["differs"]} == {"bank", "operation", "query.limit"}


def test_order(reader: World) -> None:
    chase, citi = {"request": {"bank": "chase"}}, {"request": {"bank": "citi"}}
    assert verified(reader, chase, citi, chase, order="strict")["verified"]
    answer = verified(reader, citi, chase, chase, order="strict")
    assert not answer["verified"]
    assert "number 3 wants at least 1" in answer["out_of_order"]
    assert verified(reader, citi, chase, chase)["verified"]


def test_nothing_else_may_come(reader: World) -> None:
    citi = {"request": {"bank": "citi"}}
    answer = verified(reader, citi, nothing_else=True)
    assert (answer["verified"], len(answer["others"])) == (False, 2)
    assert verified(reader, citi, {"request": READ}, nothing_else=True)["verified"]


def test_only_what_came_behind_an_exchange_counts(reader: World) -> None:
    first = verified(reader, {"request": READ})["expectations"][0]["requests"][0]
    assert verified(reader, {"request": READ, "times": 1}, after=first)["verified"]
    assert verified(reader, {"request": READ, "times": 0, "before": first})["verified"]


def test_a_length_of_time_is_the_worlds(world: World) -> None:
    access = world.access("chase")
    access.get(ACCOUNTS["chase"])
    world.advance("PT1M")
    access.get(ACCOUNTS["chase"])
    [late] = verified(world, {"request": READ, "times": 2, "within": "PT30S"})["expectations"]
    assert (late["verified"], late["found"], len(late["late"])) == (False, 1, 1)
    assert verified(world, {"request": READ, "times": 2, "within": "PT2M"})["verified"]
    assert verified(world, {"request": READ, "times": 1, "after": NOW})["verified"]
    assert verified(world, {"request": READ, "times": 2, "within": "PT30S", "clock": "machine"})["verified"]


@pytest.mark.parametrize(
    "wish",
    [
        {"request": {"path": {"matches": "("}}},
        {"request": {"body": {"amount": 1}}},
        {"request": {}, "times": 1, "never": True},
        {"request": {}, "within": "soon"},
        {"request": {}, "after": "yesterday"},
        {"request": {}, "at_least": 3, "at_most": 2},
    ],
)
def test_what_cannot_be_meant_is_refused(world: World, wish: dict[str, Any]) -> None:
    body = refused(world.control("POST", "/verify", json={"expect": [wish]}), 400, "InvalidInput")
    assert body["violations"][0]["name"] == "/expect/0"


def test_a_cut_journal_says_what_is_certain_and_refuses_the_rest() -> None:
    with serving(Settings(now=NOW, freeze=True, journal_bytes=40_000)) as server, new_world(server) as world:
        access = world.access("chase")
        for _ in range(60):
            access.get(ACCOUNTS["chase"])
        cut = told(world.control("GET", "/requests"))["cut"]
        assert verified(world, {"request": READ, "at_least": 1})["cut"] == cut
        assert not verified(world, {"request": READ, "never": True})["verified"]
        assert verified(world, {"request": {"bank": "citi"}, "never": True}, after=cut["upto"])["verified"]
        for uncertain in ({"request": READ, "times": 60}, {"request": {"bank": "citi"}, "never": True}):
            body = refused(world.control("POST", "/verify", json={"expect": [uncertain]}), 409, "JournalCut")
            assert str(cut["exchanges"]) in body["detail"]


def test_without_a_journal_nothing_is_verified() -> None:
    with serving(Settings(now=NOW, freeze=True, journal_bytes=0)) as server, new_world(server) as world:
        refused(world.control("POST", "/verify", json={"expect": [{"request": {}, "never": True}]}), 409, "JournalCut")
