"""Worlds: made, forked, reset, deleted."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from sandbox.kernel import ids
from tests.conftest import NOW, Server, World
from tests.control.words import account_of, refused, told


class Maker:
    """Makes worlds, and deletes them when the test is over."""

    def __init__(self, server: Server) -> None:
        self.url = f"{server.url}/_sandbox/worlds"
        self.made: list[str] = []

    def __call__(self, **wish: Any) -> dict[str, Any]:
        made = told(requests.post(self.url, json=wish, timeout=10), 201)
        self.made.append(made["id"])
        return made


@pytest.fixture
def make(server: Server) -> Iterator[Maker]:
    maker = Maker(server)
    yield maker
    for world_id in maker.made:
        requests.delete(f"{maker.url}/{world_id}", timeout=10)


def test_a_world_is_made_as_it_is_told(server: Server, make: Maker) -> None:
    world_id = "w-" + ids.short(ids.secret())
    made = make(id=world_id, name="nightly", seed=7, now="2026-01-02T03:04:05Z", anchor="2026-01-01", speed=2)
    assert (made["id"], made["name"], made["seed"], made["anchor"]) == (world_id, "nightly", 7, "2026-01-01")
    assert (made["speed"], made["frozen"]) == (2, False)
    answer = requests.get(f"{server.url}/_sandbox/worlds/{world_id}", timeout=10)
    assert told(answer)["name"] == "nightly"
    listed = told(requests.get(f"{server.url}/_sandbox/worlds", timeout=10))["worlds"]
    assert [listed[0]["id"], world_id in [one["id"] for one in listed]] == ["default", True]


def test_a_world_begins_as_the_server_was_started(make: Maker) -> None:
    made = make()
    assert (made["now"], made["frozen"], made["seed"]) == (NOW, True, 1)


def test_a_world_comes_with_a_client_at_every_bank(server: Server, make: Maker) -> None:
    made = make()
    assert set(made["clients"]) == set(server.app.services.banks)
    for bank, client in made["clients"].items():
        registered = requests.get(f"{server.url}/_sandbox/clients/{bank}/{client['client_id']}", timeout=10)
        assert told(registered)["world"] == made["id"]
        assert client["client_secret"] not in registered.text


def test_a_taken_id_is_refused(server: Server, make: Maker) -> None:
    made = make()
    again = requests.post(f"{server.url}/_sandbox/worlds", json={"id": made["id"]}, timeout=10)
    refused(again, 409, "Conflict")


@pytest.mark.parametrize(
    ("wish", "error"),
    [
        ({"id": "a b"}, "InvalidInput"),
        ({"seed": -1}, "InvalidInput"),
        ({"now": "never ever"}, "InvalidDate"),
        ({"anchor": "2026-02-30"}, "InvalidInput"),
        ({"anchor": "2010-01-01", "now": "2026-01-01"}, "InvalidDateRange"),
        ({"frozen": True, "speed": 3}, "InvalidInput"),
        ({"from": "default", "seed": 3}, "InvalidInput"),
        ({"colour": "blue"}, "InvalidInput"),
    ],
)
def test_a_wish_that_makes_no_sense_is_refused(server: Server, wish: dict[str, Any], error: str) -> None:
    refused(requests.post(f"{server.url}/_sandbox/worlds", json=wish, timeout=10), 400, error)


def test_another_seed_tells_of_the_same_people_otherwise(server: Server, make: Maker) -> None:
    one, other = (World(server, make(seed=seed)["id"], {}) for seed in (1, 2))
    assert account_of(one)["number"] == account_of(World(server, "default", {}))["number"]
    assert account_of(one)["number"] != account_of(other)["number"]


def test_a_fork_has_the_rows_and_not_the_secrets(server: Server, world: World, make: Maker) -> None:
    account = account_of(world)
    path = f"/accounts/{account['account_id']}/transactions"
    told(
        world.control("POST", path, json={"amount": "-5.00", "description": "BEFORE THE FORK", "status": "pending"}),
        201,
    )
    world.consent("chase")
    copy = World(server, make(**{"from": world.world_id})["id"], {})
    rows = told(copy.control("GET", path, params={"limit": 1}))["transactions"]
    assert rows[0]["description"] == "BEFORE THE FORK"
    told(
        copy.control("POST", path, json={"amount": "-6.00", "description": "AFTER THE FORK", "status": "pending"}), 201
    )
    assert told(world.control("GET", path, params={"limit": 1}))["transactions"] == rows
    assert not [c for c in told(copy.control("GET", "/consents"))["consents"] if c["customer"] == "maya"]
    assert [client["client_id"] for client in told(copy.control("GET", "/clients"))["clients"]] == [
        f"demo-app-{copy.world_id}"
    ] * len(server.app.services.banks)


def test_a_fork_by_its_own_path(server: Server, world: World) -> None:
    world.advance("P1D")
    made = told(requests.post(f"{server.url}/_sandbox/worlds/{world.world_id}/fork", timeout=10), 201)
    assert made["now"] == "2026-06-16T15:00:00Z"
    requests.delete(f"{server.url}/_sandbox/worlds/{made['id']}", timeout=10)


def test_a_reset_forgets_what_was_done_and_keeps_the_client(server: Server, world: World) -> None:
    untouched = told(world.control("GET", "/fingerprint"))["fingerprint"]
    account = account_of(world)
    path = f"/accounts/{account['account_id']}/transactions"
    told(world.control("POST", path, json={"amount": "-5.00", "description": "GONE"}), 201)
    access = world.access("chase")
    world.advance("P1D")
    reset = requests.post(f"{server.url}/_sandbox/worlds/{world.world_id}/reset", timeout=10)
    assert told(reset)["now"] == NOW
    assert told(world.control("GET", "/fingerprint"))["fingerprint"] == untouched
    assert access.get("/jpmc/servicing/inquiry-maintenance/fdx/v4/accounts").status_code == 401
    assert world.access("chase").get("/jpmc/servicing/inquiry-maintenance/fdx/v4/accounts").status_code == 200


def test_a_reset_can_begin_at_another_time(server: Server, world: World) -> None:
    url = f"{server.url}/_sandbox/worlds/{world.world_id}/reset"
    assert told(requests.post(url, json={"now": "2026-03-01"}, timeout=10))["now"] == "2026-03-01T00:00:00Z"


def test_the_default_world_can_be_reset_and_not_deleted(server: Server) -> None:
    refused(requests.delete(f"{server.url}/_sandbox/worlds/default", timeout=10), 409, "Conflict")
    told(requests.post(f"{server.url}/_sandbox/worlds/default/reset", timeout=10))
    client = requests.get(f"{server.url}/_sandbox/clients/chase/demo-app", timeout=10)
    assert told(client)["redirect_uris"] == ["http://localhost:*, http://127.0.0.1:*, http://[::1]:*"]


def test_a_deleted_world_is_gone_with_its_tokens(server: Server, make: Maker) -> None:
    made = make()
    doomed = World(server, made["id"], made["clients"])
    access = doomed.access("chase")
    answer = requests.delete(f"{server.url}/_sandbox/worlds/{doomed.world_id}", timeout=10)
    assert (answer.status_code, answer.content) == (204, b"")
    refused(requests.get(f"{server.url}/_sandbox/worlds/{doomed.world_id}", timeout=10), 404, "WorldNotFound")
    assert access.get("/jpmc/servicing/inquiry-maintenance/fdx/v4/accounts").status_code == 401
