"""Talking to a running server, and the options that every command that does so has."""

import json
import os
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import quote, urlsplit

import click

from sandbox.cli.failures import Failure, Unreachable

DEFAULT_URL = "http://127.0.0.1:8080"
LOOPBACK = ("127.0.0.1", "localhost", "::1")

Json = dict[str, Any]


class Remote:
    """The control API of a server."""

    def __init__(self, url: str) -> None:
        import requests

        self.url = url.rstrip("/")
        self._requests = requests
        self._session = requests.Session()
        host = urlsplit(self.url).hostname or ""
        if host in LOOPBACK or host.endswith(".localhost"):
            self._session.trust_env = False  # a proxy has no way to this machine's loopback interface
        if token := os.environ.get("SANDBANK_CONTROL_TOKEN"):
            self._session.headers["Sandbank-Control-Token"] = token

    def get(self, path: str, **query: object) -> Json:
        return self.call("GET", path, query)

    def post(self, path: str, body: object = None, **query: object) -> Json:
        return self.call("POST", path, query, {} if body is None else body)

    def put(self, path: str, body: object, **query: object) -> Json:
        return self.call("PUT", path, query, body)

    def delete(self, path: str, **query: object) -> Json:
        return self.call("DELETE", path, query)

    def text(self, path: str, **query: object) -> str:
        """What is answered with in another form than JSON. Raises Failure or Unreachable."""
        answer = self._answer("GET", path, query)
        if answer.status_code >= 400:
            raise Failure(refusal(answer.json(), answer.status_code))
        text: str = answer.text
        return text

    def call(self, method: str, path: str, query: Json, body: object = None) -> Json:
        """Raises Failure for a refusal, Unreachable where nobody answers."""
        answer = self._answer(method, path, query, body)
        if answer.status_code == 204:
            return {}
        try:
            told = answer.json()
        except ValueError:
            told = None
        if not isinstance(told, dict):
            raise Failure(f"{self.url} answers {answer.status_code}, and not as a Sandbank does")
        if answer.status_code >= 400:
            raise Failure(refusal(told, answer.status_code))
        return told

    def _answer(self, method: str, path: str, query: Json, body: object = None) -> Any:
        asked = {name: value for name, value in query.items() if value is not None}
        try:
            return self._session.request(
                method, f"{self.url}/_sandbox{path}", params=asked, json=body, timeout=120, allow_redirects=False
            )
        except self._requests.exceptions.InvalidURL as error:
            raise Failure(f"--url {self.url!r} is no URL: {error}") from None
        except self._requests.exceptions.RequestException as error:
            kind = type(error).__name__
            raise Unreachable(
                f"no server answers at {self.url} ({kind}). Start one with `sandbank serve`, or name it with --url."
            ) from None


def at(*segments: str) -> str:
    """A path from what may hold any character."""
    return "".join("/" + quote(segment, safe="") for segment in segments)


def refusal(told: Json, status: int) -> str:
    """One line from an error of the control API."""
    detail = str(told.get("detail") or told.get("error") or f"refused with {status}")
    parts = [detail.replace("\n", "; "), str(told.get("hint", ""))]
    text = ". ".join(part.rstrip(".") if part[-1:] == "." else part for part in parts if part)
    return f"{text} (sandbank why {told['trace']})" if "trace" in told else text


def talking(command: Callable[..., None]) -> Callable[..., None]:
    """Adds --url and --json, and hands the command a `remote`; `as_json` says whether JSON is wanted."""

    @click.option("--url", envvar="SANDBANK_URL", default=DEFAULT_URL, help=f"The server. [{DEFAULT_URL}]")
    @click.option("--json", "as_json", is_flag=True, help="Print JSON.")
    @wraps(command)
    def run(*args: Any, url: str, **options: Any) -> None:
        command(*args, remote=Remote(url), **options)

    return run


in_world = click.option("--world", default="default", envvar="SANDBANK_WORLD", help="The world. [default]")


def dump(value: object) -> None:
    click.echo(json.dumps(value, indent=2, ensure_ascii=False))
