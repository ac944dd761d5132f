"""Pacts written from a recording, and pacts of anybody's, verified by the verifier that everybody uses."""

import json
from pathlib import Path
from typing import Any

import pytest
import requests
from click.testing import CliRunner, Result

from sandbox.cli import main
from tests.conftest import Access, World

CHASE = "/jpmc/servicing/inquiry-maintenance/fdx/v4/accounts"
WALKS = {
    "chase": (CHASE, CHASE + "/{account}", CHASE + "/{account}/transactions?startTime=2026-03-01&endTime=2026-06-10"),
    "citi": ("/gcb/api/v1/accounts", "/gcb/api/v1/accounts/{account}"),
    "usbank": ("/accounts/v1/accounts", "/accounts/v1/accounts/{account}"),
    "wellsfargo": ("/fdx/v6/accounts", "/fdx/v6/accounts/{account}"),
}
"""What a client reads at each bank."""


def sandbank(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def recorded(world: World, bank: str, folder: Path) -> Path:
    """A pact of a client that reads accounts, the second of them, and one that there is not."""
    access: Access = world.access(bank)
    second = world.control("GET", f"/consents/{access.consent_id}").json()["accounts"][1]
    given = world.consent(bank)
    named = next(one["id"] for one in given["accounts"] if one["account_id"] == second)
    for path in WALKS[bank]:
        answer = access.get(path.format(account=named))
        assert answer.status_code == 200, answer.text
    access.get(WALKS[bank][1].format(account="000000000000"))
    file = folder / f"{bank}.json"
    written = sandbank(
        "contract", "export", "--url", world.server.url, "--world", world.world_id, "--bank", bank,
        "--format", "pact", "--out", str(file),
    )  # fmt: skip
    assert written.exit_code == 0, written.output
    return file


def verified(world: World, file: Path, *arguments: str) -> Result:
    return sandbank("pact", "verify", str(file), "--url", world.server.url, *arguments)


@pytest.mark.parametrize("bank", WALKS)
def test_what_was_recorded_at_a_bank_is_verified_there(world: World, bank: str, tmp_path: Path) -> None:
    file = recorded(world, bank, tmp_path)
    pact = json.loads(file.read_text())

    assert pact["provider"]["name"] == bank
    assert len(pact["interactions"]) == len(WALKS[bank]) + 1
    assert "${account_2}" in json.dumps(pact)
    result = verified(world, file)
    assert result.exit_code == 0, result.output


def test_a_pact_that_expects_something_else_is_told_what(world: World, tmp_path: Path) -> None:
    file = recorded(world, "usbank", tmp_path)
    pact = json.loads(file.read_text())
    pact["interactions"][0]["response"]["body"]["holder"] = "Maya"
    file.write_text(json.dumps(pact))

    result = verified(world, file)

    assert result.exit_code == 1
    assert "holder" in result.output
    assert f"1 of {len(pact['interactions'])} interactions do not hold" in result.output


def interaction(**more: Any) -> dict[str, Any]:
    request = {"method": "GET", "path": "/accounts/v1/accounts", "headers": {"Authorization": "Bearer anything"}}
    return {"description": "reads accounts", "request": request, "response": {"status": 200}, **more}


def pact(version: str, *interactions: dict[str, Any]) -> dict[str, Any]:
    metadata = {"pactSpecification": {"version": version}}
    named = {"consumer": {"name": "bot"}, "provider": {"name": "U.S. Bank"}, "metadata": metadata}
    return {**named, "interactions": list(interactions)}


@pytest.mark.parametrize("version", ["2.0.0", "3.0.0", "4.0"])
def test_pacts_of_anybody_get_a_token_from_their_state(world: World, version: str, tmp_path: Path) -> None:
    sentence = "maya shares accounts at usbank"
    given: dict[str, Any] = (
        {"providerState": sentence} if version == "2.0.0" else {"providerStates": [{"name": sentence}]}
    )
    if version == "4.0":
        given |= {"type": "Synchronous/HTTP"}
    file = tmp_path / "pact.json"
    file.write_text(json.dumps(pact(version, interaction(**given))))

    result = verified(world, file)

    assert result.exit_code == 0, result.output


def test_rules_of_version_2_hold(world: World, tmp_path: Path) -> None:
    rules = {"$.body.accounts": {"min": 1}, "$.body.accounts[*].accountID": {"match": "type"}}
    response = {"status": 200, "body": {"accounts": [{"accountID": "1"}]}, "matchingRules": rules}
    file = tmp_path / "pact.json"
    file.write_text(json.dumps(pact("2.0.0", interaction(providerState="maya", response=response))))

    result = verified(world, file)

    assert result.exit_code == 0, result.output


def test_a_state_that_nobody_knows_is_never_green(world: World, tmp_path: Path) -> None:
    file = tmp_path / "pact.json"
    state = {"name": "maya shared an account at usbank"}
    file.write_text(json.dumps(pact("3.0.0", interaction(providerStates=[state]))))

    result = verified(world, file)

    assert result.exit_code == 1
    assert "there is no state 'maya shared an account at usbank'" in result.output
    assert "{customer} shares accounts at {bank}" in result.output


def test_what_no_verifier_can_repeat_is_left_out_and_counted(world: World, tmp_path: Path) -> None:
    given = world.consent("usbank")
    form = {"grant_type": "refresh_token", "refresh_token": given["refresh_token"]}
    own = world.clients["usbank"]
    url = f"{world.server.url}/usbank/auth/oauth2/v1/token"
    requests.post(url, data=form, auth=(own["client_id"], own["client_secret"]), timeout=30)

    told = json.loads(recorded(world, "usbank", tmp_path).read_text())

    assert told["metadata"]["sandbank"]["left_out"] == 1
    assert told["metadata"]["sandbank"]["now"].startswith("2026-06-15T15:00:00")


def test_a_provider_that_is_no_bank_is_asked_for(world: World, tmp_path: Path) -> None:
    file = tmp_path / "pact.json"
    file.write_text(json.dumps({**pact("3.0.0", interaction()), "provider": {"name": "backend"}}))

    result = verified(world, file)

    assert result.exit_code == 1
    assert "which bank is 'backend'? Say it with --bank" in result.output


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", "is no JSON"),
        ("[]", "it has no consumer.name"),
        ('{"consumer": {"name": "a"}}', "it has no provider.name"),
    ],
)
def test_what_is_no_pact_is_refused(world: World, text: str, problem: str, tmp_path: Path) -> None:
    file = tmp_path / "pact.json"
    file.write_text(text)

    result = verified(world, file)

    assert result.exit_code == 1
    assert problem in result.output
