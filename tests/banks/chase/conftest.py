"""A customer's accounts at Chase, by the kinds that the ledger knows."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from tests.conftest import Access, World

BASE = "/jpmc/servicing/inquiry-maintenance/fdx/v4"


@dataclass(frozen=True)
class Chase:
    """One consent, and the accounts that it shares: (kind, id), in the order of the list."""

    access: Access
    accounts: list[tuple[str, str]]

    def get(self, path: str, **more: Any) -> requests.Response:
        return self.access.get(BASE + path, **more)

    def json(self, path: str) -> Any:
        answer = self.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def account(self, kind: str) -> str:
        return next(ref for known, ref in self.accounts if known == kind)

    def status_of(self, ref: str) -> str:
        listed = self.json(f"/accounts?accountIds={ref}")["accounts"][0]
        return str(next(iter(listed.values()))["status"])

    def rows(self, ref: str, window: str) -> list[dict[str, Any]]:
        """Unwrapped rows of an account."""
        wrapped = self.json(f"/accounts/{ref}/transactions?limit=500&{window}")["transactions"]
        return [next(iter(row.values())) for row in wrapped]


Reader = Callable[..., Chase]


@pytest.fixture
def chase(world: World) -> Reader:
    def reader(customer: str = "maya", **more: Any) -> Chase:
        given = world.consent("chase", customer, **more)
        access = Access(f"{world.server.url}/chase", given["consent_id"], given["access_token"])
        return Chase(access, [(account["kind"], account["id"]) for account in given["accounts"]])

    return reader
