"""The bot as a client of the banks' authorization servers: code flow with PKCE, refresh, revocation. Where things are,
each bank's metadata says (RFC 8414)."""

import functools
from dataclasses import dataclass
from typing import Any

import requests
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session

from .banks import BANKS, COMMERCE
from .settings import Settings


@dataclass(frozen=True)
class Started:
    """A person on the way to their bank. What has to be known when they come back."""

    url: str
    state: str
    verifier: str


class BankClient:
    def __init__(self, settings: Settings, bank: str) -> None:
        self.bank = bank
        self.base_url = f"{settings.banks_url}/{bank}"
        self.credentials = settings.clients[bank]
        self._redirect_uri = f"{settings.bot_url}/callback"

    @functools.cached_property
    def metadata(self) -> dict[str, Any]:
        answer = requests.get(f"{self.base_url}/.well-known/oauth-authorization-server", timeout=30)
        answer.raise_for_status()
        told: dict[str, Any] = answer.json()
        return told

    def start(self, **more: str) -> Started:
        """`more` goes into the authorization request: acr_values and max_age for a step-up."""
        verifier = generate_token(48)
        url, state = self._session().create_authorization_url(
            self.metadata["authorization_endpoint"], code_verifier=verifier, **more
        )
        return Started(url, state, verifier)

    def finish(self, landed: str, state: str, verifier: str) -> dict[str, Any]:
        """The tokens for the code in the address on which the browser landed. Raises OAuthError."""
        endpoint = self.metadata["token_endpoint"]
        return dict(
            self._session().fetch_token(endpoint, authorization_response=landed, state=state, code_verifier=verifier)
        )

    def refresh(self, token: dict[str, Any]) -> dict[str, Any]:
        """Where refresh tokens work once, the new token has another. Raises OAuthError."""
        return dict(self._session(token).refresh_token(self.metadata["token_endpoint"]))

    def revoke(self, token: dict[str, Any]) -> None:
        """A refresh token takes its access tokens with it."""
        word = token.get("refresh_token") or token["access_token"]
        self._session(token).revoke_token(self.metadata["revocation_endpoint"], token=word)

    def consent_of(self, token: dict[str, Any]) -> str:
        """The id of the consent behind a token, by which the bank's events name it."""
        endpoint = self.metadata["introspection_endpoint"]
        told = self._session(token).introspect_token(endpoint, token=token["access_token"]).json()
        return str(told["fdxConsentId"])

    def _session(self, token: dict[str, Any] | None = None) -> OAuth2Session:
        return OAuth2Session(
            self.credentials.client_id,
            self.credentials.client_secret,
            scope=f"{BANKS[self.bank].scope} {COMMERCE}",
            redirect_uri=self._redirect_uri,
            code_challenge_method="S256",
            token=token,
        )
