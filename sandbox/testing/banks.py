"""A bank as one client in one world knows it: what an integration under test is configured with."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandbox.testing.consents import Consent
    from sandbox.testing.worlds import World


class Bank:
    def __init__(self, world: "World", told: Mapping[str, Any], client: Mapping[str, Any]) -> None:
        self.world = world
        self.told = told
        """Everything that `GET /_sandbox/banks` tells of it."""
        self.slug: str = told["slug"]
        self.name: str = told["name"]
        self.url: str = told["base_url"]
        """What the bank's own paths hang below."""
        self.issuer: str = told["issuer"]
        self.authorization_endpoint: str = told["authorization_endpoint"]
        self.token_endpoint: str = told["token_endpoint"]
        self.revocation_endpoint: str = told["revocation_endpoint"]
        self.metadata_url: str = told["metadata_url"]
        self.accounts_url: str = told["accounts_url"]
        self.openapi_url: str = told["openapi_url"]
        self.default_scope: str = told["default_scope"]
        self.client_id: str = client["client_id"]
        """Of a client of the world's own, which takes any redirect URI on the loopback interface."""
        self.client_secret: str = client["client_secret"]

    def __repr__(self) -> str:
        return f"Bank({self.slug!r}, client_id={self.client_id!r})"

    def consent(self, customer: str = "maya", **more: object) -> "Consent":
        """As `World.consent`."""
        return self.world.consent(self.slug, customer, **more)

    def authorize(self, url: str, customer: str = "maya", **more: object) -> str:
        """Plays the customer: from the URL to which the client would send the browser to the one at which the browser
        ends up, with `code` or with `error`. `more`: decision, accounts … Raises Refused."""
        told = self.world.control("POST", "/authorize", {"url": url, "customer": customer, **more})
        redirect: str = told["redirect"]
        return redirect
