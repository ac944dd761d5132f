"""Drift: the safe part of a recording at another server, and where that one differs."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import requests
from flask import Flask, Response, request
from werkzeug.serving import make_server

from tests.cli.words import run
from tests.conftest import World
from tests.proof.recording import CHASE, chase, exported

Json = dict[str, Any]
Change = Callable[[Json], object]


@contextmanager
def drifted(world: World, change: Change) -> Iterator[str]:
    """A server that answers as the world's bank, and otherwise where `change` says so."""
    app = Flask("drifted")
    token = world.consent("chase")["access_token"]
    asked: list[str] = []

    @app.get("/real/<path:path>")
    def answer(path: str) -> Response:
        asked.append(request.headers["authorization"])
        told = requests.get(
            f"{world.server.url}/chase/{path}",
            params=request.args.to_dict(),
            headers={"Authorization": f"Bearer {token}"},
            timeout=30,
        )
        body = told.json()
        change(body)
        return Response(json.dumps(body), told.status_code, content_type=told.headers["content-type"])

    server = make_server("127.0.0.1", 0, app)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/real"
    finally:
        server.shutdown()
        thread.join()
    assert set(asked) == {"Bearer over-there"}


def drift(recording: Path, target: str, *more: object) -> tuple[int, str]:
    asked = ("contract", "drift", "--target", target, "--bank", "chase", "--har", recording, *more)
    result = run(*asked, SANDBANK_DRIFT_TOKEN="over-there")
    return result.exit_code, result.output


@pytest.fixture
def recording(world: World, tmp_path: Path) -> Path:
    chase(world)
    return exported(world, tmp_path)


def of_accounts(change: Callable[[Json], object]) -> Change:
    """A change of every deposit account in a list."""

    def changed(body: Json) -> None:
        for one in body.get("accounts", ()):
            if "depositAccount" in one:
                change(one["depositAccount"])

    return changed


def test_a_server_that_does_as_the_document_says_has_not_drifted(world: World, recording: Path) -> None:
    with drifted(world, lambda _: None) as target:
        assert drift(recording, target) == (0, "3 calls repeated, 0 left out: 0 breaks, 0 risks\n")


@pytest.mark.parametrize(
    ("change", "kind", "where"),
    [
        (lambda one: one.update(status="FROZEN"), "wider-enum", "status"),
        (lambda one: one.pop("accountType"), "removed-response-member", "accountType"),
        (lambda one: one.update(accountNumberDisplay=5239), "changed-type", "accountNumberDisplay"),
        (lambda one: one.update(productName=None), "nullable", "productName"),
        (lambda one: one.update(loyaltyTier="GOLD"), "undeclared-member", "loyaltyTier"),
        (lambda one: one.pop("nickname", None), "missing-member", "nickname"),
    ],
)
def test_each_difference_is_named_with_its_place(
    world: World, recording: Path, change: Callable[[Json], object], kind: str, where: str
) -> None:
    with drifted(world, of_accounts(change)) as target:
        code, told = drift(recording, target, "--fail-on", "risk")
    assert code == 1
    assert f"{kind}  searchForAccounts /accounts/*/depositAccount/{where}\n" in told


def test_a_date_that_became_a_date_and_time_is_named(world: World, recording: Path) -> None:
    def change(body: Json) -> None:
        for one in body.get("transactions", ()):
            row = next(iter(one.values()))
            row["transactionTimestamp"] = row["transactionTimestamp"][:10]

    with drifted(world, change) as target:
        code, told = drift(recording, target)
    assert code == 1
    assert (
        "changed-format  searchForAccountTransactions /transactions/*/depositTransaction/transactionTimestamp" in told
    )
    assert "date-time was recorded, and date came" in told


def test_places_that_are_ignored_do_not_count(world: World, recording: Path) -> None:
    with drifted(world, of_accounts(lambda one: one.pop("accountType"))) as target:
        code, told = drift(recording, target, "--ignore", "*/accountType")
    assert code == 0, told


def test_neither_secrets_nor_values_are_in_the_report(world: World, recording: Path, tmp_path: Path) -> None:
    with drifted(world, of_accounts(lambda one: one.update(nickname=["Sunny Side Savings"]))) as target:
        _, told = drift(recording, target, "--report", tmp_path / "drift")
    files = {file.name: file.read_text() for file in (tmp_path / "drift").iterdir()}
    assert set(files) == {"drift.html", "drift.json", "drift.md"}
    for text in (told, *files.values()):
        assert "changed-type" in text
        for secret in ("over-there", "Sunny Side", "Household"):
            assert secret not in text
    [one] = json.loads(files["drift.json"])["differences"]
    assert one["where"] == "/accounts/*/depositAccount/nickname"


def test_ids_come_from_the_other_servers_own_lists(world: World, recording: Path) -> None:
    """Elsewhere the same account has another id: what is asked for is what that list has."""

    def change(body: Json) -> None:
        body.pop("accounts", None)

    with drifted(world, change) as target:
        code, told = drift(recording, target)
    assert code == 1
    assert (
        "accountId stands at /accounts/*/depositAccount/accountId of searchForAccounts, which has nothing there" in told
    )
    account = world.access("chase").get(f"{CHASE}/accounts").json()["accounts"][0]["depositAccount"]["accountId"]
    with drifted(world, change) as target:
        _, told = drift(recording, target, "--param", f"accountId={account}")
    assert "3 calls repeated" in told


def test_where_nobody_answers_that_is_said(recording: Path) -> None:
    code, told = drift(recording, "http://127.0.0.1:1")
    assert code == 1
    assert "unreached  searchForAccounts" in told
