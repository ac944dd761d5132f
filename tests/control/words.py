"""Words that the tests of the control API share."""

from typing import Any

import requests

from tests.conftest import World


def told(answer: requests.Response, status: int = 200) -> dict[str, Any]:
    """The body of an answer that must have this status."""
    assert answer.status_code == status, answer.text
    body: dict[str, Any] = answer.json()
    return body


def refused(answer: requests.Response, status: int, error: str) -> dict[str, Any]:
    """The body of a refusal, which must have this status, name this error and have left a trace."""
    body = told(answer, status)
    assert body["error"] == error, body
    assert answer.headers["Sandbank-Trace"] == body["trace"]
    assert "Sandbank-Contract" not in answer.headers
    return body


def account_of(world: World, customer: str = "maya", bank: str = "chase", kind: str = "CHECKING") -> dict[str, Any]:
    """A customer's first account of a kind."""
    accounts = told(world.control("GET", f"/customers/{customer}/accounts", params={"bank": bank}))["accounts"]
    found: dict[str, Any] = next(account for account in accounts if account["kind"] == kind)
    return found
