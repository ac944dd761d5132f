"""Subscriptions of a test's client, over the events API."""

from dataclasses import dataclass
from typing import Any

import requests

from tests.conftest import World


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
        answer = self.call("GET", f"/subscriptions/{subscription['subscription_id']}/deliveries", params=query)
        assert answer.status_code == 200, answer.text
        told: list[dict[str, Any]] = answer.json()["deliveries"]
        return told

    def delivery(self, subscription: dict[str, Any], message_id: str) -> dict[str, Any]:
        path = f"/subscriptions/{subscription['subscription_id']}/deliveries/{message_id}"
        answer = self.call("GET", path)
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told
