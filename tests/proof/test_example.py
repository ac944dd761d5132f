"""The integration of examples/contract: its tests are green, and the report names its three mistakes."""

import json
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from docs.parts.serving import ROOT
from tests.cli.words import run
from tests.conftest import Server, World
from tests.proof.recording import CHASE

MISTAKES = {
    "SBX1003": ["had ended", "asked 4 times"],
    "SBX1006": ["`nextStartIndex`", "getTransactions"],
    "SBX1007": ["usbank listed 3 accounts", "`accounts[0].depositAccount.…`", "flat"],
}
"""Each with words that say what it is."""


def held(server: Server, folder: Path, version: str) -> tuple[int, dict[str, Any]]:
    """The exit code and the report of a contract run over the example's tests."""
    tests = [sys.executable, "-m", "pytest", "-q", "-n0", "-p", "no:cacheprovider", "examples/contract"]
    asked = ("contract", "run", "--bank", "chase,usbank,citi", "--now", "2026-06-15T15:00:00Z", "--freeze")
    result = run(*asked, "--report", folder, "--", *tests, SANDBANK_URL=server.url, SPENDING=version)
    return result.exit_code, json.loads((folder / "report.json").read_bytes())


@pytest.fixture(autouse=True)
def _in_the_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def test_each_of_the_three_mistakes_is_named(server: Server, tmp_path: Path) -> None:
    code, report = held(server, tmp_path, "spending")
    assert (code, report["passed"]) == (1, False)
    broken = {rule["rule"]: rule["findings"] for rule in report["rules"] if rule["outcome"] == "fail"}
    assert set(broken) == set(MISTAKES)
    for rule, words in MISTAKES.items():
        [finding] = broken[rule]
        assert finding["evidence"]
        assert [word for word in words if word not in finding["text"]] == []


def test_without_them_the_run_passes(server: Server, tmp_path: Path) -> None:
    code, report = held(server, tmp_path, "spending_fixed")
    assert (code, report["passed"], report["reasons"]) == (0, True, [])
    seen = {rule["rule"] for rule in report["rules"] if rule["outcome"] == "pass"}
    assert seen >= set(MISTAKES)


def test_a_report_on_200_calls_takes_less_than_a_second(world: World) -> None:
    access = world.access("chase")
    accounts = access.get(f"{CHASE}/accounts").json()["accounts"]
    rows = f"{CHASE}/accounts/{next(iter(accounts[0].values()))['accountId']}/transactions"
    for number in range(199):
        access.get(rows, params={"limit": number % 100 + 1})

    def taken() -> float:
        began = time.perf_counter()
        for form in ("html", "json", "markdown", "junit"):
            answer = world.control("GET", "/report", params={"format": form})
            assert answer.status_code == 200, answer.text
        return time.perf_counter() - began

    assert min(taken() for _ in range(3)) < 1
    assert world.control("GET", "/report").json()["exchanges"] == 200
