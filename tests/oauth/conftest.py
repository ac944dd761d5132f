"""An application at a bank, as its developer would write it: Authlib's OAuth2Session and a browser."""

import os
from dataclasses import dataclass
from typing import Any

import pytest
import requests
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session

from sandbox.dialect.bank import Bank, discover
from tests.conftest import World
from tests.oauth.browser import Browser

# Authlib's client refuses plain HTTP unless it is told that this is a test.
os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"

CALLBACK = "http://127.0.0.1:8912/callback"
BANKS = sorted(discover())


@dataclass
class App:
    """An application registered at a bank in the test's world."""

    world: World
    bank: Bank
    base: str
    metadata: dict[str, Any]
    client_id: str
    client_secret: str
    redirect_uri: str = CALLBACK
    verifier: str = ""

    def session(self) -> OAuth2Session:
        return OAuth2Session(
            self.client_id, self.client_secret, redirect_uri=self.redirect_uri, code_challenge_method="S256"
        )

    def start(self, **changes: str | None) -> str:
        """An authorization URL with PKCE; None leaves a parameter out."""
        self.verifier = generate_token(48)
        url, _ = self.session().create_authorization_url(
            self.metadata["authorization_endpoint"], code_verifier=self.verifier, state="state-1"
        )
        request = requests.Request("GET", url).prepare()
        head, _, query = (request.url or "").partition("?")
        pairs = [part.split("=", 1) for part in query.split("&")]
        kept = [(name, value) for name, value in pairs if name not in changes]
        prepared = requests.Request("GET", head + "?" + "&".join("=".join(pair) for pair in kept)).prepare()
        prepared.prepare_url(prepared.url, {name: value for name, value in changes.items() if value is not None})
        assert prepared.url is not None
        return prepared.url

    def code(self, customer: str = "omar", **changes: str | None) -> str:
        """Through the bank's pages to a code."""
        return Browser().open(self.start(**changes)).consent(customer).answer["code"]

    def exchange(self, code: str, **changes: str | None) -> requests.Response:
        """The token request as RFC 6749 4.1.3 has it; None leaves a parameter out."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": self.verifier,
            **changes,
        }
        return self.post(self.bank.oauth.token_path, form)

    def refresh(self, token: str, **changes: str) -> requests.Response:
        path = self.bank.oauth.refresh_path or self.bank.oauth.token_path
        return self.post(path, {"grant_type": "refresh_token", "refresh_token": token, **changes})

    def revoke(self, token: str) -> requests.Response:
        return self.post(self.bank.oauth.revocation_path, {"token": token})

    def post(self, path: str, form: dict[str, str | None]) -> requests.Response:
        sent = {name: value for name, value in form.items() if value is not None}
        return requests.post(self.base + path, data=sent, auth=(self.client_id, self.client_secret), timeout=30)

    def read(self, access_token: str) -> requests.Response:
        """The bank's accounts with a token."""
        headers = {
            "Authorization": f"Bearer {access_token}",
            "x-fapi-interaction-id": "3f0c9b7e-6a51-4f0e-9a0e-2f6f7f1c8d10",
            "FDX-API-Actor-Type": "USER",
            "uuid": "3f0c9b7e-6a51-4f0e-9a0e-2f6f7f1c8d10",
            "client_id": self.client_id,
        }
        return requests.get(self.base + self.bank.accounts_path, headers=headers, timeout=30)


def register(world: World, bank: str, **more: Any) -> dict[str, Any]:
    """A client of one's own: {client_id, client_secret}."""
    asked = {"bank": bank, "name": "An application", "redirect_uris": [CALLBACK], **more}
    answer = world.control("POST", "/clients", json=asked)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def application(world: World, slug: str, client: dict[str, Any]) -> App:
    base = f"{world.server.url}/{slug}"
    metadata = requests.get(f"{base}/.well-known/oauth-authorization-server", timeout=30).json()
    bank = world.server.app.services.banks[slug]
    return App(world, bank, base, metadata, client["client_id"], client.get("client_secret", ""))


@pytest.fixture(params=BANKS)
def app(request: pytest.FixtureRequest, world: World) -> App:
    """An easy application, at each bank in turn."""
    return application(world, request.param, register(world, request.param))


@pytest.fixture
def chase_app(world: World) -> App:
    return application(world, "chase", register(world, "chase"))


def explained(refused: requests.Response) -> dict[str, Any]:
    """What the sandbox tells a developer about a refusal."""
    origin = "/".join(refused.url.split("/", 3)[:3])
    answer = requests.get(f"{origin}/_sandbox/why/{refused.headers['Sandbank-Trace']}", timeout=30)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told
