"""Every event of the catalogue can be made to happen, and is told to the client that listens."""

import pytest
import requests

from sandbox.events.catalogue import TYPES
from sandbox.scenarios.door import Door
from sandbox.scenarios.triggers import Listener, recipes, trigger
from sandbox.seeding.stories import SeedStories
from tests.cli.words import run
from tests.conftest import World
from tests.events.members import Critic, unlike_the_catalogue
from tests.events.receiver import receiving
from tests.events.webhooks import Hooks

RECIPES = recipes(frozenset(SeedStories().catalogue.by_slug))
TO_ENDPOINTS = {"webhook.ping", "webhook.disabled"}
"""Only an endpoint is told."""


def listener(world: World, persona: str = "maya") -> Listener:
    client = world.clients["chase"]
    return Listener(world.world_id, "chase", persona, client["client_id"], client["client_secret"])


def fetched(world: World) -> list[str]:
    """The types of what the client that listens is told."""
    client = world.clients["chase"]
    answer = requests.get(
        f"{world.server.url}/chase/events/v1/events",
        params={"limit": "100"},
        auth=(client["client_id"], client["client_secret"]),
        timeout=30,
    )
    assert answer.status_code == 200, answer.text
    return [event["type"] for event in answer.json()["events"]]


def test_there_is_a_recipe_for_every_event() -> None:
    assert set(TYPES) == set(RECIPES)


@pytest.mark.parametrize("kind", sorted(set(RECIPES) - TO_ENDPOINTS))
def test_an_event_is_made_and_told_to_who_listens(world: World, kind: str) -> None:
    fetched(world)
    told, _ = trigger(Critic(world.server.url), listener(world), kind, RECIPES[kind])
    assert told["type"] == f"sandbox.{kind}"
    assert unlike_the_catalogue(told) == []
    if not kind.startswith(("consent.", "account.", "offer.")):
        assert f"sandbox.{kind}" in fetched(world)


def test_an_endpoint_that_is_gone_is_disabled(world: World) -> None:
    told, lines = trigger(Door(world.server.url), listener(world), "webhook.disabled", RECIPES["webhook.disabled"])
    assert told["type"] == "sandbox.webhook.disabled"
    assert "answered 410" in lines[-1].text


def test_a_ping_makes_an_endpoint_where_the_client_has_none(world: World) -> None:
    told, lines = trigger(Door(world.server.url), listener(world), "webhook.ping", RECIPES["webhook.ping"])
    assert told["type"] == "sandbox.webhook.ping"
    assert "made for this, was pinged and answered" in lines[-1].text
    assert Hooks(world, "chase").call("GET", "/subscriptions").json()["subscriptions"] == []


def test_a_ping_goes_to_every_endpoint_that_the_client_has(world: World) -> None:
    hooks = Hooks(world, "chase")
    with receiving() as receiver:
        hooks.subscribe(receiver.url)
        _, lines = trigger(Door(world.server.url), listener(world), "webhook.ping", RECIPES["webhook.ping"])
        assert lines[-1].text == "1 endpoint is pinged"
        assert [post.message["type"] for post in receiver.wait(len)] == ["sandbox.webhook.ping"]


def test_the_command_says_what_it_did(world: World) -> None:
    client = world.clients["chase"]
    asked = ("--world", world.world_id, "--client", client["client_id"], "--secret", client["client_secret"])
    told = run("trigger", "shipment.delayed", "--url", world.server.url, *asked)
    assert told.exit_code == 0, told.output
    assert "posted -64.90 USD WILLOWCART" in told.output
    assert "sandbox.shipment.delayed evt_" in told.output


def test_an_event_that_does_not_exist_is_named_with_the_one_near_it() -> None:
    told = run("trigger", "shipment.delay")
    assert told.exit_code == 1
    assert "Did you mean shipment.delayed" in told.output


def test_the_demo_plays_a_story_with_its_events(world: World) -> None:
    told = run("demo", "--pace", "0", "--url", world.server.url)
    assert told.exit_code == 0, told.output
    for line in ("shipment.delayed", "purchase.refunded", "Her first wage.", "consent.revoked", "expectations met"):
        assert line in told.output
