"""Words for tests that change, narrow and end what a customer granted."""

from typing import Any

from tests.control.words import told
from tests.oauth.browser import Browser
from tests.oauth.conftest import App


def granted(app: App, customer: str = "omar", **asked: str) -> dict[str, Any]:
    """Through the bank's pages to tokens: the token response."""
    return told(app.exchange(app.code(customer, **asked)))


def refused_at_the_door(app: App, **asked: str) -> dict[str, str]:
    """What the client is sent for a request that the rules refuse."""
    return Browser().open(app.start(**asked)).answer


def consent_of(app: App, consent_id: str) -> dict[str, Any]:
    return told(app.world.control("GET", f"/consents/{consent_id}"))


def only_consent(app: App, customer: str = "omar") -> dict[str, Any]:
    """The consent that the customer gave to this application."""
    query = {"customer": customer, "client_id": app.client_id}
    [consent] = told(app.world.control("GET", "/consents", params=query))["consents"]
    return dict(consent)
