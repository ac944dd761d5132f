"""A customer's accounts at Citi, read by a client of a fixed name, so that account ids are the same in every run."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from tests.conftest import Access, World

CLIENT = "golden-citi"
UUID = "3f0c9b7e-6a51-4f0e-9a0e-2f6f7f1c8d10"
BASE = "/gcb/api"


@dataclass(frozen=True)
class Citi:
    """One consent, and the accounts that it shares."""

    access: Access
    canonical: Mapping[str, str]
    """Sandbank's own name of each account, by the name that the client was given."""

    def get(self, path: str, **more: Any) -> requests.Response:
        return self.access.get(BASE + path, **more)

    def post(self, path: str, json: Any, **more: Any) -> requests.Response:
        return self.access.request("POST", BASE + path, json=json, **more)

    def summaries(self) -> list[tuple[str, dict[str, Any]]]:
        """(key, account) of every account, in the order of the list."""
        groups = self.get("/v1/accounts").json()["accountGroupSummary"]
        return [pair for group in groups for account in group["accounts"] for pair in account.items()]

    def account(self, kind: str, **members: str) -> str:
        """The id of the first account of a kind (checking, creditCard …) with these members."""
        return next(
            str(account["accountId"])
            for key, account in self.summaries()
            if key == f"{kind}AccountSummary" and members.items() <= account.items()
        )

    def rows(self, account_id: str, **filters: Any) -> list[dict[str, Any]]:
        """Every row of an account, page after page."""
        found: list[dict[str, Any]] = []
        index: dict[str, str] = {}
        while True:
            answer = self.get(f"/v1/accounts/{account_id}/transactions", params={**filters, **index})
            assert answer.status_code == 200, answer.text
            page = answer.json()
            found += page.get("transactions") or page.get("investmentTransaction") or []
            if "nextStartIndex" not in page:
                return found
            index = {"nextStartIndex": page["nextStartIndex"]}


Reader = Callable[..., Citi]


@pytest.fixture
def citi(world: World) -> Reader:
    """Gives a consent of a customer to the client, with whatever else the control API takes."""
    registration: Mapping[str, Any] = {
        "bank": "citi",
        "name": "Golden",
        "redirect_uris": ["http://127.0.0.1/callback"],
        "client_id": CLIENT,
    }
    answer = world.control("POST", "/clients", json=registration)
    assert answer.status_code == 201, answer.text

    def reader(customer: str = "maya", **more: Any) -> Citi:
        given = world.consent("citi", customer, client_id=CLIENT, **more)
        headers = {"uuid": UUID, "client_id": CLIENT}
        access = Access(f"{world.server.url}/citi", given["consent_id"], given["access_token"], headers)
        return Citi(access, {account["id"]: account["account_id"] for account in given["accounts"]})

    return reader
