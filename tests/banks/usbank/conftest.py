"""A customer's accounts at U.S. Bank, by the kinds that the ledger knows."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from tests.conftest import Access, World


@dataclass(frozen=True)
class UsBank:
    """One consent, and the accounts that it shares: (kind, id, the ledger's id), in the order of the list."""

    access: Access
    accounts: list[tuple[str, str, str]]

    def get(self, path: str, **more: Any) -> requests.Response:
        return self.access.get(path, **more)

    def json(self, path: str) -> Any:
        answer = self.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def account(self, kind: str) -> str:
        return next(ref for known, ref, _ in self.accounts if known == kind)

    def feed(self, ref: str, query: str = "") -> requests.Response:
        return self.get(f"/transactions/v1/accounts/{ref}/transactions?{query}")

    def rows(self, ref: str, query: str = "") -> list[dict[str, Any]]:
        answer = self.feed(ref, query)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["transactions"]
        return found


Reader = Callable[..., UsBank]


@pytest.fixture
def usbank(world: World) -> Reader:
    def reader(customer: str = "maya", **more: Any) -> UsBank:
        given = world.consent("usbank", customer, **more)
        access = Access(f"{world.server.url}/usbank", given["consent_id"], given["access_token"])
        return UsBank(access, [(one["kind"], one["id"], one["account_id"]) for one in given["accounts"]])

    return reader
