"""The consumer contract: what a client used, as a document, and that held against others."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from openapi_spec_validator import validate

from sandbox import resources
from tests.cli.words import run
from tests.conftest import World
from tests.proof.recording import CHASE, chase, exported
from tests.proof.test_journal import ACCOUNTS
from tests.testing.outside import PLUGIN

Json = dict[str, Any]
ROWS = f"{CHASE}/accounts/{{accountId}}/transactions"


@pytest.fixture
def contract(world: World, tmp_path: Path) -> Path:
    """What a little client used of Chase."""
    chase(world)
    file = tmp_path / "contract.json"
    result = run("contract", "export", "--from", exported(world, tmp_path), "--out", file)
    assert result.exit_code == 0, result.output
    return file


def test_it_is_a_document_of_the_operations_parameters_and_members_that_were_used(contract: Path) -> None:
    told = json.loads(contract.read_bytes())
    validate(told)
    assert set(told["paths"]) == {f"{CHASE}/accounts", f"{CHASE}/accounts/{{accountId}}", ROWS}

    rows = told["paths"][ROWS]["get"]
    sent = {one["name"]: one for one in rows["parameters"]}
    assert set(sent) == {"accountId", "limit", "offset", "startTime", "endTime"}
    assert (sent["limit"]["required"], sent["offset"]["required"]) == (True, False)
    assert (sent["limit"]["schema"]["minimum"], sent["limit"]["schema"]["maximum"]) == (5, 7)
    assert set(rows["responses"]) == {"200"}

    page = rows["responses"]["200"]["content"]["application/json"]["schema"]["properties"]["page"]
    assert page["properties"]["nextOffset"]["x-sandbank-used"] == "sent-back"

    refused = told["paths"][f"{CHASE}/accounts/{{accountId}}"]["get"]
    assert refused["x-sandbank-never-accepted"] is True
    assert set(refused["responses"]) == {"404"}


def test_no_secret_and_nothing_of_a_person_is_in_it(contract: Path, world: World) -> None:
    text = contract.read_text()
    accounts = world.access("chase").get(f"{CHASE}/accounts").json()["accounts"]
    account = next(iter(accounts[0].values()))
    assert account["accountId"] not in text
    assert account["nickname"] not in text
    assert "Bearer" not in text


def test_against_the_document_that_it_came_from_nothing_breaks(contract: Path) -> None:
    result = run("contract", "verify", contract, "--against", "chase")
    assert result.exit_code == 0
    assert result.output.endswith(": 0 breaks, 0 risks\n")


@pytest.mark.parametrize("bank", ACCOUNTS)
def test_so_it_is_at_every_bank(world: World, tmp_path: Path, bank: str) -> None:
    assert world.access(bank).get(ACCOUNTS[bank]).status_code == 200
    file = tmp_path / "contract.json"
    assert run("contract", "export", "--from", exported(world, tmp_path), "--out", file).exit_code == 0
    validate(json.loads(file.read_bytes()))
    result = run("contract", "verify", file, "--against", bank, "--fail-on", "risk")
    assert result.exit_code == 0, result.output


Change = Callable[[Json], object]


def _operation(document: Json) -> Json:
    operation: Json = document["paths"][ROWS]["get"]
    return operation


def _parameter(document: Json, name: str) -> Json:
    """The schema of one of the operation's parameters."""
    for one in _operation(document)["parameters"]:
        said = document["components"]["parameters"][one["$ref"].rpartition("/")[2]] if "$ref" in one else one
        if said["name"] == name:
            schema: Json = said["schema"]
            return schema
    raise KeyError(name)


BREAKS: dict[str, tuple[str, Change]] = {
    "removed-operation": ("", lambda one: one["paths"].pop(ROWS)),
    "changed-status": ("200", lambda one: _operation(one)["responses"].pop("200")),
    "new-required-parameter": (
        "query region",
        lambda one: _operation(one)["parameters"].append(
            {"name": "region", "in": "query", "required": True, "schema": {"type": "string"}}
        ),
    ),
    "narrower-range": ("query limit", lambda one: _parameter(one, "limit").update({"maximum": 6})),
    "narrower-type": ("query offset", lambda one: _parameter(one, "offset").update({"type": "integer"})),
    "deprecated": ("", lambda one: _operation(one).update({"deprecated": True})),
    "changed-security": ("", lambda one: _operation(one).update({"security": [{"mutual": []}]})),
}


@pytest.mark.parametrize("kind", BREAKS)
def test_each_way_to_break_it_is_named_with_its_place(contract: Path, tmp_path: Path, kind: str) -> None:
    where, change = BREAKS[kind]
    other = yaml.safe_load((resources.openapi_dir() / "chase.yaml").read_bytes())
    change(other)
    file = tmp_path / "other.json"
    file.write_text(json.dumps(other))

    result = run("contract", "verify", contract, "--against", file, "--fail-on", "risk", "--json")
    assert result.exit_code == 1
    breaks = json.loads(result.stdout)["breaks"]
    assert (kind, where) in {(one["kind"], one["where"]) for one in breaks}


def test_what_an_answer_loses_or_changes_is_named_by_its_place(contract: Path, tmp_path: Path) -> None:
    other = json.loads(contract.read_bytes())
    answer = other["paths"][f"{CHASE}/accounts"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    account = answer["properties"]["accounts"]["items"]["properties"]["depositAccount"]
    account["properties"].pop("nickname")
    account["properties"]["accountId"] = {"type": "integer"}
    account["properties"]["status"]["enum"].append("FROZEN")
    account["properties"]["productName"]["nullable"] = True
    account["required"].remove("accountType")
    file = tmp_path / "other.json"
    file.write_text(json.dumps(other))

    breaks = json.loads(run("contract", "verify", contract, "--against", file, "--json").stdout)["breaks"]
    at = "200 /accounts/*/depositAccount"
    assert {(one["kind"], one["where"], one["level"]) for one in breaks} == {
        ("removed-response-member", f"{at}/nickname", "break"),
        ("changed-type", f"{at}/accountId", "break"),
        ("wider-enum", f"{at}/status", "risk"),
        ("nullable", f"{at}/productName", "break"),
        ("optional-response-member", f"{at}/accountType", "break"),
    }


def test_as_tests_of_pytest_it_runs_against_a_sandbox_of_its_own(world: World, tmp_path: Path) -> None:
    chase(world)
    out = tmp_path / "test_recorded.py"
    run("contract", "export", "--from", exported(world, tmp_path), "--format", "pytest", "--out", out)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *PLUGIN, str(out)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout
    assert "1 passed" in done.stdout
    assert "accountId" in out.read_text()


def test_what_the_journal_lost_is_said(world: World, tmp_path: Path) -> None:
    chase(world)
    file = exported(world, tmp_path)
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    lines[0]["response"] |= {"cut": True, "body": '{"page":{"totalEl'}
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    result = run("contract", "export", "--from", file)
    assert "1 exchanges have bodies that are not kept whole" in result.stderr
    told = json.loads(result.stdout)
    assert told["info"]["x-sandbank-contract"]["bodies_cut"] == 1
    answer = told["paths"][f"{CHASE}/accounts"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert "properties" not in answer
