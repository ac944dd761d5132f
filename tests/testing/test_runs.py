"""Tests with the plugin, run by `sandbank contract run`."""

import os
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

from tests.conftest import Server
from tests.testing.outside import PLUGIN, ROOT

TESTS = """
    import pytest

    CHASE = "/jpmc/servicing/inquiry-maintenance/fdx/v4/accounts/{}/transactions"


    @pytest.mark.sandbank(persona="chloe")
    @pytest.mark.parametrize("time", [1, 2])
    def test_each_begins_with_the_same_world(consent, world, clock, time):
        assert clock.now.isoformat() == "2026-06-15T15:00:00+00:00"
        url = CHASE.format(consent.accounts[0]["id"])
        assert "COFFEE" not in consent.get(url).text
        world.add_transactions(consent.accounts[0]["account_id"], [{"amount": "-5.00", "description": "COFFEE"}])
        assert "COFFEE" in consent.get(url).text
        clock.advance("P1D")


    @pytest.mark.sandbank(now="2026-01-01T00:00:00Z")
    def test_in_another_world(clock, bank):
        assert clock.now.year == 2026 and clock.now.month == 1
"""


def contract_run(folder: Path, server: Server, *flags: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_it.py").write_text(dedent(TESTS), encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("SANDBANK_", "PYTEST_"))}
    run = [sys.executable, "-m", "sandbox", "contract", "run", "--bank", "chase", "--url", server.url]
    pytest_itself = [sys.executable, "-m", "pytest", *PLUGIN, "-p", "no:cacheprovider", "-q", *flags]
    return subprocess.run(
        [*run, "--", *pytest_itself], cwd=folder, env=environment | {"PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip


def test_the_run_sees_what_every_test_did_though_each_begins_anew(tmp_path: Path, server: Server) -> None:
    done = contract_run(tmp_path, server)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 passed" in done.stdout  # those at other banks are left out
    observed = (tmp_path / "sandbank-report" / "journal.ndjson").read_text(encoding="utf-8").splitlines()
    assert len(observed) == 4


def test_side_by_side_they_are_refused_with_the_reason(tmp_path: Path, server: Server) -> None:
    done = contract_run(tmp_path, server, "-n", "2")
    assert done.returncode != 0
    assert "one after the other: leave out -n" in done.stdout
