"""A server that is killed in the middle of its work loses nothing that it has acknowledged."""

import os
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.e2e.processes import PATIENCE, Serving, begin, frozen, ready, serving

PERSON = "chloe"
"""Whose story is the shortest."""
WRITERS = 4
ENOUGH = 60
"""So many acknowledged writes come before the end."""

Write = Callable[[Serving, str, str], Any]


def inject(server: Serving, account_id: str, name: str) -> str:
    body = {"amount": "-1.00", "description": name}
    answer = requests.post(f"{server.url}/_sandbox/accounts/{account_id}/transactions", json=body, timeout=30)
    assert answer.status_code == 201, answer.text
    return name


def consent(server: Serving, _account_id: str, _name: str) -> str:
    wish = {"bank": "chase", "client_id": "demo-app", "customer": PERSON}
    answer = requests.post(f"{server.url}/_sandbox/consents", json=wish, timeout=30)
    assert answer.status_code == 201, answer.text
    token: str = answer.json()["access_token"]
    return token


def write_until_it_dies(server: Serving, write: Write) -> list[Any]:
    """Streams of writes, cut off by SIGKILL; what was acknowledged of them."""
    account_id = server.accounts(PERSON)[0]["account_id"]
    acknowledged: list[Any] = []
    numbers = count()

    def stream(_: int) -> None:
        while True:
            try:
                acknowledged.append(write(server, account_id, f"WRITE {next(numbers)}"))
            except requests.RequestException:  # also half an answer: that acknowledges nothing
                return
            if len(acknowledged) == ENOUGH:
                server.kill()

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(stream, range(WRITERS)))
    assert not server.alive
    assert len(acknowledged) >= ENOUGH
    return acknowledged


def accounts(given: dict[str, Any]) -> list[dict[str, Any]]:
    """Without the numbers that each consent has of its own."""
    return [{name: value for name, value in account.items() if name != "tan"} for account in given["accounts"]]


@pytest.mark.parametrize("workers", [1, 2])
def test_every_acknowledged_transaction_is_there_after_sigkill(tmp_path: Path, workers: int) -> None:
    flags = frozen("--data", str(tmp_path / "sandbank.db"))
    with serving(*flags, "--workers", str(workers)) as server:
        account = server.accounts(PERSON)[0]
        acknowledged = write_until_it_dies(server, inject)

    with serving(*flags) as server:
        path = f"/accounts/{account['account_id']}/transactions"
        told = server.call("GET", path, params={"from": "2026-06-15", "limit": 500})["transactions"]
        written = [row["description"] for row in told if row["description"].startswith("WRITE ")]
        assert set(acknowledged) <= set(written)
        assert len(written) == len(set(written)) <= len(acknowledged) + WRITERS
        before, after = account["balances"]["current"], server.accounts(PERSON)[0]["balances"]["current"]
        assert round(float(before) - float(after)) == len(written)


def test_every_acknowledged_token_opens_the_bank_after_sigkill(tmp_path: Path) -> None:
    flags = frozen("--data", str(tmp_path / "sandbank.db"))
    with serving(*flags) as server:
        tokens = write_until_it_dies(server, consent)

    with serving(*flags) as server:
        path = "/jpmc/servicing/inquiry-maintenance/fdx/v4/accounts"
        assert {server.read("chase", path, token).status_code for token in tokens} == {200}
        told = server.call("GET", "/consents", params={"customer": PERSON})["consents"]
        assert len(tokens) <= len(told) <= len(tokens) + WRITERS


@pytest.mark.parametrize("size", [0, 1], ids=["there", "begun"])
def test_a_server_killed_while_it_makes_its_file_can_be_started_again(tmp_path: Path, size: int) -> None:
    file = tmp_path / "sandbank.db"
    with begin(tmp_path, "--data", str(file)) as server:
        while not (file.exists() and file.stat().st_size >= size):
            assert server.alive, server.said
        server.kill()
    with begin(tmp_path, "--data", str(file)) as server:
        assert ready(server).call("GET", "/info")["name"] == "Sandbank"


def test_a_server_killed_while_it_makes_a_persons_rows_tells_the_same_story_afterwards(tmp_path: Path) -> None:
    file, journal = tmp_path / "sandbank.db", tmp_path / "sandbank.db-wal"
    flags = frozen("--data", str(file))
    with serving(*flags) as server, ThreadPoolExecutor(1) as pool:
        server.accounts(PERSON)
        before = journal.stat().st_size
        made = pool.submit(server.consent, "usbank", "grace")
        while not made.done() and journal.stat().st_size == before:
            pass
        server.kill()
        interrupted = made.exception()
    assert interrupted is None or isinstance(interrupted, requests.RequestException)

    with serving(*flags) as again, serving(*frozen()) as fresh:
        assert accounts(again.consent("usbank", "grace")) == accounts(fresh.consent("usbank", "grace"))
        assert again.accounts("grace") == fresh.accounts("grace")


def test_workers_do_not_outlive_their_supervisor(tmp_path: Path) -> None:
    with serving(*frozen("--data", str(tmp_path / "sandbank.db"), "--workers", "2")) as server:
        server.process.kill()
        server.process.wait()
        deadline = time.perf_counter() + PATIENCE
        while time.perf_counter() < deadline:
            try:
                requests.get(f"{server.url}/livez", timeout=5)
            except requests.ConnectionError:
                return
        raise AssertionError("workers still hold the port")


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="no /proc")
def test_a_worker_that_dies_is_replaced(tmp_path: Path) -> None:
    with serving(*frozen("--data", str(tmp_path / "sandbank.db"), "--workers", "2")) as server:
        workers = [pid for pid in children(server.process.pid) if b"spawn_main" in commandline(pid)]
        assert len(workers) == 2
        os.kill(workers[0], signal.SIGKILL)
        # Whom the dead one left waiting tries again, as clients do; nobody else notices.
        answered = 0
        while answered < 20:
            try:
                assert server.call("GET", "/info")["name"] == "Sandbank"
                answered += 1
            except requests.ConnectionError:
                assert server.alive
        while len([pid for pid in children(server.process.pid) if b"spawn_main" in commandline(pid)]) < 2:
            assert server.alive
        assert f"worker {workers[0]} ended" in server.said


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def commandline(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""
