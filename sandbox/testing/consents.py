"""A consent with its tokens, and calls to the bank that it is for."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import requests

from sandbox.kernel import ids

if TYPE_CHECKING:
    from sandbox.testing.banks import Bank
    from sandbox.testing.worlds import Json


class Consent:
    def __init__(self, bank: "Bank", told: Mapping[str, Any]) -> None:
        self.bank = bank
        self.told = told
        """Everything that `POST /_sandbox/consents` told."""
        self.id: str = told["consent_id"]
        self.access_token: str = told["access_token"]
        self.refresh_token: str | None = told.get("refresh_token")
        self.scope: str = told["scope"]
        self.customer: str = told["customer"]
        self.accounts: list[Json] = told["accounts"]
        """Those shared: `id` is what the bank calls one towards this client, `account_id` what the control API does."""
        interaction = ids.stable_uuid("interaction", self.id)
        self.headers: dict[str, str] = {
            "Authorization": f"Bearer {self.access_token}",
            **{name: value.format(interaction, bank.client_id) for name, value in USUAL.get(bank.slug, {}).items()},
        }
        """What this bank wants with every call to its data."""

    def __repr__(self) -> str:
        return f"Consent({self.id!r}, bank={self.bank.slug!r}, customer={self.customer!r})"

    def get(self, path: str = "", **more: Any) -> requests.Response:
        return self.request("GET", path, **more)

    def request(self, method: str, path: str = "", **more: Any) -> requests.Response:
        """A call to the bank: `path` below its address, or a whole URL; without one, its list of accounts. `headers`
        join or replace the usual ones, None leaves one out."""
        url = path if "://" in path else self.bank.url + path if path else self.bank.accounts_url
        sent = {**self.headers, **more.pop("headers", {})}
        more.setdefault("timeout", 60)
        return self.bank.world.server.session.request(method, url, headers=sent, **more)

    def state(self) -> "Json":
        """The consent as the bank has it now, with `status`."""
        told: Json = self.bank.world.control("GET", f"/consents/{self.id}")
        return told

    def revoke(self) -> None:
        """As the customer at the bank's dashboard does."""
        self.bank.world.control("POST", f"/consents/{self.id}/revoke", {})


USUAL: Mapping[str, Mapping[str, str]] = {
    "wellsfargo": {"x-fapi-interaction-id": "{0}", "FDX-API-Actor-Type": "USER"},
    "citi": {"uuid": "{0}", "client_id": "{1}"},
}
"""Headers that a bank wants beside the token: {0} is an interaction's id, {1} the client's."""
