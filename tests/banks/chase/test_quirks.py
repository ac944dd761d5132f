"""What is peculiar about Chase, a sentence each."""

from datetime import datetime
from typing import Any

import pytest
import requests

from tests.banks.chase.conftest import Reader
from tests.conftest import World

TWO_YEARS = "startTime=2024-06-20&endTime=2026-06-15"


def assert_refused(answer: requests.Response, status: int, code: int) -> None:
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text


# --- Shapes ---------------------------------------------------------------------------------------------------------


def test_accounts_stand_under_the_name_of_their_kind(chase: Reader) -> None:
    lena = chase("lena")
    wrappers = [list(item) for item in lena.json("/accounts")["accounts"]]
    kinds = {"CHECKING": "deposit", "SAVINGS": "deposit", "CREDIT_CARD": "loc", "LINE_OF_CREDIT": "loc"}
    assert wrappers == [[f"{kinds.get(kind, 'loan')}Account"] for kind, _ in lena.accounts]


def test_listed_transactions_are_wrapped_and_embedded_ones_are_not(chase: Reader) -> None:
    maya = chase()
    listed = maya.json(f"/accounts/{maya.account('CREDIT_CARD')}/transactions")["transactions"]
    details = maya.json("/accounts?resultType=details")["accounts"]
    embedded = next(item["locAccount"]["transactions"] for item in details if "locAccount" in item)
    assert [item["locTransaction"] for item in listed] == embedded


def test_a_card_purchase_carries_no_transaction_type(chase: Reader) -> None:
    maya = chase()
    rows = maya.rows(maya.account("CREDIT_CARD"), TWO_YEARS)
    purchases = [row for row in rows if "category" in row and row["debitCreditMemo"] == "DEBIT"]
    payments = [row for row in rows if row.get("transactionType") == "PAYMENT"]
    assert purchases
    assert all("transactionType" not in row for row in purchases)
    assert payments
    assert {row.get("transactionType") for row in rows} <= {
        None, "ADJUSTMENT", "CHECK", "FEE", "INTEREST", "PAYMENT", "WITHDRAWAL",
    }  # fmt: skip


def test_amounts_are_absolute_and_the_memo_tells_the_direction(chase: Reader) -> None:
    maya = chase()
    rows = maya.rows(maya.account("CHECKING"), TWO_YEARS)
    assert all(row["amount"] >= 0 for row in rows)
    assert {row["debitCreditMemo"] for row in rows} == {"CREDIT", "DEBIT"}
    pay = next(row for row in rows if row["transactionType"] == "DIRECTDEPOSIT")
    assert pay["debitCreditMemo"] == "CREDIT"


def test_foreign_amounts_are_told_in_their_own_currency(chase: Reader) -> None:
    tomas = chase("tomas")
    rows = [row for kind, ref in tomas.accounts if kind == "CREDIT_CARD" for row in tomas.rows(ref, TWO_YEARS)]
    foreign = [row for row in rows if "foreignCurrency" in row]
    assert foreign
    assert all(row["foreignAmount"] > 0 and row["foreignCurrency"] != "USD" for row in foreign)


def test_a_refund_refers_to_its_purchase_by_the_last_twelve_digits(chase: Reader) -> None:
    priya = chase("priya")
    rows = [row for kind, ref in priya.accounts if kind == "CREDIT_CARD" for row in priya.rows(ref, TWO_YEARS)]
    ids = {row["transactionId"][-12:] for row in rows}
    refunds = [row for row in rows if "reference" in row and row["debitCreditMemo"] == "CREDIT"]
    assert refunds
    assert all(len(row["reference"]) == 12 for row in refunds)
    assert any(row["reference"] in ids for row in refunds)


def test_addresses_say_state(chase: Reader) -> None:
    customer = chase().json("/customers/current")
    assert [set(address) & {"state", "region"} for address in customer["addresses"]] == [{"state"}]


def test_a_supplementary_card_holder_is_secondary(chase: Reader) -> None:
    teo = chase("teo")
    holders = teo.json(f"/accounts/{teo.account('CREDIT_CARD')}/contact")["holders"]
    assert {holder["relationship"] for holder in holders} == {"PRIMARY", "SECONDARY"}


def test_holdings_and_trades_need_a_consent_to_investments(chase: Reader) -> None:
    walt = chase("walt", clusters=["ACCOUNT_BASIC", "ACCOUNT_DETAILED", "BALANCES", "TRANSACTIONS"])
    brokerage = walt.account("BROKERAGE")
    assert "holdings" not in walt.json(f"/accounts/{brokerage}")["investmentAccount"]
    assert_refused(walt.get(f"/accounts/{brokerage}/transactions"), 403, 602)
    assert chase("walt").json(f"/accounts/{brokerage}")["investmentAccount"]["holdings"]


# --- Time -----------------------------------------------------------------------------------------------------------


def test_without_a_window_the_last_seven_days_are_answered_today_included(chase: Reader) -> None:
    maya = chase()
    card = maya.account("CREDIT_CARD")
    default = maya.get(f"/accounts/{card}/transactions")
    week = maya.get(f"/accounts/{card}/transactions?startTime=2026-06-09&endTime=2026-06-15")
    assert default.json()["transactions"] == week.json()["transactions"]


def test_only_the_date_of_a_timestamp_counts(chase: Reader) -> None:
    maya = chase()
    card = maya.account("CREDIT_CARD")
    whole = maya.rows(card, "startTime=2026-06-09&endTime=2026-06-10")
    late = maya.rows(card, "startTime=2026-06-09T23:59:59Z&endTime=2026-06-10T00:00:00Z")
    assert whole == late != []


@pytest.mark.parametrize(
    ("window", "code"),
    [
        ("startTime=2026-06-01", 703),
        ("endTime=2026-06-01", 703),
        ("startTime=2026-06-02&endTime=2026-06-01", 703),
        ("startTime=2024-06-01&endTime=2024-06-30", 703),
        ("startTime=2026-06-31&endTime=2026-07-01", 702),
        ("startTime=June&endTime=July", 702),
    ],
)
def test_a_window_has_two_ends_in_order_and_inside_two_years(chase: Reader, window: str, code: int) -> None:
    maya = chase()
    for path in (f"/accounts/{maya.account('CHECKING')}/transactions", "/accounts"):
        assert_refused(maya.get(f"{path}?{window}"), 400, code)


def test_a_hold_settles_under_its_own_id_at_another_amount(chase: Reader, world: World) -> None:
    """A pending row has no `postedTimestamp`; the row keeps its id when it posts."""
    tomas = chase("tomas")
    held: dict[str, dict[str, Any]] = {}
    for _, ref in tomas.accounts:
        held |= {row["transactionId"]: row for row in tomas.rows(ref, "startTime=2026-06-01&endTime=2026-06-15")}
    pending = {name: row for name, row in held.items() if row["status"] == "PENDING"}
    assert pending
    assert all("postedTimestamp" not in row for row in pending.values())
    world.advance("P15D")
    later = chase("tomas")
    window = "startTime=2026-06-01&endTime=2026-06-30"
    posted = {row["transactionId"]: row for _, ref in later.accounts for row in later.rows(ref, window)}
    settled = [posted[name] for name in pending if name in posted]
    assert settled
    assert {row["status"] for row in settled} == {"POSTED"}
    assert all("postedTimestamp" in row for row in settled)


def test_a_statement_is_in_print_for_nine_hours(chase: Reader, world: World) -> None:
    ref = chase().account("CHECKING")
    newest = chase().json(f"/accounts/{ref}/statements")["statements"][0]["statementDate"]
    cut = datetime.fromisoformat(newest)
    month = cut.replace(month=cut.month % 12 + 1)
    now = f"{month:%Y-%m-%d}T23:00:00-04:00"
    assert world.control("PUT", "/clock", json={"now": now}).status_code == 200
    world.advance("PT2H")
    maya = chase()
    fresh = maya.json(f"/accounts/{ref}/statements")["statements"][0]
    assert (fresh["status"], "links" in fresh) == ("PROCESSING", False)
    path = f"/accounts/{ref}/statements/{fresh['statementId']}"
    assert_refused(maya.get(path), 400, 1300)
    world.advance("PT9H")
    maya = chase()
    fresh = maya.json(f"/accounts/{ref}/statements")["statements"][0]
    assert fresh["status"] == "AVAILABLE"
    document = requests.get(
        fresh["links"][0]["href"], headers={"Authorization": f"Bearer {maya.access.token}"}, timeout=30
    )
    assert document.content.startswith(b"%PDF-")


# --- Calls ----------------------------------------------------------------------------------------------------------


def test_the_interaction_id_comes_back_and_none_is_made_up(chase: Reader) -> None:
    maya = chase()
    assert maya.get("/accounts", headers={"interactionId": "bot-42"}).headers["interactionId"] == "bot-42"
    assert maya.get("/nothing", headers={"interactionId": "bot-42"}).headers["interactionId"] == "bot-42"
    assert "interactionId" not in maya.get("/accounts").headers


def test_codes_of_errors_are_numbers(chase: Reader) -> None:
    body = chase().get("/accounts/unknown").json()
    assert body["code"] == 701
    assert isinstance(body["code"], int)


def test_an_unknown_account_in_a_list_is_answered_like_an_unknown_account(chase: Reader) -> None:
    maya = chase()
    assert_refused(maya.get(f"/accounts?accountIds={maya.account('CHECKING')},unknown"), 404, 701)


def test_an_account_named_twice_is_listed_once(chase: Reader) -> None:
    maya = chase()
    ref = maya.account("CHECKING")
    assert maya.json(f"/accounts?accountIds={ref},{ref}")["page"]["totalElements"] == 1


def test_a_tokenized_number_belongs_to_its_consent(chase: Reader) -> None:
    first, second = chase(), chase()
    path = f"/accounts/{first.account('CHECKING')}/payment-networks"
    numbers = [there.json(path)["paymentNetworks"][0] for there in (first, first, second)]
    assert numbers[0] == numbers[1]
    assert numbers[0]["identifier"] != numbers[2]["identifier"]
    assert {number["identifierType"] for number in numbers} == {"TOKENIZED_ACCOUNT_NUMBER"}


@pytest.mark.parametrize("kind", ["CREDIT_CARD", "CERTIFICATE", "BROKERAGE"])
def test_only_checking_and_savings_can_be_paid_into(chase: Reader, kind: str) -> None:
    walt = chase("walt")
    assert_refused(walt.get(f"/accounts/{walt.account(kind)}/payment-networks"), 422, 704)


def test_an_account_that_the_bank_locks_is_listed_and_refused(chase: Reader, world: World) -> None:
    maya = chase()
    locked = maya.account("CREDIT_CARD")
    canonical = world.consent("chase")["accounts"][-1]["account_id"]
    assert world.control("PATCH", f"/accounts/{canonical}", json={"status": "LOCKED"}).status_code == 200
    assert maya.status_of(locked) == "RESTRICTED"
    details = maya.json(f"/accounts?accountIds={locked}&resultType=details")["accounts"][0]["locAccount"]
    assert "transactions" not in details
    for part in ("", "/contact", "/transactions", "/statements", "/statements/1", "/payment-networks"):
        assert_refused(maya.get(f"/accounts/{locked}{part}"), 403, 706)


def test_a_closed_account_keeps_its_history_and_nothing_else(chase: Reader) -> None:
    sofia = chase("sofia")
    closed = next(ref for _, ref in sofia.accounts if sofia.status_of(ref) == "CLOSED")
    assert sofia.rows(closed, TWO_YEARS)
    assert sofia.json(f"/accounts/{closed}/statements")["statements"]
    for part in ("/contact", "/payment-networks"):
        assert_refused(sofia.get(f"/accounts/{closed}{part}"), 409, 705)


# --- Consent --------------------------------------------------------------------------------------------------------


def test_a_consent_does_not_end_by_itself(world: World) -> None:
    assert world.consent("chase")["expires_at"] is None


def test_refreshing_tells_when_the_customer_consented_and_keeps_the_refresh_token(world: World) -> None:
    given = world.consent("chase")
    world.advance("P200D")
    client = world.clients["chase"]

    def refreshed() -> dict[str, Any]:
        answer = requests.post(
            f"{world.server.url}/chase/aggregator-oauth/v1/token",
            data={"grant_type": "refresh_token", "refresh_token": given["refresh_token"]},
            auth=(client["client_id"], client["client_secret"]),
            timeout=30,
        )
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    first, second = refreshed(), refreshed()
    assert first["access_token"] != second["access_token"]
    assert first["refresh_token"] == second["refresh_token"] == given["refresh_token"]
    assert first["token_type"] == "bearer"
    assert first["scope"] == given["scope"]
    assert first["expires_in"] == 900
    assert first["consented_on"] == 1781535600
    assert first["refresh_token_expires_in"] == 165 * 86400


def test_the_consent_service_is_alive_for_clients_that_it_knows(world: World) -> None:
    url = f"{world.server.url}/chase/aggregator-oauth/v1/ping"
    known = requests.get(url, headers={"client-id": world.clients["chase"]["client_id"]}, timeout=30)
    assert (known.status_code, known.json()) == (200, {"status": "ok"})
    for headers in ({}, {"client-id": "nobody"}):
        unknown = requests.get(url, headers=headers, timeout=30)
        assert (unknown.status_code, unknown.json()) == (401, {"error": "invalid_client"})
