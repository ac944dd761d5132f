"""The audit trail: every call that carried a token of a consent is in it, and nothing can be done to it unseen."""

import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests
from click.testing import CliRunner

from sandbox.app import Sandbank
from sandbox.cli import main
from sandbox.kernel.clock import Clock
from sandbox.kernel.errors import SubsystemUnavailable
from sandbox.ledger.accesses import Access, Head
from sandbox.settings import Settings
from sandbox.store.accesses import Accesses
from sandbox.store.database import Database, SqliteDatabase
from sandbox.store.worlds import Worlds
from tests.conftest import NOW, World
from tests.control.words import account_of, refused, told
from tests.e2e.databases import ENGINES, new_database

FDX = "/jpmc/servicing/inquiry-maintenance/fdx/v4"


def accesses(world: World, consent_id: str, **query: int) -> dict[str, Any]:
    return told(world.control("GET", f"/consents/{consent_id}/accesses", params=query))


# --- What is written ------------------------------------------------------------------------------------------------


def test_a_read_is_recorded_with_all_that_it_touched(world: World) -> None:
    given, access = world.consent("chase"), world.access("chase")
    one = given["accounts"][0]
    assert access.get(f"{FDX}/accounts/{one['id']}/transactions").status_code == 200
    [record] = accesses(world, access.consent_id)["accesses"]
    assert record == {
        "at": NOW,
        "bank": "chase",
        "client_id": world.clients["chase"]["client_id"],
        "consent_id": access.consent_id,
        "customer_id": told(world.control("GET", "/customers/maya"))["customer_id"],
        "operation": "searchForAccountTransactions",
        "status": 200,
        "purposes": ["BALANCE_ASSISTANT"],
        "accounts": [one["account_id"]],
        "clusters": ["TRANSACTIONS"],
        "chain": record["chain"],
        "number": 1,
    }


def test_refusals_are_recorded_with_their_cause_and_trace(world: World) -> None:
    access = world.access("chase", clusters=["ACCOUNT_BASIC"])
    calls: list[tuple[Callable[[], requests.Response], str]] = [
        (lambda: access.get(f"{FDX}/customers/current"), "ClusterNotGranted"),
        (lambda: access.get(f"{FDX}/accounts", headers={"Sandbank-Purpose": "ADS"}), "PurposeNotGranted"),
        (lambda: access.get(f"{FDX}/accounts?limit=none"), "InvalidInput"),
        (lambda: access.get(f"{FDX}/accounts", headers={"Authorization": f"Basic {access.token}"}), "TokenMissing"),
    ]
    answers = [(call(), error) for call, error in calls]
    world.advance("PT1H")
    answers.append((access.get(f"{FDX}/accounts"), "TokenExpired"))
    told(world.control("POST", f"/consents/{access.consent_id}/revoke"))
    answers.append((access.get(f"{FDX}/accounts"), "ConsentRevoked"))
    told_of = accesses(world, access.consent_id)
    records = told_of["accesses"][::-1]
    assert [one["error"] for one in records] == [error for _, error in answers]
    assert [one["trace"] for one in records] == [answer.headers["Sandbank-Trace"] for answer, _ in answers]
    assert [one["status"] for one in records] == [answer.status_code for answer, _ in answers]
    assert (told_of["summary"]["reads"], told_of["summary"]["refused"]) == (0, len(answers))


def test_an_account_that_is_not_shared_is_recorded_as_none(world: World) -> None:
    access = world.access("chase")
    assert access.get(f"{FDX}/accounts/123456789012/contact").status_code == 404
    [record] = accesses(world, access.consent_id)["accesses"]
    assert (record["error"], record["accounts"]) == ("AccountNotFound", [])


def test_the_customer_sees_how_often_what_was_read_and_when_last(world: World) -> None:
    access = world.access("chase")
    access.get(f"{FDX}/accounts")
    world.advance("PT5M")
    access.get(f"{FDX}/accounts")
    access.get(f"{FDX}/customers/current")
    summary = accesses(world, access.consent_id)["summary"]
    assert (summary["reads"], summary["last_at"]) == (3, "2026-06-15T15:05:00Z")
    uses = {use["operation"]: use for use in summary["uses"]}
    assert uses["searchForAccounts"]["reads"] == 2
    assert "accounts.depositAccount.accountId" in uses["searchForAccounts"]["fields"]


def test_pages_go_from_the_newest_to_the_oldest(world: World) -> None:
    access = world.access("chase")
    for _ in range(5):
        access.get(f"{FDX}/accounts")
    first = accesses(world, access.consent_id, limit=3)
    second = accesses(world, access.consent_id, limit=3, offset=first["next_offset"])
    assert [one["number"] for one in (*first["accesses"], *second["accesses"])] == [5, 4, 3, 2, 1]
    assert "next_offset" not in second
    listed = told(world.control("GET", "/audit/accesses", params={"limit": 2}))
    assert [one["number"] for one in listed["accesses"]] == [5, 4]


def test_a_clients_own_token_and_the_control_api_leave_no_record(world: World) -> None:
    account_of(world)
    assert told(world.control("GET", "/audit/verify"))["records"] == 0


def test_a_reset_takes_the_trail_along_and_another_begins(world: World) -> None:
    world.access("chase").get(f"{FDX}/accounts")
    reset = requests.post(f"{world.server.url}/_sandbox/worlds/{world.world_id}/reset", timeout=30)
    assert reset.status_code == 200, reset.text
    assert told(world.control("GET", "/audit/verify"))["records"] == 0
    world.access("chase").get(f"{FDX}/accounts")
    verdict = told(world.control("GET", "/audit/verify"))
    assert (verdict["intact"], verdict["records"], verdict["chains"]) == (True, 1, 1)


# --- What cannot be done to it --------------------------------------------------------------------------------------


@pytest.fixture
def trail(tmp_path: Path) -> Iterator["Trail"]:
    """A server's file with a world in which something was read six times, under two consents."""
    app = Sandbank(Settings(data=str(tmp_path / "bank.db"), now=NOW, freeze=True))
    for number in range(6):
        write(app.services.accesses, an_access(f"consent-{number % 2}"))
    yield Trail(app, tmp_path / "bank.db")
    app.services.database.close()


class Trail:
    def __init__(self, app: Sandbank, file: Path) -> None:
        self.accesses = app.services.accesses
        self.file = file

    def tamper(self, statement: str) -> None:
        connection = sqlite3.connect(self.file)
        with connection:
            assert connection.execute(statement).rowcount > 0
        connection.close()

    def broken(self, *noted: Head) -> list[str]:
        return [problem for _, _, problem in self.accesses.verify("default", noted).broken]


def write(accesses: Accesses, value: Access) -> None:
    """As a request does that comes alone."""
    accesses.add(value)
    accesses.flush()


def an_access(consent: str = "consent-1") -> Access:
    return Access(
        world="default",
        at=datetime(2026, 6, 15, 15, tzinfo=UTC),
        bank="chase",
        client="demo-app",
        consent=consent,
        customer="cus_1",
        operation="searchForAccounts",
        status=200,
        accounts=("acc_1",),
    )


def test_a_trail_that_was_left_alone_holds(trail: Trail) -> None:
    verdict = trail.accesses.verify("default")
    assert (verdict.records, len(verdict.heads), verdict.broken) == (6, 1, [])


SWAPPED = """
INSERT OR REPLACE INTO access
SELECT world_id, consent_id, chain, CASE number WHEN 2 THEN 5 ELSE 2 END, at, operation, status, document, hash
FROM access WHERE number IN (2, 5)
"""
REPEATED = """
INSERT INTO access SELECT world_id, consent_id, chain, 7, at, operation, status, document, hash FROM access
WHERE number = 6
"""


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("UPDATE access SET document = replace(document, 'acc_1', 'acc_2') WHERE number = 3", "altered"),
        ("UPDATE access SET status = 403 WHERE number = 3", "altered"),
        ("UPDATE access SET at = at + 1 WHERE number = 6", "altered"),
        ("UPDATE access SET hash = zeroblob(32) WHERE number = 2", "altered"),
        ("DELETE FROM access WHERE number = 1", "removed"),
        ("DELETE FROM access WHERE number = 4", "removed"),
        ("DELETE FROM access WHERE number = 6", "removed"),
        ("DELETE FROM access", "removed"),
        (SWAPPED, "altered"),
        (REPEATED, "altered"),
    ],
)
def test_whatever_is_done_to_a_record_shows(trail: Trail, statement: str, problem: str) -> None:
    trail.tamper(statement)
    assert any(found.startswith(problem) for found in trail.broken())


def test_a_chain_that_was_written_anew_does_not_fit_the_head_that_was_noted(trail: Trail) -> None:
    [head] = trail.accesses.verify("default").heads
    trail.tamper("DELETE FROM access")
    another = Accesses(trail.accesses.database)
    write(another, an_access())
    assert another.verify("default").broken == []
    assert [problem.partition(":")[0] for *_, problem in another.verify("default", [head]).broken] == ["removed"]


def test_a_chain_names_those_before_it_so_that_their_end_cannot_be_cut_off(trail: Trail) -> None:
    later = Accesses(trail.accesses.database)
    write(later, an_access())
    verdict = later.verify("default")
    assert (verdict.records, len(verdict.heads), verdict.broken) == (7, 2, [])
    trail.tamper("DELETE FROM access WHERE number = 6")
    assert [problem for *_, problem in Accesses(trail.accesses.database).verify("default").broken] == [
        "removed: the chain was longer once"
    ]


@pytest.mark.parametrize("engine", ENGINES)
def test_processes_write_chains_of_their_own_on_every_engine(engine: str) -> None:
    def check(database: Database) -> None:
        app_like = [Accesses(database), Accesses(database)]
        worlds = Worlds(database)
        assert worlds.add("default", "template", "A world", Clock(0, 0), 0)
        for number in range(10):
            write(app_like[number % 2], an_access())
        verdict = app_like[0].verify("default")
        assert (verdict.records, len(verdict.heads), verdict.broken) == (10, 2, [])
        worlds.clear("default")
        write(app_like[0], an_access())
        assert (app_like[0].verify("default").records, app_like[0].verify("default").broken) == (1, [])
        worlds.delete("default")
        write(app_like[0], an_access())
        assert app_like[0].verify("default").records == 0

    if engine == "sqlite":
        database = Database.open(None)
        check(database)
        database.close()
        return
    with new_database() as url:
        database = Database.open(url)
        check(database)
        database.close()


def test_who_cannot_be_recorded_is_not_served(trail: Trail) -> None:
    assert isinstance(trail.accesses.database, SqliteDatabase)
    connection = trail.accesses.database.connection
    connection.execute("PRAGMA query_only = ON")
    with pytest.raises(SubsystemUnavailable, match="cannot be recorded"):
        write(trail.accesses, an_access())
    connection.execute("PRAGMA query_only = OFF")
    write(trail.accesses, an_access())
    assert trail.broken() == []


# --- By the control API and the command line ------------------------------------------------------------------------


def test_the_control_api_verifies_against_heads_that_were_noted(world: World) -> None:
    access = world.access("chase")
    access.get(f"{FDX}/accounts")
    noted = told(world.control("GET", "/audit/verify"))["heads"]
    access.get(f"{FDX}/accounts")
    assert told(world.control("POST", "/audit/verify", json={"heads": noted}))["intact"] is True
    forged = [{**noted[0], "hash": "0" * 64}]
    verdict = told(world.control("POST", "/audit/verify", json={"heads": forged}))
    assert verdict["intact"] is False
    assert verdict["broken"][0]["problem"].startswith("altered")
    refused(world.control("POST", "/audit/verify", json={"heads": [{"chain": "x"}]}), 400, "InvalidInput")


def test_the_command_verifies_and_shows_the_latest(world: World) -> None:
    access = world.access("chase")
    access.get(f"{FDX}/accounts")
    access.get(f"{FDX}/accounts", headers={"Sandbank-Purpose": "ADS"})
    there = ["--url", world.server.url]
    verified = CliRunner().invoke(main, ["audit", "verify", "--world", world.world_id, *there])
    assert verified.exit_code == 0, verified.output
    assert f"2 records in 1 chains of the world {world.world_id}" in verified.output
    head = verified.output.split()[-1]
    again = CliRunner().invoke(main, ["audit", "verify", "--world", world.world_id, "--head", head, *there])
    assert again.exit_code == 0, again.output
    forged = head[:-64] + "0" * 64
    broken = CliRunner().invoke(main, ["audit", "verify", "--world", world.world_id, "--head", forged, *there])
    assert (broken.exit_code, "not whole" in broken.output) == (1, True)
    tail = CliRunner().invoke(main, ["audit", "tail", "--consent", access.consent_id, *there])
    assert tail.exit_code == 0, tail.output
    assert "403 PurposeNotGranted" in tail.output
