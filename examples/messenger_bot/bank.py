"""A person's bank, read with the tokens that they let the bot have."""

import functools
import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import requests
from authlib.integrations.base_client import OAuthError

from .banks import BANKS, Account, Row
from .memory import Link, Memory
from .oauth import BankClient


class BankRefused(Exception):
    """What the bank answered. `trace` leads to the explanation: sandbank why TRACE."""

    def __init__(self, answer: requests.Response) -> None:
        self.status = answer.status_code
        self.trace = answer.headers.get("Sandbank-Trace", "")
        super().__init__(f"{answer.request.method} {answer.url}: {answer.status_code} (sandbank why {self.trace})")


class NotLetIn(Exception):
    """The tokens work no more: the consent was withdrawn, ran out, or is held back by the bank."""


class StepUp(Exception):
    """The bank wants the person to sign in anew before it does this (RFC 9470). `asked` goes into that request."""

    def __init__(self, asked: Mapping[str, str]) -> None:
        self.asked = dict(asked)
        super().__init__("a fresh sign-in is wanted")


class Bank:
    def __init__(self, client: BankClient, memory: Memory, link: Link) -> None:
        self.slug = link.bank
        self.dialect = BANKS[link.bank]
        self._client, self._memory, self._link = client, memory, link

    @property
    def name(self) -> str:
        return self.dialect.name

    @property
    def consent(self) -> str:
        return self._link.consent

    # --- What differs from bank to bank ----------------------------------------------------------------------------

    def accounts(self) -> list[Account]:
        return self.dialect.accounts(self._get)

    def rows(self, account: Account) -> list[Row]:
        return self.dialect.rows(self._get, account)

    # --- What is the same at all of them ---------------------------------------------------------------------------

    def purchases(self, limit: int, cursor: str = "", **filters: str) -> dict[str, Any]:
        """{purchases, next_cursor}, the newest first."""
        query = {"limit": str(limit), **({"cursor": cursor} if cursor else {}), **filters}
        return self._commerce("GET", "purchases", query)

    def purchase(self, purchase_id: str) -> dict[str, Any]:
        return self._commerce("GET", f"purchases/{purchase_id}")

    def receipt(self, receipt_id: str) -> dict[str, Any]:
        return self._commerce("GET", f"receipts/{receipt_id}")

    def shipments(self, limit: int) -> list[dict[str, Any]]:
        return list(self._commerce("GET", "shipments", {"limit": str(limit)})["shipments"])

    def shipment(self, shipment_id: str) -> dict[str, Any]:
        return self._commerce("GET", f"shipments/{shipment_id}")

    def invoices(self, limit: int) -> list[dict[str, Any]]:
        return list(self._commerce("GET", "invoices", {"limit": str(limit)})["invoices"])

    def offers(self, limit: int) -> list[dict[str, Any]]:
        return list(self._commerce("GET", "offers", {"limit": str(limit)})["offers"])

    def offer(self, offer_id: str) -> dict[str, Any]:
        return self._commerce("GET", f"offers/{offer_id}")

    def activate(self, offer_id: str) -> dict[str, Any]:
        return self._commerce("POST", f"offers/{offer_id}/activate", {"channel": "messenger"})

    def cards(self) -> list[dict[str, Any]]:
        return list(self._commerce("GET", "cards")["cards"])

    def set_card(self, card_id: str, deed: str) -> dict[str, Any]:
        """`deed`: freeze, or unfreeze, which may raise StepUp."""
        return self._commerce("POST", f"cards/{card_id}/{deed}", {"reason": "Asked for in chat"})

    def dispute(self, transaction_id: str, reason: str) -> dict[str, Any]:
        return self._commerce("POST", "disputes", {"transaction_id": transaction_id, "reason": reason})

    # --- The end ---------------------------------------------------------------------------------------------------

    def end(self) -> None:
        """The tokens, and the consent where the bank lets a client end it. One that has ended already is as good."""
        if self.dialect.end_consent:
            path = self.dialect.end_consent.format(consent=self.consent)
            self._call("PUT", path, body={"reason": "USER_ACTION", "initiator": "INDIVIDUAL"})
        self._client.revoke(self._link.token)

    # --- Calls -----------------------------------------------------------------------------------------------------

    def _get(self, path: str, **query: str) -> Any:
        return self._read("GET", path, query)

    def _commerce(self, method: str, path: str, parameters: Mapping[str, str] | None = None) -> dict[str, Any]:
        found: dict[str, Any] = self._read(method, f"/commerce/v1/{path}", parameters or {})
        return found

    def _read(self, method: str, path: str, parameters: Mapping[str, str]) -> Any:
        """Raises StepUp, NotLetIn, BankRefused."""
        call = functools.partial(self._call, method, path, query=parameters if method == "GET" else {})
        body = dict(parameters) if method == "POST" else None
        answer = call(body=body)
        if answer.status_code == 401:
            asked = step_up_of(answer.headers.get("WWW-Authenticate", ""))
            if asked:
                raise StepUp(asked)
            self._refresh()
            answer = call(body=body)
        if answer.status_code == 401:
            raise NotLetIn
        if answer.status_code >= 400:
            raise BankRefused(answer)
        return json.loads(answer.text, parse_float=Decimal)

    def _call(
        self, method: str, path: str, *, query: Mapping[str, str] | None = None, body: dict[str, Any] | None = None
    ) -> requests.Response:
        headers = {"Authorization": f"Bearer {self._link.token['access_token']}"}
        if self.dialect.headers is not None:
            headers.update(self.dialect.headers(self._client.credentials.client_id))
        url = self._client.base_url + path
        return requests.request(method, url, headers=headers, params=query, json=body, timeout=30)

    def _refresh(self) -> None:
        """The bank decides when a token is too old, by its own clock; so it is asked, and not our clock."""
        try:
            token = self._client.refresh(self._link.token)
        except OAuthError as error:
            raise NotLetIn from error
        self._link = Link(self._link.psid, self._link.bank, self._link.consent, {**self._link.token, **token})
        self._memory.keep_link(self._link)


def step_up_of(challenge: str) -> dict[str, str]:
    """acr_values and max_age, if the challenge asks for a fresh sign-in."""
    told = dict(re.findall(r'(\w+)="([^"]*)"', challenge))
    if told.get("error") != "insufficient_user_authentication":
        return {}
    return {name: told[name] for name in ("acr_values", "max_age") if name in told}
