"""One server for the whole session, on a free port, at a frozen moment; every test gets a world of its own in it."""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import hypothesis
import pytest
import requests
import uvicorn

from sandbox.app import Sandbank
from sandbox.settings import Settings

NOW = "2026-06-15T15:00:00Z"

# How long an example takes says more about the machine than the code; a build repeats the examples of the last.
hypothesis.settings.register_profile("sandbank", deadline=None, derandomize=bool(os.environ.get("CI")))
hypothesis.settings.load_profile("sandbank")
SESSION = requests.Session()
"""Connections that are kept, for the thousands of calls that the suites make; cookies are not."""
SESSION.trust_env = False
SESSION.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))


@dataclass(frozen=True)
class Server:
    """A running server: `url` is its origin, `app` the application itself."""

    url: str
    app: Sandbank


@contextmanager
def serving(settings: Settings) -> Iterator[Server]:
    """A server of its own, for what depends on how it was started."""
    app = Sandbank(settings)
    listener = socket.create_server(("127.0.0.1", 0))
    uvicorn_server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False, lifespan="on"))
    thread = threading.Thread(target=uvicorn_server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield Server(f"http://127.0.0.1:{listener.getsockname()[1]}", app)
    finally:
        uvicorn_server.should_exit = True
        thread.join(timeout=10)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with serving(Settings(now=NOW, freeze=True)) as running:
        yield running


@dataclass(frozen=True)
class Access:
    """A consent with its tokens, and calls to the bank that it is for."""

    base: str
    consent_id: str
    token: str
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **more: Any) -> requests.Response:
        return self.request("GET", path, **more)

    def request(self, method: str, path: str, **more: Any) -> requests.Response:
        """`headers` given here join or replace the bank's usual ones; None leaves one out."""
        sent = {"Authorization": f"Bearer {self.token}", **self.headers, **more.pop("headers", {})}
        return SESSION.request(
            method,
            self.base + path,
            headers={name: value for name, value in sent.items() if value is not None},
            timeout=30,
            **more,
        )


@dataclass(frozen=True)
class World:
    """A world of a test's own."""

    server: Server
    world_id: str
    clients: dict[str, dict[str, str]]
    """{client_id, client_secret} by bank."""

    def control(self, method: str, path: str, **more: Any) -> requests.Response:
        """A call to the control API, in this world."""
        parameters = {"world": self.world_id, **more.pop("params", {})}
        return requests.request(method, f"{self.server.url}/_sandbox{path}", params=parameters, timeout=30, **more)

    def consent(self, bank: str, customer: str = "maya", **more: Any) -> dict[str, Any]:
        """A consent given at once, with its tokens."""
        asked = {"bank": bank, "customer": customer, "client_id": self.clients[bank]["client_id"], **more}
        answer = self.control("POST", "/consents", json=asked)
        assert answer.status_code == 201, answer.text
        given: dict[str, Any] = answer.json()
        return given

    def access(self, bank: str, customer: str = "maya", **more: Any) -> Access:
        given = self.consent(bank, customer, **more)
        usual = USUAL_HEADERS.get(bank, {})
        if bank == "citi":
            usual = {**usual, "client_id": self.clients[bank]["client_id"]}
        return Access(f"{self.server.url}/{bank}", given["consent_id"], given["access_token"], dict(usual))

    def advance(self, by: str) -> None:
        """`by` is an ISO 8601 duration."""
        answer = self.control("POST", "/clock/advance", json={"by": by})
        assert answer.status_code == 200, answer.text


USUAL_HEADERS: dict[str, dict[str, str]] = {
    "wellsfargo": {"x-fapi-interaction-id": "3f0c9b7e-6a51-4f0e-9a0e-2f6f7f1c8d10", "FDX-API-Actor-Type": "USER"},
    "citi": {"uuid": "3f0c9b7e-6a51-4f0e-9a0e-2f6f7f1c8d10"},
}
"""What a bank wants with every call to its data."""


@contextmanager
def new_world(server: Server) -> Iterator[World]:
    answer = requests.post(f"{server.url}/_sandbox/worlds", json={"now": NOW, "frozen": True}, timeout=30)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    yield World(server, made["id"], made["clients"])
    requests.delete(f"{server.url}/_sandbox/worlds/{made['id']}", timeout=30)


@pytest.fixture
def world(server: Server) -> Iterator[World]:
    with new_world(server) as made:
        yield made
