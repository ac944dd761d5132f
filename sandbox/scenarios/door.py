"""The way to a server: its public HTTP APIs, called as any client calls them."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests

LOOPBACK = ("127.0.0.1", "localhost", "::1")
INTERACTION = "3f0c9b7e-6a51-4f0e-9a0e-2f6f7f1c8d10"
USUAL = {"x-fapi-interaction-id": INTERACTION, "FDX-API-Actor-Type": "USER", "uuid": INTERACTION}
"""What one bank or another wants with every call; the others let it be."""


class NoServer(Exception):
    """Nobody answers."""


class Refused(Exception):
    """An answer of 400 or above. `body` is its JSON, or its text."""

    def __init__(self, asked: str, status: int, body: Any, trace: str) -> None:
        self.asked, self.status, self.body, self.trace = asked, status, body, trace
        why = f" (sandbank why {trace})" if trace else ""
        super().__init__(f"{asked} is refused with {status}: {_words(body)}{why}")


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: Any
    """JSON as values, anything else as text."""


class Door:
    def __init__(self, url: str, control_token: str | None = None) -> None:
        self.url = url.rstrip("/")
        self._session = requests.Session()
        host = urlsplit(self.url).hostname or ""
        if host in LOOPBACK or host.endswith(".localhost"):
            self._session.trust_env = False  # a proxy has no way to this machine's loopback interface
        token = control_token or os.environ.get("SANDBANK_CONTROL_TOKEN")
        self._control = {"Sandbank-Control-Token": token} if token else {}

    def control(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        """What an operation of the control API answers. Raises Refused, NoServer."""
        return self.call(method, f"/_sandbox{path}", headers=self._control, body=body, query=query).body

    def call(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: Any = None,
        query: Mapping[str, Any] | None = None,
        credentials: tuple[str, str] | None = None,
    ) -> Answer:
        """Raises Refused, NoServer."""
        asked = {name: value for name, value in (query or {}).items() if value is not None}
        return self._ask(method, path, params=asked, json=body, headers=headers, auth=credentials)

    def form(self, url: str, form: Mapping[str, str], credentials: tuple[str, str], headers: Mapping[str, str]) -> Any:
        """What a token endpoint answers to a form. Raises Refused, NoServer."""
        return self._ask("POST", url.removeprefix(self.url), data=form, auth=credentials, headers=headers).body

    def _ask(self, method: str, path: str, **more: Any) -> Answer:
        try:
            answer = self._session.request(method, self.url + path, timeout=120, allow_redirects=False, **more)
        except requests.RequestException as error:
            raise NoServer(f"no server answers at {self.url} ({type(error).__name__})") from None
        told = answer.json() if "json" in answer.headers.get("content-type", "") else answer.text
        if answer.status_code >= 400:
            raise Refused(f"{method} {path}", answer.status_code, told, answer.headers.get("sandbank-trace", ""))
        return Answer(answer.status_code, answer.headers, told)


def _words(body: Any) -> str:
    """What a refusal says, whatever its form."""
    if isinstance(body, Mapping):
        detail = body.get("detail") or body.get("error_description") or body
        hint = body.get("hint", "")
        return f"{detail} {hint}".strip()
    return str(body)[:300]
