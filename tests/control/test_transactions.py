"""An account's rows: read, put, changed, dropped, in one world alone."""

from decimal import Decimal
from typing import Any

import pytest

from tests.conftest import NOW, World
from tests.control.words import account_of, refused, told

FEED = "/jpmc/servicing/inquiry-maintenance/fdx/v4/accounts"


class Ledger:
    """An account, and the calls about its rows."""

    def __init__(self, world: World, **which: str) -> None:
        self.world = world
        self.account = account_of(world, **which)
        self.path = f"/accounts/{self.account['account_id']}/transactions"

    def put(self, wish: object) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = told(self.world.control("POST", self.path, json=wish), 201)["transactions"]
        return rows

    def rows(self, **query: object) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = told(self.world.control("GET", self.path, params=query))["transactions"]
        return rows

    def balances(self) -> dict[str, Decimal]:
        told_now = told(self.world.control("GET", f"/accounts/{self.account['account_id']}"))["balances"]
        return {name: Decimal(told_now[name]) for name in ("current", "available", "held")}

    def descriptions_at_the_bank(self) -> list[str]:
        access = self.world.access("chase", accounts=[self.account["account_id"]])
        listed = access.get(FEED).json()["accounts"][0]
        account_id = listed.get("accountId") or next(iter(listed.values()))["accountId"]
        rows = access.get(f"{FEED}/{account_id}/transactions").json()["transactions"]
        return [(row if "description" in row else next(iter(row.values())))["description"] for row in rows]


@pytest.fixture
def ledger(world: World) -> Ledger:
    return Ledger(world)


def test_a_walk_over_pages_gives_every_row_once(ledger: Ledger) -> None:
    everything = ledger.rows(limit=1000)
    walked, cursor = [], None
    while True:
        query = {"limit": 170, **({"cursor": cursor} if cursor else {})}
        page = told(ledger.world.control("GET", ledger.path, params=query))
        walked += page["transactions"]
        cursor = page.get("next_cursor")
        if cursor is None:
            break
    assert walked == everything
    assert len(walked) == page["total"]


def test_a_cursor_is_good_for_its_own_list_only(ledger: Ledger, world: World) -> None:
    cursor = told(world.control("GET", ledger.path, params={"limit": 1}))["next_cursor"]
    query = {"limit": 1, "cursor": cursor}
    refused(world.control("GET", ledger.path, params={**query, "from": "2026-01-01"}), 400, "InvalidCursor")
    refused(world.control("GET", ledger.path, params={**query, "cursor": "HELLO"}), 400, "InvalidCursor")


def test_a_window_holds_rows_by_their_posting(ledger: Ledger) -> None:
    rows = ledger.rows(**{"from": "2026-05-01", "to": "2026-06-01"})
    assert rows
    assert all("2026-05-01" <= row["posted_at"] < "2026-06-01" for row in rows)
    query = {"from": "2026-06-01", "to": "2026-05-01"}
    refused(ledger.world.control("GET", ledger.path, params=query), 400, "InvalidDateRange")
    refused(ledger.world.control("GET", ledger.path, params={"from": "yesterday"}), 400, "InvalidDate")


def test_a_posted_row_moves_the_balance_and_shows_at_the_bank(ledger: Ledger) -> None:
    before = ledger.balances()
    [row] = ledger.put({"amount": "-18.40", "description": "BLUE FINCH COFFEE"})
    assert (row["status"], row["kind"], row["amount_minor"], row["posted_at"]) == ("POSTED", "PURCHASE", -1840, NOW)
    assert ledger.balances()["current"] == before["current"] - Decimal("18.40")
    assert "BLUE FINCH COFFEE" in ledger.descriptions_at_the_bank()


def test_a_pending_row_is_held_until_it_posts_at_another_amount(ledger: Ledger) -> None:
    before = ledger.balances()
    [row] = ledger.put({"amount": "-21.00", "hold": "-25.00", "status": "pending", "description": "BISTRO"})
    during = ledger.balances()
    assert (row["status"], row["posted_at"]) == ("PENDING", "2026-06-17T15:00:00Z")
    assert during["current"] == before["current"]
    assert during["available"] == before["available"] - 25
    assert ledger.descriptions_at_the_bank()[0] == "BISTRO"
    told(ledger.world.control("PUT", "/clock", json={"now": "2026-06-17T15:00:00Z"}))
    posted = told(ledger.world.control("GET", f"{ledger.path}/{row['sequence']}"))
    assert (posted["status"], posted["amount"]) == ("POSTED", "-21.00")


def test_a_hold_can_vanish(ledger: Ledger) -> None:
    [row] = ledger.put({"amount": "-50.00", "description": "FUEL HOLD", "dropped_at": "+PT2H"})
    assert row["status"] == "PENDING"
    ledger.world.advance("PT2H")
    assert told(ledger.world.control("GET", f"{ledger.path}/{row['sequence']}"))["status"] == "DROPPED"
    assert "FUEL HOLD" not in ledger.descriptions_at_the_bank()


def test_a_row_of_the_future_waits(ledger: Ledger) -> None:
    [row] = ledger.put({"amount": "1000.00", "description": "BONUS", "authorised_at": "+3d"})
    assert row["status"] == "UNBORN"
    assert "BONUS" not in [one["description"] for one in ledger.rows(limit=50)]
    ledger.world.advance("P3D")
    assert "BONUS" in [one["description"] for one in ledger.rows(limit=50)]


def test_many_rows_are_put_at_once_or_none(ledger: Ledger) -> None:
    rows = ledger.put([{"amount_minor": -place, "description": f"ROW {place}"} for place in range(1, 201)])
    assert [row["sequence"] for row in rows] == list(range(rows[0]["sequence"], rows[0]["sequence"] + 200))
    wish = [
        {"amount": "-1.00", "description": "FINE"},
        {"amount": "-1.001", "description": "HALF A CENT"},
        {"amount": "1"},
    ]
    refusal = refused(ledger.world.control("POST", ledger.path, json=wish), 400, "InvalidInput")
    assert [violation["name"] for violation in refusal["violations"]] == ["/1/amount", "/2/description"]
    assert "FINE" not in [row["description"] for row in ledger.rows(limit=300)]


def test_a_merchant_says_what_its_rows_look_like(ledger: Ledger) -> None:
    slug = next(row["merchant"] for row in ledger.rows(limit=1000) if "merchant" in row)
    [row] = ledger.put({"amount": "-9.99", "merchant": slug})
    assert row["merchant"] == slug
    assert all(row[name] for name in ("counterparty", "description", "mcc"))
    refusal = refused(
        ledger.world.control("POST", ledger.path, json={"amount": "-1", "merchant": slug + "x"}), 400, "InvalidInput"
    )
    assert slug in refusal["detail"]


@pytest.mark.parametrize(
    ("wish", "name"),
    [
        ({"description": "X"}, "/amount"),
        ({"amount": "-1.00"}, "/description"),
        ({"amount": -1.0, "description": "X"}, "/amount"),
        ({"amount": "-1.00", "amount_minor": -100, "description": "X"}, "/amount_minor"),
        ({"amount": "-1.00", "description": "X", "hold": "5.00"}, "/hold"),
        ({"amount": "-1.00", "description": "X", "posted_at": "now", "dropped_at": "now"}, "/dropped_at"),
        ({"amount": "-1.00", "description": "X", "authorised_at": "now", "posted_at": "-1d"}, "/posted_at"),
        ({"amount": "-1.00", "description": "X", "status": "pending", "posted_at": "-1d"}, "/posted_at"),
        ({"amount": "-1.00", "description": "X", "status": "posted", "posted_at": "+1d"}, "/status"),
        ({"amount": "-1.00", "description": "X", "status": "maybe"}, "/status"),
        ({"amount": "-1.00", "description": "X", "posted_at": "soon"}, "/posted_at"),
        ({"amount": "-1.00", "description": "X", "posted_at": "+1 fortnight"}, "/posted_at"),
        ({"amount": "-1.00", "description": "X", "colour": "red"}, "/colour"),
        ({"amount": "-1.00", "description": "NUL\0"}, "/description"),
    ],
)
def test_a_row_that_makes_no_sense_is_refused(ledger: Ledger, wish: dict[str, object], name: str) -> None:
    answer = ledger.world.control("POST", ledger.path, json=wish)
    assert answer.status_code == 400
    assert [violation["name"] for violation in answer.json()["violations"]] == [name], answer.text


def test_a_row_of_the_seeds_is_changed_in_this_world_alone(ledger: Ledger) -> None:
    row = next(row for row in ledger.rows(limit=100) if row["status"] == "POSTED")
    before = ledger.balances()
    path = f"{ledger.path}/{row['sequence']}"
    changed = told(ledger.world.control("PATCH", path, json={"amount_minor": row["amount_minor"] - 100, "memo": "hm"}))
    assert (changed["amount_minor"], changed["memo"]) == (row["amount_minor"] - 100, "hm")
    assert changed["description"] == row["description"]
    assert ledger.balances()["current"] == before["current"] - 1
    there = told(ledger.world.control("GET", path, params={"world": "default"}))
    assert there["amount_minor"] == row["amount_minor"]


def test_a_pending_row_is_made_to_post_now(ledger: Ledger) -> None:
    [row] = ledger.put({"amount": "-7.00", "description": "SLOW", "status": "pending"})
    path = f"{ledger.path}/{row['sequence']}"
    assert told(ledger.world.control("PATCH", path, json={"status": "posted"}))["posted_at"] == NOW
    back = told(ledger.world.control("PATCH", path, json={"status": "pending"}))
    assert (back["status"], back["posted_at"]) == ("PENDING", "2026-06-17T15:00:00Z")


def test_a_row_is_dropped_from_this_world_alone(ledger: Ledger) -> None:
    row = next(row for row in ledger.rows(limit=100) if row["status"] == "POSTED")
    before = ledger.balances()
    path = f"{ledger.path}/{row['sequence']}"
    assert ledger.world.control("DELETE", path).status_code == 204
    assert ledger.balances()["current"] == before["current"] - Decimal(row["amount"])
    refused(ledger.world.control("GET", path), 404, "TransactionNotFound")
    refused(ledger.world.control("DELETE", path), 404, "TransactionNotFound")
    assert told(ledger.world.control("GET", path, params={"world": "default"})) == row


def test_a_row_of_the_future_can_be_changed_and_dropped(ledger: Ledger) -> None:
    [row] = ledger.put({"amount": "5.00", "description": "LATER", "authorised_at": "+3d"})
    path = f"{ledger.path}/{row['sequence']}"
    assert told(ledger.world.control("PATCH", path, json={"description": "SOONER"}))["description"] == "SOONER"
    assert ledger.world.control("DELETE", path).status_code == 204
    refused(ledger.world.control("GET", path), 404, "TransactionNotFound")


def test_unknown_rows_and_accounts_are_not_found(ledger: Ledger) -> None:
    refused(ledger.world.control("PATCH", f"{ledger.path}/899999999", json={"memo": "x"}), 404, "TransactionNotFound")
    refused(ledger.world.control("GET", "/accounts/acc_x/transactions"), 404, "AccountNotFound")
    refused(ledger.world.control("GET", f"{ledger.path}/abc"), 400, "MalformedId")


@pytest.mark.parametrize("bank", ["chase", "wellsfargo", "usbank", "citi"])
@pytest.mark.parametrize("kind", ["CHECKING", "SAVINGS", "CREDIT_CARD"])
def test_every_kind_of_row_either_fits_the_bank_or_is_refused(world: World, bank: str, kind: str) -> None:
    """A row that the dialect has no form for must not break the account's feed."""
    ledger = Ledger(world, bank=bank, kind=kind)
    for entry_kind in (
        "PURCHASE",
        "REFUND",
        "CHECK",
        "ATM_WITHDRAWAL",
        "FEE",
        "INTEREST",
        "TRANSFER",
        "PAYMENT",
        "DIVIDEND",
    ):
        wish = {"amount": "-3.00", "description": "ANY", "kind": entry_kind}
        answer = world.control("POST", ledger.path, json=wish)
        assert answer.status_code in (201, 422), answer.text
    assert ledger.rows(limit=20)


def test_foreign_amounts_and_cheque_numbers_are_kept(ledger: Ledger) -> None:
    wish = {
        "amount": "-43.21", "description": "CAFE LISBOA", "channel": "ONLINE", "mcc": "5812", "category": "Restaurants",
        "foreign": {"amount": "39.80", "currency": "EUR", "rate": "1.0857"}, "counterparty": "Café Lisboa",
    }  # fmt: skip
    [row] = ledger.put(wish)
    assert {name: row[name] for name in wish} == wish
    [cheque] = ledger.put({"amount": "-10.00", "description": "CHECK 1042", "kind": "CHECK", "check_number": 1042})
    assert (cheque["channel"], cheque["check_number"]) == ("CHECK", 1042)
