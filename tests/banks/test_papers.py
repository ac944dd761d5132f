"""What the banks print, statements and cheques: it can be read whatever letters a name is written in."""

import io
import re
from typing import Any

import pypdf
import pytest

from sandbox.dialect.lettering import fitting, spelt
from tests.conftest import Access, World

WHEN = "startDate=2026-06-01&endDate=2026-06-15"
POSTED = "2026-06-14T09:00:00Z"


def account(access: Access, kind: str) -> str:
    """The customer's account of a kind, by Wells Fargo's name for it."""
    accounts = access.get("/fdx/v6/accounts").json()["accounts"]
    found: str = next(item["accountId"] for item in accounts if item["accountType"] == kind)
    return found


def statement(access: Access, account_id: str) -> str:
    """The text of the newest statement that is printed."""
    path = f"/fdx/v6/accounts/{account_id}/statements"
    [newest, *_] = access.get(path).json()["statements"]
    answer = access.get(f"{path}/{newest['statementId']}")
    assert answer.status_code == 200, answer.text
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.content)).pages)


def cheque(world: World, customer: str, **row: Any) -> bytes:
    """The picture of a cheque that is drawn in this world."""
    accounts = world.control("GET", f"/customers/{customer}/accounts", params={"bank": "wellsfargo"}).json()["accounts"]
    account_id = next(item["account_id"] for item in accounts if item["kind"] == "CHECKING")
    wanted = {"amount": "-60.00", "kind": "CHECK", "description": "CHECK", "posted_at": POSTED, **row}
    answer = world.control("POST", f"/accounts/{account_id}/transactions", json=wanted)
    assert answer.status_code == 201, answer.text
    reader = world.access("wellsfargo", customer)
    path = f"/fdx/v6/accounts/{account(reader, 'CHECKING')}"
    rows = reader.get(f"{path}/transactions?{WHEN}&limit=500").json()["transactions"]
    [image] = next(found["imageIds"] for found in rows if found.get("checkNumber") == row["check_number"])
    picture = reader.get(f"{path}/transaction-images/{image}")
    assert picture.headers["Content-Type"] == "image/png"
    return picture.content


def test_a_statement_shows_accents_and_spells_other_alphabets(world: World) -> None:
    ines = world.access("wellsfargo", "ines")
    text = statement(ines, account(ines, "CHECKING"))

    assert "Inés María Ángeles Núñez-Åkerström" in text
    for name in ("ÓLÖF ÞÓRSDÓTTIR", "WangXiaoMan", "LUKASZ ZBIK", "NGOC ÁNH DO", "nv'h vrk", "MAMÁ :yellow_heart:"):
        assert f" {name} " in text
    assert "?" not in text


def test_a_card_statement_counts_what_is_owed_from_its_first_line_to_its_last(world: World) -> None:
    maya = world.access("wellsfargo")
    text = statement(maya, account(maya, "CREDITCARD"))
    [closing] = re.findall(r"^Closing balance (\S+ USD)$", text, re.MULTILINE)

    assert text.rstrip().endswith(f" {closing}")
    assert re.search(r" PAYMENT - THANK YOU -\S+ USD \S+ USD$", text, re.MULTILINE)


def test_a_cheque_spells_what_its_font_does_not_have(world: World) -> None:
    written = cheque(world, "ines", counterparty="Señora Peñaranda 王", memo="“Clases”", check_number=7001)
    spelt_out = cheque(world, "ines", counterparty="Senora Penaranda Wang", memo='"Clases"', check_number=7001)
    other = cheque(world, "ines", counterparty="Se?ora Pe?aranda ?", memo="?Clases?", check_number=7001)

    assert written == spelt_out != other


def test_a_cheque_is_dated_by_the_banks_day(world: World) -> None:
    """Its time zone is California's."""
    noon, evening, morning = (
        cheque(world, "maya", check_number=7002, authorised_at=at)
        for at in ("2026-06-12T19:00:00Z", "2026-06-13T05:00:00Z", "2026-06-13T15:00:00Z")
    )
    assert noon == evening != morning


@pytest.mark.parametrize(
    ("text", "spelling"),
    [
        ("naïve café", "naïve café"),
        ("e\u0301clairs", "éclairs"),
        ("€5 – “Łódź”", "€5 – “Lódz”"),
        ("Φίλιππος Щукин", "Filippos Shchukin"),
        ("a\u00adb\tc\x00d", "a b c d"),
        ("\u202eabc\ue000\u200d", "abc"),
        ("\ud800", ""),
    ],
)
def test_what_a_font_has_stays_and_what_it_has_not_is_spelt(text: str, spelling: str) -> None:
    assert spelt(text, "windows-1252") == spelling


def test_a_text_too_long_for_its_place_ends_in_dots() -> None:
    assert fitting("A LONG DESCRIPTION", 9, len) == "A LONG..."
    assert fitting("A SHORT ONE", 11, len) == "A SHORT ONE"
    assert fitting("x" * 10_000, 5, len) == "xx..."
