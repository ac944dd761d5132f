"""sandbank seed: exports, imports, customers in bulk."""

import csv
import io
import json
import re
import sqlite3
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import requests

from tests.cli.words import asked, run, serving
from tests.conftest import NOW, World
from tests.control.words import account_of, told


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Maya at Chase in every format."""
    folder = tmp_path_factory.mktemp("exports")
    texts = {}
    for form in ("json", "csv", "ofx", "sql"):
        file = folder / f"maya.{form}"
        arguments = ("--persona", "maya", "--bank", "chase", "--now", NOW, "--format", form, "-o", file)
        assert run("seed", "export", *arguments).exit_code == 0
        texts[form] = file.read_text()
    return texts


@pytest.fixture(scope="module")
def whole(exported: dict[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(exported["json"])
    return found


def test_an_export_is_what_a_server_of_that_seed_and_time_tells(whole: dict[str, Any], world: World) -> None:
    account = account_of(world)
    theirs = next(one for one in whole["accounts"] if one["account_id"] == account["account_id"])
    assert theirs == account
    rows = told(world.control("GET", f"/accounts/{account['account_id']}/transactions", params={"limit": 1000}))
    assert [row for row in whole["transactions"] if row["account_id"] == account["account_id"]] == rows["transactions"]
    assert (whole["as_of"], whole["seed"]) == (NOW, 1)
    assert "No bank, person or company in it is real" in whole["note"]


def test_csv_has_a_line_for_every_row(exported: dict[str, str], whole: dict[str, Any]) -> None:
    rows = list(csv.DictReader(io.StringIO(exported["csv"])))
    assert [row["amount"] for row in rows] == [row["amount"] for row in whole["transactions"]]
    assert {row["bank"] for row in rows} == {"chase"}


def test_ofx_is_well_formed_and_holds_what_was_posted(exported: dict[str, str], whole: dict[str, Any]) -> None:
    document = ElementTree.fromstring(re.sub(r"<\?.*?\?>", "", exported["ofx"]))
    amounts = [Decimal(node.text or "") for node in document.iter("TRNAMT")]
    posted = [Decimal(row["amount"]) for row in whole["transactions"] if row["status"] == "POSTED"]
    assert sorted(amounts) == sorted(posted)
    ids = [node.text for node in document.iter("FITID")]
    assert len(set(ids)) == len(ids)
    assert document.find(".//CCSTMTRS//LEDGERBAL/BALAMT") is not None


def test_ofx_says_what_it_has_no_place_for() -> None:
    result = run("seed", "export", "--persona", "walt", "--bank", "chase", "--now", NOW, "--format", "ofx")
    assert result.exit_code == 0
    assert "OFX has no place for" in result.stderr


def test_sql_can_be_run(exported: dict[str, str], whole: dict[str, Any]) -> None:
    database = sqlite3.connect(":memory:")
    database.executescript(exported["sql"])
    assert database.execute("SELECT count(*) FROM transactions").fetchone() == (len(whole["transactions"]),)
    names = {name for (name,) in database.execute("SELECT name FROM customers")}
    assert names == {customer["name"] for customer in whole["customers"]}


def test_sql_keeps_quotes_and_every_script(world: World) -> None:
    result = run("seed", "export", "--persona", "ines", "--bank", "citi", "--now", NOW, "--format", "sql")
    database = sqlite3.connect(":memory:")
    database.executescript(result.stdout)
    people = told(world.control("GET", "/customers", params={"persona": "ines"}))["customers"]
    assert {name for (name,) in database.execute("SELECT name FROM customers")} == {one["name"] for one in people}


def test_a_running_world_is_exported_with_what_was_done_in_it(world: World) -> None:
    account = account_of(world)
    path = f"/accounts/{account['account_id']}/transactions"
    told(world.control("POST", path, json={"amount": "-1.23", "description": "DONE HERE"}), 201)
    where = ("--world", world.world_id, "--url", world.server.url)
    result = run("seed", "export", "--persona", "maya", "--bank", "chase", *where)
    assert "DONE HERE" in [row["description"] for row in json.loads(result.stdout)["transactions"]]


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["--persona", "maja"], "Did you mean maya"),
        (["--persona", "maya", "--bank", "bankofnowhere"], "there is no bank"),
        (["--persona", "maya", "--now", "someday"], "--now must be"),
        (["--persona", "maya", "--world", "x", "--now", NOW], "are the world's own"),
        (["--persona", "chloe", "--now", NOW, "-o", "/no/such/folder/x"], "cannot be written"),
    ],
)
def test_an_export_that_cannot_be_is_refused(arguments: list[str], text: str) -> None:
    result = run("seed", "export", *arguments)
    assert result.exit_code in (1, 2)
    assert text in result.output


def brought_in(world: World, file: Path, *more: object) -> list[dict[str, Any]]:
    """The rows that an import put on a new account, the newest first."""
    wish = {"bank": "chase", "customer": "maya", "kind": "CHECKING", "opened_at": "2024-01-01"}
    account_id = told(world.control("POST", "/accounts", json=wish), 201)["account_id"]
    where = ("--account", account_id, "--world", world.world_id, "--url", world.server.url)
    result = run("seed", "import", file, *where, *more)
    assert result.exit_code == 0, result.output
    rows: list[dict[str, Any]] = told(
        world.control("GET", f"/accounts/{account_id}/transactions", params={"limit": 1000})
    )["transactions"]
    return rows


@pytest.mark.parametrize("form", ["csv", "ofx"])
def test_an_export_can_be_imported(exported: dict[str, str], world: World, tmp_path: Path, form: str) -> None:
    checking = account_of(world)["account_id"]
    file = tmp_path / f"maya.{form}"
    if form == "csv":
        lines = exported["csv"].splitlines(keepends=True)
        file.write_text("".join([lines[0], *(line for line in lines[1:] if checking in line)]))
    else:
        statement = exported["ofx"].partition("</STMTTRNRS>")[0]
        file.write_text(statement)
    there = told(world.control("GET", f"/accounts/{checking}/transactions", params={"limit": 1000}))["transactions"]
    wanted = [(row["amount"], row["description"]) for row in there if row["status"] == "POSTED"]
    rows = brought_in(world, file)
    assert sorted((row["amount"], row["description"]) for row in rows if row["status"] == "POSTED") == sorted(wanted)


def test_a_banks_own_csv_is_understood(world: World, tmp_path: Path) -> None:
    file = tmp_path / "download.csv"
    file.write_text(
        "\ufeffTransaction Date,Post Date,Description,Category,Debit,Credit,Check Number\r\n"
        '06/01/2026,06/02/2026,"BLUE FINCH, PORTLAND",Coffee,"1,204.50",,\r\n'
        "06/03/2026,06/03/2026,PAYROLL,,,2000,\r\n"
        "\r\n"
        "06/04/2026,06/05/2026,CHECK PAID,,(25.00),,1042\r\n"
    )
    rows = brought_in(world, file)
    assert [(row["amount"], row["description"], row["posted_at"][:10]) for row in rows] == [
        ("-25.00", "CHECK PAID", "2026-06-05"),
        ("2000.00", "PAYROLL", "2026-06-03"),
        ("-1204.50", "BLUE FINCH, PORTLAND", "2026-06-02"),
    ]
    assert rows[0]["check_number"] == 1042
    assert rows[2]["authorised_at"].startswith("2026-06-01")


def test_old_ofx_with_open_tags_is_understood(world: World, tmp_path: Path) -> None:
    file = tmp_path / "old.qfx"
    file.write_text(
        "OFXHEADER:100\nDATA:OFXSGML\n\n<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><BANKTRANLIST>\n"
        "<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20260601120000.000[-5:EST]<TRNAMT>-12.00<FITID>1<NAME>A &amp; B\n"
        "<STMTTRN>\n<TRNTYPE>CHECK\n<DTPOSTED>20260602\n<TRNAMT>-3.50\n<FITID>2\n<CHECKNUM>77\n<NAME>CHECK\n</STMTTRN>\n"
        "</BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\n"
    )
    rows = brought_in(world, file)
    assert [(row["amount"], row["description"], row["posted_at"]) for row in rows] == [
        ("-3.50", "CHECK", "2026-06-02T12:00:00Z"),
        ("-12.00", "A & B", "2026-06-01T17:00:00Z"),
    ]


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("Date,Amount,Description\n2026-06-01,ten,A\nsoon,1.00,B\n", [":2: amount:", ":3: posted_at:"]),
        ("Date,Amount,Description\n2026-06-01,1.00,\n", [":2: description:"]),
        ("When,How much\n1,2\n", [":1: the header names no column for amount"]),
        ("", [":1: the header names no column"]),
        ("Date,Amount,Description\n", [":1: holds no transactions"]),
        ("Date,Amount,Description,Kind\n2026-06-01,1.00,A,GIFT\n", [":2: kind:"]),
    ],
)
def test_a_file_that_makes_no_sense_is_refused_by_line(tmp_path: Path, text: str, problems: list[str]) -> None:
    file = tmp_path / "bad.csv"
    file.write_text(text)
    result = run("seed", "import", file, "--account", "acc_x", "--dry-run")
    assert result.exit_code == 1
    for problem in problems:
        assert f"bad.csv{problem}" in result.output


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "bad.csv"
    file.write_bytes(b"\xff\xfe\x00\x01")
    result = run("seed", "import", file, "--account", "acc_x", "--dry-run")
    assert "must be UTF-8 text" in result.output


def test_customers_are_made_in_bulk_and_served(tmp_path: Path) -> None:
    data = tmp_path / "bulk.db"
    told_back = asked("seed", "customers", 3, "--data", data, "--bank", "chase", "--now", NOW)
    assert (told_back["first"], told_back["last"]) == ("synthetic-000001", "synthetic-000003")
    rows = sqlite3.connect(data).execute("SELECT count(*) FROM entry").fetchone()[0]
    assert rows > 1000
    again = run("seed", "customers", 3, "--data", data, "--bank", "chase")
    assert again.exit_code == 0
    assert "3/3" in again.stderr
    assert sqlite3.connect(data).execute("SELECT count(*) FROM entry").fetchone()[0] == rows
    other = run("seed", "customers", 1, "--data", data, "--seed", 2)
    assert (other.exit_code, "holds a world of seed 1" in other.output) == (2, True)
    with serving("--port", 0, "--data", data) as server:
        wish = {"bank": "chase", "customer": "synthetic-000002"}
        given = requests.post(f"{server.url}/_sandbox/consents", json=wish, timeout=10).json()
        headers = {"Authorization": f"Bearer {given['access_token']}"}
        assert requests.get(given["accounts_url"], headers=headers, timeout=10).status_code == 200
