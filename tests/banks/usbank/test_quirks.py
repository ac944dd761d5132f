"""What is peculiar about U.S. Bank, a sentence each."""

import re
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import requests

from sandbox.banks.usbank.errors import LISTS
from sandbox.kernel.clock import parse_instant
from tests.banks.usbank.conftest import Reader, UsBank
from tests.conftest import World

ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
LOCAL = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d")
YEAR = "start=2025-07-01&end=2026-06-15"


def error_of(answer: requests.Response) -> tuple[int, str, str]:
    """(status, code, what its detail points at)."""
    error = answer.json()["error"]
    return answer.status_code, error["code"], error["details"][0]["attributeName"]


def leaves(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [leaf for member in value.values() for leaf in leaves(member)]
    return [leaf for item in value for leaf in leaves(item)] if isinstance(value, list) else [value]


# --- What is absent -------------------------------------------------------------------------------------------------


def test_what_is_absent_is_empty_and_never_left_out(usbank: Reader) -> None:
    for customer in ("maya", "lena", "nina", "walt"):
        there = usbank(customer)
        accounts = there.json("/accounts/v1/accounts")["accounts"]
        whole = [there.json(f"/accounts/v1/accounts/{ref}") for _, ref, _ in there.accounts]
        rows = [row for _, ref, _ in there.accounts for row in there.rows(ref)]
        person = there.json("/accounts/v1/customers/current")
        for alike in (accounts, [one["account"] for one in whole], [one["account"]["loan"] for one in whole], rows):
            assert len({tuple(one) for one in alike}) == 1
        assert None not in leaves([accounts, whole, rows, person])


def test_principle_is_spelt_as_the_bank_spells_it(usbank: Reader) -> None:
    lena = usbank("lena")
    balances = lena.json(f"/accounts/v1/accounts/{lena.account('MORTGAGE')}")["account"]["balances"]
    assert balances["principleBalance"] == balances["currentBalance"] > 0


def test_a_checking_account_asked_for_its_cards_answers_200_with_an_error(usbank: Reader) -> None:
    maya = usbank()
    ref = maya.account("CHECKING")
    answer = maya.get(f"/accounts/v1/accounts/{ref}/cards")
    assert error_of(answer) == (200, "404.2002.1000", "cards")
    assert answer.json()["cards"] == []
    assert answer.json()["error"]["details"][0]["reason"] == f"Value of '{ref}'"


def test_a_window_without_rows_answers_200_with_an_error(usbank: Reader) -> None:
    maya = usbank()
    answer = maya.feed(maya.account("SAVINGS"), "start=2026-06-14&end=2026-06-14")
    assert error_of(answer) == (200, "404.2002.1000", "transactions")
    assert answer.json()["transactions"] == []
    assert error_of(usbank("chloe").feed(usbank("chloe").account("CHECKING"))) == (200, "404.2002.1000", "transactions")


@pytest.mark.parametrize(
    ("path", "member", "attribute"),
    [
        ("/accounts/v1/accounts/999999999999/cards", "cards", "account"),
        ("/accounts/v1/accounts/999999999999/statements", "statements", "account"),
        ("/transactions/v1/accounts/999999999999/transactions", "transactions", "transactions"),
        ("/accounts/v1/accounts/999999999999", None, "account"),
    ],
)
def test_a_list_that_is_not_there_is_a_404_with_the_empty_list_beside(
    usbank: Reader, path: str, member: str | None, attribute: str
) -> None:
    answer = usbank().get(path)
    assert error_of(answer) == (404, "404.2002.1000", attribute)
    assert set(answer.json()) == {"error"} | ({member} if member else set())


def test_a_customer_of_the_first_day_has_no_statements(usbank: Reader) -> None:
    chloe = usbank("chloe")
    answer = chloe.get(f"/accounts/v1/accounts/{chloe.account('CHECKING')}/statements")
    assert error_of(answer) == (404, "404.2002.1000", "statements")
    assert answer.json()["statements"] == []


def test_an_error_speaks_by_its_operation_as_the_document_says(world: World) -> None:
    document = world.server.app.services.documents["usbank"]
    lists = {
        name: operation["x-empty-list"]
        for path in document.raw["paths"].values()
        for operation in path.values()
        if isinstance(operation, dict) and "x-empty-list" in operation
        for name in [operation["operationId"]]
    }
    assert lists == LISTS


# --- Views ----------------------------------------------------------------------------------------------------------


def test_full_and_payments_tell_utc_and_the_other_views_central_time(usbank: Reader) -> None:
    maya = usbank()
    card, checking = maya.account("CREDIT_CARD"), maya.account("CHECKING")
    for ref, view, form in (
        (card, "FULL", ISO),
        (card, "PMT", ISO),
        (card, "SHORT", LOCAL),
        (card, "PUR", LOCAL),
        (checking, "MEMO", LOCAL),
    ):
        times = [row["transactionTimestamp"] for row in maya.rows(ref, f"view={view}")]
        assert times
        assert all(form.fullmatch(time) for time in times), view


def test_both_formats_mean_the_same_instant(usbank: Reader) -> None:
    maya = usbank()
    card = maya.account("CREDIT_CARD")
    whole = {row["transactionID"]: row for row in maya.rows(card)}
    for row in maya.rows(card, "view=SHORT"):
        instant = parse_instant(whole[row["transactionID"]]["transactionTimestamp"])
        assert row["transactionTimestamp"] == f"{instant.astimezone(ZoneInfo('America/Chicago')):%Y-%m-%d %H:%M}"


def test_each_view_shows_the_rows_that_it_is_for(usbank: Reader) -> None:
    maya = usbank()
    for ref in (maya.account("CREDIT_CARD"), maya.account("CHECKING")):
        whole = maya.rows(ref, YEAR)
        expected = {
            "SHORT": whole,
            "PMT": [row for row in whole if row["transactionType"] == "PAYMENT"],
            "PUR": [row for row in whole if row["transactionType"] == "PURCHASE"],
            "MEMO": [row for row in whole if row["memo"]],
        }
        for view, rows in expected.items():
            shown = [row["transactionID"] for row in maya.rows(ref, f"view={view}&{YEAR}")]
            assert shown == [row["transactionID"] for row in rows], view


def test_only_full_and_payments_tell_the_direction(usbank: Reader) -> None:
    maya = usbank()
    card = maya.account("CREDIT_CARD")
    told = {view: "debitCreditMemo" in maya.rows(card, f"view={view}")[0] for view in ("FULL", "PMT", "SHORT", "PUR")}
    assert told == {"FULL": True, "PMT": True, "SHORT": False, "PUR": False}


# --- Windows --------------------------------------------------------------------------------------------------------


def test_a_window_goes_by_the_central_day_of_the_purchase_and_includes_both_ends(usbank: Reader) -> None:
    maya = usbank()
    card = maya.account("CREDIT_CARD")
    days = [row["transactionTimestamp"][:10] for row in maya.rows(card, "view=SHORT")]
    first, last = "2026-03-01", "2026-03-31"
    shown = maya.rows(card, f"view=SHORT&start={first}&end={last}")
    assert len(shown) == sum(first <= day <= last for day in days) > 0


@pytest.mark.parametrize(
    ("window", "attribute"),
    [
        ("start=2026-06-01", "end"),
        ("end=2026-06-01", "start"),
        ("start=2026-06-02&end=2026-06-01", "start"),
        ("start=2024-06-01&end=2024-06-30", "start"),
        ("start=06/01/2026&end=2026-06-30", "start"),
        ("start=2026-06-01&end=2026-06-31", "end"),
    ],
)
def test_a_bad_window_is_malformed_and_the_detail_names_the_end_at_fault(
    usbank: Reader, window: str, attribute: str
) -> None:
    maya = usbank()
    assert error_of(maya.feed(maya.account("CHECKING"), window)) == (400, "400.1057.2000", attribute)


@pytest.mark.parametrize("view", ["FULL", "PUR"])
def test_of_more_than_a_thousand_rows_the_newest_thousand_come_and_the_rest_is_counted(
    usbank: Reader, view: str
) -> None:
    viktor = usbank("viktor")
    ref = viktor.accounts[1][1]
    answer = viktor.feed(ref, f"view={view}&start=2024-07-01&end=2026-06-15")
    rows = answer.json()["transactions"]
    assert len(rows) == 1000
    months = ("start=2024-07-01&end=2025-01-31", "start=2025-02-01&end=2025-10-31", "start=2025-11-01&end=2026-06-15")
    parts = [viktor.feed(ref, f"view={view}&{month}") for month in months]
    counted = [len(part.json()["transactions"]) + int(part.headers.get("Sandbank-Truncated", 0)) for part in parts]
    assert int(answer.headers["Sandbank-Truncated"]) == sum(counted) - 1000
    assert "Sandbank-Truncated" not in viktor.feed(ref, "start=2026-06-01&end=2026-06-15").headers


def test_without_a_window_everything_in_the_consents_look_back_comes(usbank: Reader) -> None:
    maya, brief = usbank(), usbank(lookback_days=30)
    card = maya.account("CREDIT_CARD")
    recent = [row for row in maya.rows(card) if row["transactionTimestamp"] >= "2026-05-16T15:00:00.000Z"]
    assert brief.rows(card) == recent != maya.rows(card)
    old = maya.rows(card)[-1]["transactionID"]
    assert error_of(brief.get(f"/transactions/v1/transactions/{old}")) == (404, "404.2002.1000", "transaction")


def test_a_row_added_to_the_world_is_found_by_window_and_by_id(usbank: Reader, world: World) -> None:
    maya = usbank()
    _, ref, canonical = maya.accounts[0]
    row = {"amount": "-12.50", "description": "LATE", "authorised_at": "2026-01-10T18:00:00Z",
           "posted_at": "2026-04-20T18:00:00Z"}  # fmt: skip
    answer = world.control("POST", f"/accounts/{canonical}/transactions", json=row)
    assert answer.status_code == 201, answer.text
    shown = [one for one in maya.rows(ref, "start=2026-01-10&end=2026-01-10") if one["description"] == "LATE"]
    assert len(shown) == 1
    assert maya.json(f"/transactions/v1/transactions/{shown[0]['transactionID']}")["transaction"] == shown[0]


# --- By id ----------------------------------------------------------------------------------------------------------


def test_a_transaction_is_found_by_its_id_alone(usbank: Reader) -> None:
    maya = usbank()
    for _, ref, _ in maya.accounts:
        for row in maya.rows(ref)[::40]:
            assert maya.json(f"/transactions/v1/transactions/{row['transactionID']}") == {"transaction": row}


def test_another_customers_transaction_is_like_one_that_is_not_there(usbank: Reader) -> None:
    omar = usbank("omar")
    theirs = omar.rows(omar.account("CREDIT_CARD"))[0]["transactionID"]
    for asked in (theirs, "445748349630", "0" * 18, "9" * 256):
        answer = usbank().get(f"/transactions/v1/transactions/{asked}")
        assert error_of(answer) == (404, "404.2002.1000", "transaction")
        assert answer.json()["error"]["details"][0]["reason"] == f"Value of '{asked}'"


def test_a_transaction_of_an_account_left_out_of_the_consent_is_not_found(usbank: Reader) -> None:
    maya = usbank()
    card, checking = maya.account("CREDIT_CARD"), maya.account("CHECKING")
    row = maya.rows(card)[0]["transactionID"]
    narrow = usbank(accounts=[checking])
    assert error_of(narrow.get(f"/transactions/v1/transactions/{row}"))[0] == 404


def test_a_refund_refers_to_its_purchase(usbank: Reader) -> None:
    priya = usbank("priya")
    rows = [row for kind, ref, _ in priya.accounts if kind == "CREDIT_CARD" for row in priya.rows(ref)]
    ids = {row["transactionID"]: row for row in rows}
    refunds = [row for row in rows if row["transactionType"] == "REFUND" and row["referenceTransactionID"] in ids]
    assert refunds
    assert all(ids[row["referenceTransactionID"]]["transactionType"] == "PURCHASE" for row in refunds)


# --- Accounts -------------------------------------------------------------------------------------------------------


def test_kinds_of_accounts_have_the_banks_own_letters(usbank: Reader) -> None:
    told = {
        (customer, one["accountType"]): one["description"]
        for customer in ("lena", "nina", "walt")
        for one in usbank(customer).json("/accounts/v1/accounts")["accounts"]
    }
    assert told["lena", "DDA"] == "Demand Deposit Account (checking)"
    assert told["nina", "BCD"] == "Business Credit Card"
    assert {letters for _, letters in told} == {"DDA", "SAV", "CCD", "BCD", "LOC", "CDA", "LON", "MTG", "BRK"}


def test_a_replaced_card_stays_in_the_list(usbank: Reader) -> None:
    henry = usbank("henry")
    ref = henry.account("CREDIT_CARD")
    cards = henry.json(f"/accounts/v1/accounts/{ref}/cards")["cards"]
    counted = henry.json(f"/accounts/v1/accounts/{ref}")["cards"]
    assert sorted(card["status"] for card in cards) == ["ACTIVE", "CANCELLED"]
    assert (counted["total"], counted["active"], counted["cancelled"]) == (2, 1, 1)
    assert all(re.fullmatch("X{12}[0-9]{4}", card["number"]) and card["cvv"] == "" for card in cards)


def test_plastic_is_sent_anew_before_it_expires(usbank: Reader) -> None:
    for customer in ("maya", "omar", "lena", "teo"):
        there = usbank(customer)
        cards = there.json(f"/accounts/v1/accounts/{there.account('CREDIT_CARD')}/cards")["cards"]
        assert all("2026-06-15" <= card["expirationDate"] <= "2030-06-30" for card in cards)


def test_holdings_need_a_consent_to_investments(usbank: Reader) -> None:
    others = ["ACCOUNT_BASIC", "ACCOUNT_DETAILED", "BALANCES", "TRANSACTIONS"]
    walt, narrow = usbank("walt"), usbank("walt", clusters=others)
    ref = walt.account("BROKERAGE")
    held, hidden = (there.json(f"/accounts/v1/accounts/{ref}")["account"] for there in (walt, narrow))
    assert held["holdings"]
    assert hidden["holdings"] == []
    assert held["balances"]["currentBalance"] == pytest.approx(
        held["balances"]["availableBalance"] + sum(one["marketValue"] for one in held["holdings"]), abs=200
    )
    assert narrow.feed(ref).json()["error"]["code"] == "403.1001.1000"
    row = walt.rows(ref)[0]["transactionID"]
    assert error_of(narrow.get(f"/transactions/v1/transactions/{row}")) == (403, "403.1001.1000", "consent")


def test_a_closed_account_shows_its_history_and_refuses_the_rest(usbank: Reader) -> None:
    sofia = usbank("sofia")
    closed = with_status(sofia, "CLOSED")
    assert sofia.rows(closed)
    for part in ("contact", "payment-networks"):
        answer = sofia.get(f"/accounts/v1/accounts/{closed}/{part}")
        assert error_of(answer) == (400, "400.2002.1000", "accountID")


def test_an_account_that_the_bank_locks_is_listed_and_refused(usbank: Reader, world: World) -> None:
    maya = usbank()
    _, ref, canonical = maya.accounts[-1]
    row = maya.rows(ref)[0]["transactionID"]
    assert world.control("PATCH", f"/accounts/{canonical}", json={"status": "LOCKED"}).status_code == 200
    assert with_status(maya, "LOCKED") == ref
    paths = [f"/accounts/v1/accounts/{ref}{part}" for part in ("", "/cards", "/contact", "/payment-networks")]
    paths += [f"/accounts/v1/accounts/{ref}/statements", f"/accounts/v1/accounts/{ref}/statements/1"]
    paths += [f"/transactions/v1/accounts/{ref}/transactions", f"/transactions/v1/transactions/{row}"]
    for path in paths:
        assert error_of(maya.get(path)) == (403, "403.2002.1000", "accountID"), path


def with_status(there: UsBank, status: str) -> str:
    listed = there.json("/accounts/v1/accounts")["accounts"]
    return next(str(one["accountID"]) for one in listed if one["status"] == status)


@pytest.mark.parametrize("kind", ["CREDIT_CARD", "CERTIFICATE", "BROKERAGE"])
def test_only_checking_and_savings_have_payment_numbers(usbank: Reader, kind: str) -> None:
    walt = usbank("walt")
    answer = walt.get(f"/accounts/v1/accounts/{walt.account(kind)}/payment-networks")
    assert error_of(answer) == (400, "400.2002.1000", "accountID")


def test_a_tokenized_number_serves_both_networks_and_its_consent_alone(usbank: Reader) -> None:
    first, second = usbank(), usbank()
    path = f"/accounts/v1/accounts/{first.account('CHECKING')}/payment-networks"
    mine, other = (there.json(path)["paymentNetworks"] for there in (first, second))
    assert [network["type"] for network in mine] == ["US_ACH", "US_RTP"]
    assert len({network["identifier"] for network in mine}) == 1
    assert mine[0]["identifier"] != other[0]["identifier"]


def test_a_statement_has_a_name_to_be_saved_under_and_a_time_in_print(usbank: Reader, world: World) -> None:
    ref = usbank().account("CHECKING")
    path = f"/accounts/v1/accounts/{ref}/statements"
    listed = usbank().json(path)["statements"]
    assert {one["status"] for one in listed} == {"AVAILABLE"}
    saved = usbank().get(f"{path}/{listed[0]['statementID']}").headers["Content-Disposition"]
    assert saved == f'attachment; filename="statement-{listed[0]["statementDate"]}.pdf"'
    day = listed[0]["statementDate"][8:]
    assert world.control("PUT", "/clock", json={"now": f"2026-07-{day}T23:30:00-05:00"}).status_code == 200
    world.advance("PT1H")
    fresh = usbank().json(path)["statements"][0]
    assert fresh["status"] == "PROCESSING"
    answer = usbank().get(f"{path}/{fresh['statementID']}")
    assert error_of(answer) == (400, "400.2002.1000", "statementID")
    world.advance("PT9H")
    assert usbank().get(f"{path}/{fresh['statementID']}").status_code == 200


# --- People and reference data --------------------------------------------------------------------------------------


def test_states_are_spelt_out_and_tax_ids_masked(usbank: Reader) -> None:
    maya = usbank().json("/accounts/v1/customers/current")["customer"]
    assert maya["addresses"][0]["state"] == "Oregon"
    assert re.fullmatch(r"XXX-XX-\d{4}", maya["taxID"])
    assert maya["governmentID"] == ""


def test_merchant_codes_are_there_for_any_live_token(usbank: Reader) -> None:
    poor = usbank(clusters=["ACCOUNT_BASIC"])
    assert poor.json("/transactions/v1/code/5814")["code"]["mcc"] == "5814"
    found = poor.json("/transactions/v1/codes/search?desc=reSTAUrant")["codes"]
    assert found
    assert all("restaurant" in code["combined_description"].lower() for code in found)
    assert error_of(poor.get("/transactions/v1/code/0000")) == (404, "404.2000.1000", "mcc")
    unknown = poor.get("/transactions/v1/codes/search?desc=zeppelin")
    assert error_of(unknown) == (404, "404.2000.1000", "description")


def test_every_merchant_code_of_the_feed_is_in_the_table(usbank: Reader) -> None:
    codes = set()
    for customer in ("maya", "tomas", "priya", "nina"):
        there = usbank(customer)
        codes |= {row["subCategory"] for _, ref, _ in there.accounts for row in there.rows(ref)} - {""}
    missing = [code for code in sorted(codes) if usbank().get(f"/transactions/v1/code/{code}").status_code != 200]
    assert missing == []


# --- Calls ----------------------------------------------------------------------------------------------------------


def test_the_correlation_id_comes_back_or_is_made(usbank: Reader) -> None:
    maya = usbank()
    path = "/accounts/v1/accounts"
    for asked in (path, "/nothing", f"{path}?surprise=1"):
        assert maya.get(asked, headers={"Correlation-ID": "bot-42"}).headers["Correlation-ID"] == "bot-42"
    made = {maya.get(path).headers["Correlation-ID"] for _ in range(3)}
    assert len(made) == 3
    assert all(re.fullmatch(r"[0-9a-f-]{36}", mark) for mark in made)


def test_a_correlation_id_that_cannot_be_repeated_is_refused_and_replaced(usbank: Reader) -> None:
    answer = usbank().get("/accounts/v1/accounts", headers={"Correlation-ID": "x" * 65})
    assert error_of(answer) == (400, "400.1057.2000", "Correlation-ID")
    assert re.fullmatch(r"[0-9a-f-]{36}", answer.headers["Correlation-ID"])


def test_every_fault_of_a_request_has_a_detail_of_its_own(usbank: Reader) -> None:
    maya = usbank()
    answer = maya.feed(maya.account("CHECKING"), "view=LONG&page=2&start=June")
    details = answer.json()["error"]["details"]
    assert {detail["attributeName"] for detail in details} == {"view", "page", "start"}


def test_a_token_answer_has_nothing_of_the_banks_own(world: World) -> None:
    given, client = world.consent("usbank"), world.clients["usbank"]
    answer = requests.post(
        f"{world.server.url}/usbank/auth/oauth2/v1/token",
        data={"grant_type": "refresh_token", "refresh_token": given["refresh_token"]},
        auth=(client["client_id"], client["client_secret"]),
        timeout=30,
    )
    assert set(answer.json()) == {"access_token", "token_type", "expires_in", "refresh_token", "scope"}
    assert (answer.json()["token_type"], answer.json()["expires_in"]) == ("Bearer", 1800)
