"""Somebody waits until something has come about, and is answered when it has, or told what is missing."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sandbox.settings import Settings
from tests.conftest import NOW, World, new_world, serving
from tests.control.words import refused, told
from tests.events.receiver import receiving
from tests.events.webhooks import Hooks
from tests.proof.words import ACCOUNTS, waited


@contextmanager
def waiting(world: World, **what: Any) -> Iterator[Callable[[], dict[str, Any]]]:
    """Somebody who waits meanwhile, and what they are told in the end."""
    with ThreadPoolExecutor(1) as one:
        future: Future[dict[str, Any]] = one.submit(waited, world, **what)
        yield future.result


def test_a_request_ends_the_waiting(world: World) -> None:
    access = world.access("chase")
    with waiting(world, request={"bank": "chase"}, at_least=2) as answer:
        access.get(ACCOUNTS["chase"])
        access.get(ACCOUNTS["chase"])
        body = answer()
    assert (body["met"], len(body["found"]), body["missing"]) == (True, 2, None)
    assert body["waited_ms"] < 9_000
    assert body["found"][0]["operation"] == "searchForAccounts"


def test_what_is_there_already_is_not_waited_for(world: World) -> None:
    world.access("chase").get(ACCOUNTS["chase"])
    assert waited(world, request={"bank": "chase"})["waited_ms"] < 5_000


def test_in_the_end_it_is_told_what_came_nearest(world: World) -> None:
    world.access("chase").get(ACCOUNTS["chase"])
    body = waited(world, "PT0.1S", request={"bank": "chase", "status": 429})
    assert (body["met"], body["missing"]) == (False, "at least 1 wanted, and 0 came")
    assert body["nearest"][0]["differs"][0]["got"] == [200]
    assert body["waited_ms"] >= 100


def test_a_withdrawn_consent(world: World) -> None:
    given = world.consent("chase")
    wanted = {"id": given["consent_id"], "status": "REVOKED"}
    assert "is ACTIVE" in waited(world, "PT0S", consent=wanted)["missing"]
    with waiting(world, consent=wanted) as answer:
        told(world.control("POST", f"/consents/{given['consent_id']}/revoke"))
        assert answer()["met"]


def test_the_clock(world: World) -> None:
    with waiting(world, clock="2026-06-16T00:00:00Z") as answer:
        world.advance("P1D")
        assert answer()["met"]
    assert NOW not in answer()["found"]


def test_a_webhook_that_is_delivered(world: World) -> None:
    with receiving() as receiver:
        hooks = Hooks(world, "chase")
        subscription = hooks.subscribe(receiver.url)
        with waiting(world, delivery={"channel": "chase", "id": subscription["subscription_id"]}) as answer:
            message_id = hooks.ping(subscription)
            body = answer()
    assert body["met"]
    assert (body["found"][0]["delivery_id"], body["found"][0]["state"]) == (message_id, "delivered")
    wanted = {"id": subscription["subscription_id"], "status": "disabled"}
    assert not waited(world, "PT0S", subscription=wanted)["met"]


def test_a_message_from_a_person(world: World) -> None:
    wanted = {"user": "maya", "from": "person", "text": {"contains": "balance"}}
    with waiting(world, message=wanted) as answer:
        world.control("POST", "/messenger/users/maya/say", json={"text": "Hello"})
        world.control("POST", "/messenger/users/maya/say", json={"text": "My balance, please"})
        body = answer()
    assert body["met"]
    assert body["found"][0]["content"]["text"] == "My balance, please"


def test_another_process_may_bring_it_about(tmp_path: Path) -> None:
    settings = Settings(now=NOW, freeze=True, data=str(tmp_path / "shared.db"))
    with serving(settings) as one, serving(settings) as other, new_world(one) as world:
        access = world.access("chase")
        elsewhere = replace(access, base=f"{other.url}/chase")
        with waiting(world, request={"bank": "chase"}) as answer:
            elsewhere.get(ACCOUNTS["chase"])
            body = answer()
    assert (body["met"], len(body["found"])) == (True, 1)


@pytest.mark.parametrize(
    ("wish", "status", "error"),
    [
        ({"request": {}, "clock": NOW}, 400, "InvalidInput"),
        ({"timeout": "PT1S"}, 400, "InvalidInput"),
        ({"request": {}, "timeout": "PT2M"}, 400, "InvalidInput"),
        ({"clock": "noon"}, 400, "InvalidInput"),
        ({"consent": {"id": "con_nobody", "status": "REVOKED"}}, 404, "ConsentNotFound"),
        ({"subscription": {"id": "sub_nobody", "status": "active"}}, 404, "SubscriptionNotFound"),
        ({"message": {"user": "nobody-at-all"}}, 404, "PersonNotFound"),
    ],
)
def test_what_never_comes_about_is_said_at_once(world: World, wish: dict[str, Any], status: int, error: str) -> None:
    refused(world.control("POST", "/wait-for", json=wish), status, error)
