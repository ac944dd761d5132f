"""The catalogue tells everything: every event has exactly the members that it declares, and each of them occurs. What
needs a deed is made by tests/scenarios, and held against the catalogue there."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import pytest

from sandbox.events.catalogue import TYPES
from tests.conftest import Server, World, new_world
from tests.control.words import account_of, told
from tests.events.members import Event, unlike_the_catalogue
from tests.events.receiver import receiving
from tests.events.test_fetching import everything, lasting
from tests.events.webhooks import Hooks

PEOPLE = (("maya", "citi"), ("priya", "wellsfargo"), ("omar", "usbank"), ("amina", "chase"))


class Year(NamedTuple):
    """What clients are told of people in a year."""

    world: World
    told: Mapping[str, Sequence[Event]]
    """By person."""


@pytest.fixture(scope="module")
def year(server: Server) -> Iterator[Year]:
    with new_world(server) as world:
        clients = {who: lasting(world, bank, who, marketing=True, targeting=True) for who, bank in PEOPLE}
        world.advance("P364D")
        yield Year(world, {who: everything(client, limit=500) for who, client in clients.items()})


@pytest.mark.parametrize("person", [person for person, _ in PEOPLE])
def test_every_event_of_a_year_is_as_declared(year: Year, person: str) -> None:
    assert len(year.told[person]) > 100
    assert sorted({problem for event in year.told[person] for problem in unlike_the_catalogue(event)}) == []


@pytest.mark.parametrize("person", [person for person, _ in PEOPLE])
def test_no_number_of_an_account_is_told(year: Year, person: str) -> None:
    services = year.world.server.app.services
    world = services.worlds.world(year.world.world_id)
    customer = services.worlds.customer(world, person)
    views = [view for bank in services.banks for view in services.worlds.accounts(world, customer, bank)]
    numbers = [view.account.number for view in views]
    assert len(numbers) > 1
    text = json.dumps(year.told[person])
    assert [number for number in numbers if number in text] == []


def test_what_may_be_missing_is_told_at_times(year: Year) -> None:
    every = [event for events in year.told.values() for event in events]
    seen = {
        kind: {name for event in every if event["type"] == f"sandbox.{kind}" for name in event["data"]}
        for kind in TYPES
    }
    for kind, names in seen.items():
        assert names in (set(), set(TYPES[kind].data))
    assert sum(map(bool, seen.values())) > 20


def test_a_row_that_is_pending_again_names_what_it_was(world: World) -> None:
    client, account = lasting(world, "citi"), account_of(world, bank="citi")["account_id"]
    path = f"/accounts/{account}/transactions"
    row = told(world.control("POST", path, json={"amount": "-9.00", "description": "LUNCH"}), 201)["transactions"][0]
    told(world.control("PATCH", f"{path}/{row['sequence']}", json={"status": "pending"}))
    [event] = [event for event in everything(client) if event["type"] == "sandbox.transaction.updated"]
    assert unlike_the_catalogue(event) == []
    assert event["data"]["previous_transaction_id"] != event["data"]["transaction_id"]


def test_the_catalogue_is_served(world: World) -> None:
    served = told(world.access("usbank").get("/events/v1/event-types"))["event_types"]
    assert [one["type"] for one in served] == [f"sandbox.{name}" for name in TYPES]
    by_name = {one["type"]: {member["name"]: member for member in one["data"]} for one in served}
    assert by_name["sandbox.balance.low"]["threshold"]["form"] == "{amount, currency}"
    assert by_name["sandbox.shipment.created"]["eta"]["optional"]
    assert not any(
        "number" in name and "receipt" not in name and "tracking" not in name
        for one in by_name.values()
        for name in one
    )


def test_what_endpoints_are_told_is_as_declared(world: World) -> None:
    hooks = Hooks(world, "chase")
    with receiving() as listening, receiving(lambda _post: 410) as gone:
        hooks.subscribe(listening.url)
        hooks.ping(hooks.subscribe(gone.url))
        posts = listening.wait(lambda posts: [post for post in posts if "webhook" in post.message["type"]])
        [disabled] = [post.message for post in posts]
    [ping] = [post.message for post in gone.posts]
    assert (ping["type"], disabled["type"]) == ("sandbox.webhook.ping", "sandbox.webhook.disabled")
    assert unlike_the_catalogue(ping) + unlike_the_catalogue(disabled) == []
