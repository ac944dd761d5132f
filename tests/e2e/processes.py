"""Sandbank as its users start it: `sandbank serve` in processes of its own, spoken to over the network."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Timer
from typing import Any, Self
from urllib.parse import urlsplit

import requests

from tests.conftest import NOW, USUAL_HEADERS

COMMAND = (sys.executable, "-m", "sandbox", "serve")
READY = "SANDBANK READY "
PATIENCE = 60
"""Seconds after which a server that says nothing is taken for hung."""


@dataclass
class Serving:
    """A running server. `pid` is the process that was started; with --workers it has others below it."""

    url: str
    process: subprocess.Popen[str]
    errors: Path

    @property
    def port(self) -> int:
        return urlsplit(self.url).port or 0

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    @property
    def said(self) -> str:
        """What it wrote on stderr."""
        return self.errors.read_text()

    def call(self, method: str, path: str, *, status: int = 200, **more: Any) -> Any:
        """A call to the control API that is answered with this status; the answer's JSON."""
        answer = requests.request(method, f"{self.url}/_sandbox{path}", timeout=30, **more)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    def consent(self, bank: str, customer: str = "maya", **more: Any) -> dict[str, Any]:
        """A consent to the demo client, with its tokens."""
        wish = {"bank": bank, "client_id": "demo-app", "customer": customer, **more}
        given: dict[str, Any] = self.call("POST", "/consents", json=wish, status=201)
        return given

    def accounts(self, customer: str = "maya", world: str = "default") -> list[dict[str, Any]]:
        told = self.call("GET", f"/customers/{customer}/accounts", params={"world": world})
        found: list[dict[str, Any]] = told["accounts"]
        return found

    def read(self, bank: str, path: str, token: str, **more: Any) -> requests.Response:
        """A call to a bank's data as the demo client makes it."""
        headers = {**usual_headers(bank), "Authorization": f"Bearer {token}", **more.pop("headers", {})}
        return requests.get(f"{self.url}/{bank}{path}", headers=headers, timeout=30, **more)

    def stop(self) -> float:
        """Asks it to end, as an init system does; the seconds that took."""
        began = time.perf_counter()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=PATIENCE)
        return time.perf_counter() - began

    def kill(self) -> None:
        """Ends it and all its workers, in the middle of whatever they do."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=PATIENCE)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=PATIENCE)
        assert self.process.stdout is not None
        self.process.stdout.close()


def usual_headers(bank: str, client_id: str = "demo-app") -> dict[str, str]:
    return {**USUAL_HEADERS.get(bank, {}), **({"client_id": client_id} if bank == "citi" else {})}


@contextmanager
def serving(*flags: str, env: Mapping[str, str] | None = None) -> Iterator[Serving]:
    """A server on a port of its own at a frozen moment, from its READY line to the end of the block."""
    with TemporaryDirectory(prefix="sandbank-e2e-") as folder, begin(Path(folder), *flags, env=env) as started:
        yield ready(started)


def begin(folder: Path, *flags: str, env: Mapping[str, str] | None = None) -> Serving:
    """A server that has not said yet that it is ready."""
    errors = folder / "stderr"
    with errors.open("w") as stderr:
        process = subprocess.Popen(
            [*COMMAND, "--port", "0", *flags],
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            env=environment(env),
            start_new_session=True,  # so that workers can be ended with it
        )
    return Serving("", process, errors)


def ready(started: Serving) -> Serving:
    """Waits for the line; raises AssertionError with the server's own words where it does not come."""
    assert started.process.stdout is not None
    watchdog = Timer(PATIENCE, started.process.kill)
    watchdog.start()
    try:
        for line in started.process.stdout:
            if line.startswith(READY):
                started.url = json.loads(line.removeprefix(READY))["url"]
                return started
    finally:
        watchdog.cancel()
    raise AssertionError(f"the server ended before it was ready: {started.said}")


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """Ours, without what would configure the server."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("SANDBANK_")}
    return {**ours, **(more or {})}


def frozen(*flags: str) -> tuple[str, ...]:
    """Flags for a server whose clock stands at the tests' moment."""
    return ("--now", NOW, "--freeze", *flags)
