"""`sandbank contract run`: somebody's command in a world of its own, and what is said of it."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.cli.words import clean, command, run
from tests.conftest import Server

READ = """
import os, requests
def get(path, **query):
    return requests.get(os.environ["SANDBANK_CHASE_URL"] + path, params=query, timeout=30,
                        headers={"Authorization": "Bearer " + os.environ["SANDBANK_CHASE_ACCESS_TOKEN"]})
"""
ACCOUNTS = "/jpmc/servicing/inquiry-maintenance/fdx/v4/accounts"


@pytest.fixture
def here(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    monkeypatch.chdir(tmp_path)
    return {"SANDBANK_URL": server.url}


def client(*steps: str) -> list[str]:
    """A command that does this with `get`."""
    return [sys.executable, "-c", READ + "\n".join(steps)]


def lines(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "journal.ndjson").read_text().splitlines()]


def test_a_command_is_told_of_its_world_and_what_it_did_is_reported(here: dict[str, str], tmp_path: Path) -> None:
    done = client(f"assert get('{ACCOUNTS}').status_code == 200", "assert os.environ['SANDBANK_BANKS'] == 'chase'")
    result = run("contract", "run", "--bank", "chase", "--consent", "maya", "--", *done, **here)
    assert result.exit_code == 0, result.output
    assert "Contract run: passed, 1 calls" in result.output
    assert "touched: 1/26 operations" in result.output
    files = {file.name for file in (tmp_path / "sandbank-report").iterdir()}
    assert files == {"journal.har", "journal.ndjson", "junit.xml", "report.html", "report.json", "report.md"}

    [one] = lines(tmp_path / "sandbank-report")
    assert (one["operation"], one["persona"]) == ("searchForAccounts", "maya")
    assert one["request"]["headers"]["authorization"].startswith("Bearer …")


def test_the_world_is_fresh_and_gone_afterwards(here: dict[str, str], server: Server, tmp_path: Path) -> None:
    def worlds() -> set[str]:
        told = requests.get(f"{server.url}/_sandbox/worlds", timeout=30).json()["worlds"]
        return {one["id"] for one in told}

    before = worlds()
    run("contract", "run", "--bank", "chase", "--consent", "maya", "--", *client(f"get('{ACCOUNTS}')"), **here)
    assert worlds() == before

    run("contract", "run", "--keep", "--bank", "chase", "--", *client(), **here)
    [kept] = worlds() - before
    requests.delete(f"{server.url}/_sandbox/worlds/{kept}", timeout=30)


def test_the_exit_code_is_the_commands_where_that_fails(here: dict[str, str]) -> None:
    done = client(f"get('{ACCOUNTS}', limit='many')", "raise SystemExit(7)")
    assert run("contract", "run", "--bank", "chase", "--consent", "maya", "--", *done, **here).exit_code == 7
    assert run("contract", "run", "--", "sandbank-has-no-such-command", **here).exit_code == 127
    assert run("contract", "run", "--", __file__, **here).exit_code == 126


@pytest.mark.parametrize(
    ("step", "options", "said"),
    [
        (f"get('{ACCOUNTS}', resultType='many')", (), "SBX1017"),
        (f"get('{ACCOUNTS}s')", (), "SBX1020"),
        ("", (), "no client called anything"),
        (f"get('{ACCOUNTS}')", ("--min-operations", 3), "1 operations were touched, and 3 had to be"),
        (f"get('{ACCOUNTS}')", ("--min-coverage", 50), "50 % had to be"),
    ],
)
def test_what_the_run_is_held_to_makes_it_fail(
    here: dict[str, str], step: str, options: tuple[object, ...], said: str
) -> None:
    asked = ("contract", "run", "--bank", "chase", "--consent", "maya", *options)
    result = run(*asked, "--", *client(step), **here)
    assert result.exit_code == 1
    assert "Contract run: failed" in result.output
    assert said in result.output
    if said.startswith("SBX"):
        assert run(*asked, "--fail-on", "never", "--", *client(step), **here).exit_code == 0
        assert run(*asked, "--accept", said, "--", *client(step), **here).exit_code == 0


def test_a_client_may_have_the_id_that_it_has_at_the_bank(here: dict[str, str], tmp_path: Path) -> None:
    asked = ("contract", "run", "--bank", "chase", "--client", "acme-budget", "--consent", "maya", "--show-env")
    result = run(*asked, "--", *client(f"get('{ACCOUNTS}')"), **here)
    assert result.exit_code == 0, result.output
    assert "export SANDBANK_CHASE_CLIENT_ID=acme-budget\n" in result.output
    assert {one["client_id"] for one in lines(tmp_path / "sandbank-report")} == {"acme-budget"}


def test_a_profile_of_faults_acts_on_the_whole_run(here: dict[str, str], tmp_path: Path) -> None:
    asked = ("contract", "run", "--bank", "chase", "--consent", "maya", "--profile", "maintenance-window")
    done = client(f"assert get('{ACCOUNTS}').status_code == 503")
    assert run(*asked, "--", *done, **here).exit_code == 0
    assert lines(tmp_path / "sandbank-report")[0]["faults"]


def test_answers_that_surprise_are_counted_and_whether_the_tests_noticed_is_said(here: dict[str, str]) -> None:
    asked = ("contract", "run", "--bank", "chase", "--consent", "maya", "--surprises", "--fail-on", "never", "--")
    calls = [f"get('{ACCOUNTS}')"] * 4
    careless = run(*asked, *client(*calls), **here)
    assert careless.exit_code == 0
    assert "answers were not as usual (surprise:" in careless.output
    assert "ended with 0 all the same" in careless.output
    careful = run(*asked, *client(*calls, "raise SystemExit(3)"), **here)
    assert careful.exit_code == 3
    assert "ended with 3: one of them may be why" in careful.output


def test_a_bank_that_is_not_there_is_named(here: dict[str, str]) -> None:
    result = run("contract", "run", "--bank", "chase,barclays", "--", *client(), **here)
    assert result.exit_code == 1
    assert "there is no bank 'barclays'; there are chase" in result.output


def test_it_brings_a_server_of_its_own_and_stops_with_its_command(tmp_path: Path) -> None:
    """Asked to stop, it lets the command end, reports what it did and ends as a shell would."""
    waits = client(f"get('{ACCOUNTS}')", "print('ready', flush=True)", "import signal; signal.pause()")
    with subprocess.Popen(
        command("contract", "run", "--bank", "chase", "--consent", "maya", "--report", tmp_path / "here", "--", *waits),
        stdout=subprocess.PIPE,
        text=True,
        env=clean(),
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        os.kill(process.pid, signal.SIGTERM)
        told = process.stdout.read()
    assert process.returncode == 128 + signal.SIGTERM
    assert "Contract run: passed, 1 calls" in told
    assert (tmp_path / "here" / "journal.har").is_file()
