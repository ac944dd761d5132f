"""What an orchestrator asks of a server: is it alive, is it ready, how is it doing, will it end when it is told to."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
import requests

from tests.e2e import wire
from tests.e2e.databases import POSTGRES
from tests.e2e.places import BANKS
from tests.e2e.processes import Serving, frozen, serving
from tests.e2e.wire import JSON

ACCOUNTS = "/chase/jpmc/servicing/inquiry-maintenance/fdx/v4/accounts"
AT_MOST = 5.0
"""Seconds that a server has to end."""


def test_alive_and_ready_mean_what_they_say(alone: Serving) -> None:
    assert requests.get(f"{alone.url}/livez", timeout=30).json() == {"status": "alive"}
    ready = requests.get(f"{alone.url}/readyz", timeout=30)
    assert (ready.status_code, ready.json()) == (200, {"status": "ready", "banks": sorted(BANKS)})
    for path in ("/livez", "/readyz", "/metrics"):
        assert requests.head(f"{alone.url}{path}", timeout=30).status_code == 200
        assert requests.post(f"{alone.url}{path}", timeout=30).status_code == 405


def test_metrics_count_what_was_answered_and_not_what_was_made_up(alone: Serving) -> None:
    def told() -> dict[str, float]:
        answer = requests.get(f"{alone.url}/metrics", timeout=30)
        assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
        lines = re.findall(r"^(sandbank_requests_total\{.*\}) (\S+)$", answer.text, re.MULTILINE)
        return {name: float(value) for name, value in lines}

    series = 'sandbank_requests_total{bank="chase",operation="searchForAccounts",status="401"}'
    before = told().get(series, 0.0)
    for _ in range(3):
        assert requests.get(alone.url + ACCOUNTS, timeout=30).status_code == 401
    assert told()[series] == before + 3

    requests.get(f"{alone.url}/chase/nowhere", timeout=30)
    known = len(told())
    for number in range(20):
        requests.get(f"{alone.url}/chase/nowhere-{number}", timeout=30)
    assert len(told()) == known


def test_a_server_without_its_database_lives_on_and_is_not_ready(postgres: str) -> None:
    with serving(*frozen("--data", postgres)) as server:
        token = server.consent("usbank", "chloe")["access_token"]
        assert POSTGRES is not None
        with psycopg.connect(POSTGRES, autocommit=True) as connection:
            name = postgres.rpartition("/")[2].encode()
            connection.execute(b"ALTER DATABASE %b ALLOW_CONNECTIONS false" % name)
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name.decode()]
            )
            assert requests.get(f"{server.url}/livez", timeout=30).status_code == 200
            ready = requests.get(f"{server.url}/readyz", timeout=30)
            assert (ready.status_code, ready.json()["error"]) == (503, "SubsystemUnavailable")
            refused = server.read("usbank", "/accounts/v1/accounts", token)
            assert (refused.status_code, refused.json()["error"]["code"]) == (503, "503.1000.1000")

            connection.execute(b"ALTER DATABASE %b ALLOW_CONNECTIONS true" % name)
            assert requests.get(f"{server.url}/readyz", timeout=30).status_code == 200
            assert server.read("usbank", "/accounts/v1/accounts", token).status_code == 200
        assert server.stop() < AT_MOST


# --- The end --------------------------------------------------------------------------------------------------------


@pytest.fixture(params=[1, 2], ids=["alone", "workers"])
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Serving]:
    """A server of the test's own, in one process or several."""
    workers = ["--workers", str(request.param)]
    with serving(*frozen("--data", str(tmp_path / "sandbank.db"), *workers)) as server:
        yield server


def test_a_server_ends_although_its_clients_do_not(fresh: Serving) -> None:
    slow = []
    try:
        for start in (
            b"",
            b"GET /liv",
            wire.request("GET", "/livez").replace(b"Connection: close", b"Connection: keep-alive"),
            wire.request("POST", "/_sandbox/consents", [JSON, "Content-Length: 1000"], b'{"bank"')[:-2],
        ) * 3:
            slow.append(wire.connect(fresh))
            slow[-1].sendall(start)
        assert requests.get(f"{fresh.url}/livez", timeout=30).status_code == 200
        assert fresh.stop() < AT_MOST + 0.5  # the half second is ours: a machine that runs all tests at once is busy
    finally:
        for connection in slow:
            connection.close()
    assert fresh.process.returncode == 0
    assert "Traceback" not in fresh.said


def test_a_request_under_way_is_answered_before_the_end(tmp_path: Path) -> None:
    journal = tmp_path / "sandbank.db-wal"
    with (
        serving(*frozen("--data", str(tmp_path / "sandbank.db"))) as server,
        ThreadPoolExecutor(1) as pool,
    ):
        before = journal.stat().st_size
        given = pool.submit(server.consent, "usbank", "chloe")
        while journal.stat().st_size == before and not given.done():
            pass
        assert server.stop() < AT_MOST
        assert given.result()["access_token"]
        assert server.process.returncode == 0


def test_an_interrupted_server_ends_as_one_that_was_told_to(tmp_path: Path) -> None:
    file = tmp_path / "sandbank.db"
    with serving(*frozen("--data", str(file))) as server:
        server.process.send_signal(2)
        assert server.process.wait(timeout=30) == 0
        assert server.said == ""
    # Nothing is left beside the file: whoever copies it has everything.
    assert [path.name for path in tmp_path.iterdir()] == ["sandbank.db"]


def test_a_server_that_keeps_nothing_leaves_nothing(tmp_path: Path) -> None:
    with serving(*frozen(), env={"TMPDIR": str(tmp_path)}) as server:
        server.consent("chase", "chloe")
        assert list(tmp_path.iterdir())
        server.stop()
    assert list(tmp_path.iterdir()) == []
