"""sandbank doctor"""

import json
import socket
import sqlite3
from pathlib import Path
from typing import Any

from sandbox.cli import doctor
from tests.cli.words import run

FREE = ("--port", 0)


def findings(*arguments: object, **environment: str) -> tuple[int, dict[str, list[dict[str, Any]]]]:
    result = run("doctor", *arguments, "--json", **environment)
    told = json.loads(result.stdout)
    by_check: dict[str, list[dict[str, Any]]] = {}
    for finding in told["findings"]:
        by_check.setdefault(finding["check"], []).append(finding)
    assert told["sound"] is (result.exit_code == 0)
    return result.exit_code, by_check


def test_a_sound_machine_is_said_to_be_sound() -> None:
    code, found = findings(*FREE)
    assert code == 0
    assert {
        "python",
        "settings",
        "port",
        "data",
        "cache",
        "documents",
        "seed data",
        "clock",
        "proxy",
        "container",
    } == set(found)
    assert "chase" in found["documents"][0]["text"]
    assert "ok" in run("doctor", *FREE).output


def test_a_port_in_use_is_a_problem() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        code, found = findings("--port", taken.getsockname()[1])
    assert (code, found["port"][0]["level"]) == (1, "problem")


def test_a_variable_that_would_stop_the_start_is_a_problem() -> None:
    code, found = findings(*FREE, SANDBANK_SEEED="7")
    assert (code, found["settings"][0]["level"]) == (1, "problem")
    assert "Did you mean SANDBANK_SEED" in found["settings"][0]["text"]


def test_somebody_elses_file_is_a_problem(tmp_path: Path) -> None:
    foreign = tmp_path / "mine.db"
    with sqlite3.connect(foreign) as connection:
        connection.execute("CREATE TABLE mine (precious TEXT)")
    code, found = findings(*FREE, "--data", foreign)
    assert (code, found["data"][0]["level"]) == (1, "problem")
    assert findings(*FREE, "--data", tmp_path / "new.db")[0] == 0
    assert not (tmp_path / "new.db").exists()


def test_seed_files_with_mistakes_are_a_problem(tmp_path: Path) -> None:
    (tmp_path / "zoe.yaml").write_text("slug: zoe\n")
    code, found = findings(*FREE, "--seed-data", tmp_path)
    assert code == 1
    assert all("zoe.yaml" in finding["text"] for finding in found["seed data"])


def test_a_proxy_that_swallows_loopback_calls_is_a_hint() -> None:
    environment = {"HTTP_PROXY": "http://user:secret@proxy.example:3128"}
    [finding] = doctor.proxies(environment)
    assert finding.level == "hint"
    assert "proxy.example" in finding.text
    assert "secret" not in finding.text
    [finding] = doctor.proxies(environment | {"NO_PROXY": "127.0.0.1, localhost"})
    assert finding.level == "ok"
    [finding] = doctor.proxies({})
    assert finding.level == "ok"
