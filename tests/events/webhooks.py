"""Subscriptions of a test's client, over the events API."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import requests

from tests.conftest import World

T = TypeVar("T")


@dataclass(frozen=True)
class Hooks:
    """The events API at a bank, for the world's client, by its id and secret."""

    world: World
    bank: str

    def call(self, method: str, path: str, **more: Any) -> requests.Response:
        client = self.world.clients[self.bank]
        url = f"{self.world.server.url}/{self.bank}/events/v1{path}"
        return requests.request(method, url, auth=(client["client_id"], client["client_secret"]), timeout=30, **more)

    def subscribe(self, url: str, **more: Any) -> dict[str, Any]:
        answer = self.call("POST", "/subscriptions", json={"url": url, **more})
        assert answer.status_code == 201, answer.text
        told: dict[str, Any] = answer.json()
        return told

    def deliveries(self, subscription: dict[str, Any], **query: Any) -> list[dict[str, Any]]:
        told: list[dict[str, Any]] = self.page(subscription, **query)["deliveries"]
        return told

    def page(self, subscription: dict[str, Any], **query: Any) -> dict[str, Any]:
        answer = self.call("GET", f"/subscriptions/{subscription['subscription_id']}/deliveries", params=query)
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    def delivery(self, subscription: dict[str, Any], message_id: str) -> dict[str, Any]:
        path = f"/subscriptions/{subscription['subscription_id']}/deliveries/{message_id}"
        answer = self.call("GET", path)
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    def ping(self, subscription: dict[str, Any]) -> str:
        """The id of the message."""
        answer = self.call("POST", f"/subscriptions/{subscription['subscription_id']}/ping")
        assert answer.status_code == 202, answer.text
        message_id: str = answer.json()["message_id"]
        return message_id

    def settled(self, subscription: dict[str, Any], message_id: str, state: str, attempts: int = 1) -> dict[str, Any]:
        """The delivery, once it stands in a state after so many attempts."""
        return until(
            lambda: self.delivery(subscription, message_id),
            lambda told: told["state"] == state and told["attempts"] == attempts and len(told["tries"]) == attempts,
        )

    def replay(self, subscription: dict[str, Any], **body: Any) -> int:
        answer = self.call("POST", f"/subscriptions/{subscription['subscription_id']}/replay", json=body)
        assert answer.status_code == 202, answer.text
        count: int = answer.json()["replayed"]
        return count

    def misbehave(self, subscription: dict[str, Any], **how: float) -> None:
        answer = self.world.control("PUT", f"/webhooks/{subscription['subscription_id']}/misbehaviour", json=how)
        assert answer.status_code == 200, answer.text


def until(look: Callable[[], T], fits: Callable[[T], bool], patience: float = 20.0) -> T:
    """What is seen once it fits. Raises AssertionError where it does not in time."""
    last = time.monotonic() + patience
    while not fits(seen := look()):
        assert time.monotonic() < last, seen
    return seen
