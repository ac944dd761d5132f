"""A copy of the rows kept by the sync endpoint equals the bank's own."""

from typing import Any

import orjson
import pytest
import requests

from sandbox.ledger.consents import history_start
from sandbox.ledger.feed import Window
from tests.conftest import USUAL_HEADERS, World
from tests.events.test_fetching import own_account

BANKS = ("chase", "citi", "usbank", "wellsfargo")


class Client:
    """Keeps a copy of the rows as a client does, and refuses what does not fit to it."""

    def __init__(self, world: World, bank: str) -> None:
        self.world, self.bank, self.cursor = world, bank, ""
        self.copy = dict[tuple[str, str], Any]()
        self.given = world.consent(bank)
        banks = requests.get(f"{world.server.url}/_sandbox/info", timeout=30).json()["banks"]
        self.token_endpoint = next(one["token_endpoint"] for one in banks if one["slug"] == bank)

    def refresh(self) -> None:
        client = self.world.clients[self.bank]
        asked = {"grant_type": "refresh_token", "refresh_token": self.given["refresh_token"]}
        basic = (client["client_id"], client["client_secret"])
        answer = requests.post(self.token_endpoint, data=asked, auth=basic, timeout=30)
        assert answer.status_code == 200, answer.text
        self.given |= answer.json()

    def sync(self, count: int = 500) -> dict[str, int]:
        """How many rows came as what."""
        came = {"added": 0, "modified": 0, "removed": 0}
        while True:
            query: dict[str, str | int] = {"count": count, **({"cursor": self.cursor} if self.cursor else {})}
            answer = requests.get(
                f"{self.world.server.url}/{self.bank}/events/v1/transactions/sync",
                params=query,
                headers={"Authorization": f"Bearer {self.given['access_token']}", **USUAL_HEADERS.get(self.bank, {})},
                timeout=30,
            )
            assert answer.status_code == 200, answer.text
            page = answer.json()
            for row in page["added"]:
                assert self.key(row) not in self.copy, "added twice"
                self.copy[self.key(row)] = row["transaction"]
            for row in page["modified"]:
                assert self.key(row) in self.copy, "modified, but never added"
                self.copy[self.key(row)] = row["transaction"]
            for row in page["removed"]:
                assert self.copy.pop(self.key(row), None) is not None, "removed, but never added"
            came = {kind: count + len(page[kind]) for kind, count in came.items()}
            self.cursor = page["next_cursor"]
            if not page["has_more"]:
                return came

    @staticmethod
    def key(row: dict[str, Any]) -> tuple[str, str]:
        return row["account_id"], row["transaction_id"]

    def truth(self) -> dict[tuple[str, str], str]:
        """All rows by their names, and how each stands, as the bank has them now."""
        services = self.world.server.app.services
        bank, consent = services.banks[self.bank], services.consents.find(self.given["consent_id"])
        now = services.worlds.world(self.world.world_id)
        views = [services.worlds.account(now, consent.persona, self.bank, one) for one in consent.account_ids]
        return {
            (
                bank.account_ref(view.account, consent.client_id),
                bank.transaction_ref(view.account, row.entry, row.status),
            ): self.stand(orjson.loads(view.render([row])[0]))
            for view in views
            for row in view.scan(Window(history_start(consent), None))
        }

    @staticmethod
    def stand(row: Any) -> str:
        """A row without its running balance, which moves with others."""
        if isinstance(row, dict):
            return str({name: Client.stand(value) for name, value in row.items() if "balance" not in name.lower()})
        return str(row)

    def is_exact(self) -> None:
        truth = self.truth()
        assert set(self.copy) == set(truth)
        assert {key: self.stand(row) for key, row in self.copy.items()} == truth


@pytest.mark.parametrize("bank", BANKS)
def test_the_copy_is_exact_while_days_pass_and_people_meddle(world: World, bank: str) -> None:
    client, account = Client(world, bank), own_account(world, bank)
    client.sync(count=137)
    client.is_exact()
    assert client.sync() == {"added": 0, "modified": 0, "removed": 0}

    path = f"/accounts/{account}/transactions"
    put = world.control("POST", path, json={"amount": "-9.00", "description": "HELD", "status": "pending"})
    held = put.json()["transactions"][0]["sequence"]
    assert client.sync()["added"] == 1
    world.control("PATCH", f"{path}/{held}", json={"amount": "-9.50"})
    assert client.sync() == {"added": 0, "modified": 1, "removed": 0}
    world.control("DELETE", f"{path}/{held}")
    assert client.sync() == {"added": 0, "modified": 0, "removed": 1}
    client.is_exact()

    for days in (1, 4, 9):
        world.advance(f"P{days}D")
        world.control(
            "POST", path, json=[{"amount": "-1.00", "description": "OLD", "posted_at": "2026-06-01T12:00:00Z"}]
        )
        gone = world.control("POST", path, json={"amount": "-2.00", "description": "GONE"}).json()
        world.control("DELETE", f"{path}/{gone['transactions'][0]['sequence']}")
        client.refresh()
        assert client.sync(count=11)["added"] > 0
        client.is_exact()
