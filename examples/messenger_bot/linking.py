"""A person links their bank account. The platform opens our page from its button, we send the browser to the bank, the
bank sends it back with a code, and we back to the platform, which tells us in a webhook that it is done. Until that
webhook names the same person as the button did, nothing is linked."""

import secrets
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from authlib.integrations.base_client import OAuthError

from . import messages
from .banks import BANKS
from .graph import Graph, GraphRefused
from .memory import TICKETS_LAST, Link, Memory
from .oauth import BankClient
from .settings import Settings

BUTTON_LASTS = TICKETS_LAST
BANK_TAKES = 30 * 60
"""Seconds to sign in and consent."""
CODE_LASTS = 60


class LinkingFailed(Exception):
    """With words for the person who looks at the page."""


@dataclass(frozen=True)
class Linked:
    link: Link
    then: dict[str, Any]
    """What is to be done now: a `command`."""


class Linking:
    def __init__(self, settings: Settings, memory: Memory, graph: Graph, clients: dict[str, BankClient]) -> None:
        self._settings, self._memory, self._graph, self._clients = settings, memory, graph, clients

    def button(self, psid: str, bank: str, then: dict[str, Any] | None = None) -> messages.Button:
        """`then`: the `command` that is to be done afterwards, and what the bank is `asked` for it."""
        ticket = self._memory.issue("button", psid, {"bank": bank, "then": then or {}})
        return messages.account_link(f"{self._settings.bot_url}/link/{ticket}")

    def depart(self, ticket: str, account_linking_token: str, redirect_uri: str) -> str:
        """The bank's address. Raises LinkingFailed."""
        button = self._memory.ticket("button", ticket, BUTTON_LASTS)
        if button is None:
            raise LinkingFailed("This button is too old. Please ask the bot for another one.")
        if not redirect_uri.startswith(self._settings.linking_urls):
            raise LinkingFailed("This page has to be opened by the button in Messenger.")
        try:
            psid = self._graph.person_linking(account_linking_token)
        except GraphRefused as error:
            raise LinkingFailed("Messenger does not know this page any more. Please tap the button again.") from error
        if psid != button.psid:
            raise LinkingFailed("This button was made for somebody else.")
        bank, then = button.value["bank"], button.value["then"]
        started = self._clients[bank].start(**then.get("asked", {}))
        value = {"bank": bank, "then": then, "verifier": started.verifier, "redirect_uri": redirect_uri}
        self._memory.issue("state", button.psid, value, name=started.state)
        return started.url

    def arrive(self, landed: str, state: str, issuer: str) -> str:
        """The address at the platform to go back to. Without a code in it, the platform says that linking failed.
        Raises LinkingFailed."""
        started = self._memory.take("state", state, BANK_TAKES)
        if started is None:
            raise LinkingFailed("This page belongs to a sign-in that is over. Please tap the button again.")
        bank, back = started.value["bank"], started.value["redirect_uri"]
        client = self._clients[bank]
        if issuer != client.metadata["issuer"]:
            raise LinkingFailed("Another bank answered than was asked.")
        try:
            token = client.finish(landed, state, started.value["verifier"])
        except OAuthError:
            return str(back)  # the person said no, or the bank did
        code = secrets.token_urlsafe(24)
        value = {"bank": bank, "then": started.value["then"], "token": token, "consent": client.consent_of(token)}
        self._memory.issue("code", started.psid, value, name=code)
        return f"{back}{'&' if urlsplit(back).query else '?'}authorization_code={code}"

    def complete(self, psid: str, code: str) -> Linked | None:
        """None where the code is not for this person, or too old: what was got
        for it is given back."""
        found = self._memory.take("code", code, CODE_LASTS)
        if found is None:
            return None
        link = Link(psid, found.value["bank"], found.value["consent"], found.value["token"])
        client = self._clients[link.bank]
        if found.psid != psid:
            client.revoke(link.token)
            return None
        before = self._memory.link(psid, link.bank)
        if before is not None and before.consent != link.consent:
            client.revoke(before.token)
        self._memory.keep_link(link)
        return Linked(link, found.value["then"])

    def invitation(self, psid: str) -> messages.Message:
        """A card with a button for each bank."""
        cards = [
            messages.card(BANKS[bank].name, "Sign in at the bank", self.button(psid, bank))
            for bank in self._settings.clients
        ]
        return messages.carousel(cards)
