"""A person's bank, read with the tokens that they let the bot have."""

import json
import re
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
        trace = answer.headers.get("Sandbank-Trace", "")
        super().__init__(f"{answer.request.method} {answer.url}: {answer.status_code} (sandbank why {trace})")


class NotLetIn(Exception):
    """The tokens work no more: the consent was withdrawn, ran out, or is held back by the bank."""


class StepUp(Exception):
    """The bank wants the person to sign in anew before it does this (RFC 9470). `asked` goes into that request."""

    def __init__(self, asked: dict[str, str]) -> None:
        self.asked = asked
        super().__init__("a fresh sign-in is wanted")


class Bank:
    def __init__(self, client: BankClient, memory: Memory, link: Link) -> None:
        self.slug, self.consent = link.bank, link.consent
        self.dialect = BANKS[link.bank]
        self.name = self.dialect.name
        self._client, self._memory, self._link = client, memory, link

    # Accounts and their rows differ from bank to bank.

    def accounts(self) -> list[Account]:
        return self.dialect.accounts(self._get)

    def rows(self, account: Account) -> list[Row]:
        return self.dialect.rows(self._get, account)

    # Purchases, receipts, shipments, invoices, offers, cards and disputes are alike at all of them.

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        return dict(self._ask("GET", f"/commerce/v1/{path}", params=query))

    def post(self, path: str, **body: str) -> dict[str, Any]:
        return dict(self._ask("POST", f"/commerce/v1/{path}", json=body))

    def end(self) -> None:
        """The tokens, and the consent where the bank lets a client end it. One that has ended already is as good."""
        if self.dialect.end_consent:
            path = self.dialect.end_consent.format(consent=self.consent)
            self._call("PUT", path, json={"reason": "USER_ACTION", "initiator": "INDIVIDUAL"})
        self._client.revoke(self._link.token)

    def _get(self, path: str, **query: str) -> Any:
        return self._ask("GET", path, params=query)

    def _ask(self, method: str, path: str, **more: Any) -> Any:
        """Raises StepUp, NotLetIn, BankRefused."""
        answer = self._call(method, path, **more)
        if answer.status_code == 401:
            if asked := step_up_of(answer.headers.get("WWW-Authenticate", "")):
                raise StepUp(asked)
            self._refresh()
            answer = self._call(method, path, **more)
        if answer.status_code == 401:
            raise NotLetIn
        if answer.status_code >= 400:
            raise BankRefused(answer)
        return json.loads(answer.text, parse_float=Decimal)

    def _call(self, method: str, path: str, **more: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {self._link.token['access_token']}"}
        if self.dialect.headers is not None:
            headers.update(self.dialect.headers(self._client.credentials.client_id))
        return requests.request(method, self._client.base_url + path, headers=headers, timeout=30, **more)

    def _refresh(self) -> None:
        """The bank decides when a token is too old, by its own clock; so it is asked, and not our clock."""
        try:
            token = self._client.refresh(self._link.token)
        except OAuthError as error:
            raise NotLetIn from error
        self._link = Link(self._link.psid, self.slug, self.consent, {**self._link.token, **token})
        self._memory.keep_link(self._link)


def step_up_of(challenge: str) -> dict[str, str]:
    """acr_values and max_age, if the challenge asks for a fresh sign-in."""
    told = dict(re.findall(r'(\w+)="([^"]*)"', challenge))
    if told.get("error") != "insufficient_user_authentication":
        return {}
    return {name: told[name] for name in ("acr_values", "max_age") if name in told}
