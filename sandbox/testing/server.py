"""A Sandbank that answers at an address, whoever runs it."""

import json
import os
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests

from sandbox.testing.worlds import Json, World

TIMEOUT = 60


class Refused(Exception):
    """The control API did not do what it was asked. `status` and `body` are its answer."""

    def __init__(self, method: str, path: str, status: int, body: Json) -> None:
        told = [str(body[name]) for name in ("detail", "hint") if body.get(name)] or [str(body)]
        super().__init__(f"{method} {path} was refused with {status}: {' '.join(told)}")
        self.status = status
        self.body = body


class Server:
    """`url` is its origin: scheme://host:port."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        self.session = requests.Session()
        host = urlsplit(self.url).hostname or ""
        if host in ("127.0.0.1", "localhost", "::1") or host.endswith(".localhost"):
            self.session.trust_env = False  # a proxy has no way to this machine's loopback interface
        if token := os.environ.get("SANDBANK_CONTROL_TOKEN"):
            self.session.headers["Sandbank-Control-Token"] = token

    def __repr__(self) -> str:
        return f"Server({self.url!r})"

    def control(self, method: str, path: str, body: object = None, **query: Any) -> Any:
        """What an operation of the control API answers: JSON, text where it is another form, None where it is nothing.
        `path` is what comes behind /_sandbox. Raises Refused."""
        asked = {name: value for name, value in query.items() if value is not None}
        answer = self.session.request(
            method, f"{self.url}/_sandbox{path}", params=asked, json=body, timeout=TIMEOUT, allow_redirects=False
        )
        if answer.status_code >= 400:
            raise Refused(method, path, answer.status_code, answer.json())
        if answer.status_code == 204:
            return None
        return answer.json() if "json" in answer.headers["content-type"] else answer.text

    @cached_property
    def banks(self) -> dict[str, Json]:
        """What `GET /_sandbox/banks` tells of each, by slug."""
        return {bank["slug"]: bank for bank in self.control("GET", "/banks")["banks"]}

    def world(self, **wish: object) -> World:
        """A fresh world. `wish` are the members of `POST /_sandbox/worlds`: now, frozen, speed, seed, anchor, from,
        id, name; what is left out is as the server was started."""
        made = self.control("POST", "/worlds", {name: value for name, value in wish.items() if value is not None})
        return World(self, made["id"], made["clients"])

    def load(self, snapshot: str | Path | Json, **wish: object) -> World:
        """A fresh world from a snapshot: a file's path, or its content. `wish`: id, name. Raises Refused."""
        content = snapshot if isinstance(snapshot, dict) else json.loads(Path(snapshot).read_text(encoding="utf-8"))
        made = self.control("POST", "/snapshots", {"snapshot": content, **wish})
        return World(self, made["id"], made["clients"])
