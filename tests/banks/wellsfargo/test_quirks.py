"""What is peculiar to this bank, a sentence each."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any
from urllib.parse import urlencode

import pytest
import requests

from sandbox.banks.wellsfargo import BANK, names
from sandbox.contract import documents
from sandbox.dialect import cheque
from sandbox.kernel import errors
from sandbox.kernel.clock import iso
from sandbox.ledger.accounts import Account, AccountKind, Terms
from sandbox.ledger.entries import Channel, Entry, EntryKind, EntryStatus, Foreign, Trade
from sandbox.ledger.feed import FeedRow
from sandbox.worlds.accounts import AccountView
from tests.banks.wellsfargo.test_golden import YEAR, fdx
from tests.conftest import USUAL_HEADERS, Access, World

NOW = datetime(2026, 6, 15, 15, tzinfo=UTC)
SENT = USUAL_HEADERS["wellsfargo"]["x-fapi-interaction-id"]
UNKNOWN = "/accounts/00000000-0000-4000-8000-000000000000"


# --- Headers ------------------------------------------------------------------------------------------------------


def test_the_interaction_id_comes_back_on_answers_and_on_errors(world: World) -> None:
    maya = world.access("wellsfargo")

    for path in ("/accounts", UNKNOWN, "/nothing"):
        assert fdx(maya, path).headers["x-fapi-interaction-id"] == SENT


@pytest.mark.parametrize("sent", [None, "", "42", f"{SENT}, {SENT}", f"{SENT}\u00e9"])
def test_a_call_without_a_good_interaction_id_is_refused_under_one_of_the_banks_own(
    world: World, sent: str | None
) -> None:
    answer = fdx(world.access("wellsfargo"), "/accounts", headers={"x-fapi-interaction-id": sent})

    assert code(answer) == (400, "401")
    assert answer.headers["x-fapi-interaction-id"] not in (SENT, sent)
    assert len(answer.headers["x-fapi-interaction-id"]) == len(SENT)


def test_an_actor_is_named_for_data_and_need_not_be_for_the_interface_itself(world: World) -> None:
    maya = world.access("wellsfargo")
    nameless = {"FDX-API-Actor-Type": None}

    assert code(fdx(maya, "/accounts", headers=nameless)) == (400, "401")
    assert code(fdx(maya, "/accounts", headers={"FDX-API-Actor-Type": "ROBOT"})) == (400, "401")
    assert fdx(maya, "/availability", headers=nameless).status_code == 200


def test_every_error_has_an_id_of_its_own_and_a_code_that_is_text(world: World) -> None:
    maya = world.access("wellsfargo")
    first, second = (fdx(maya, UNKNOWN).json() for _ in range(2))

    assert first["code"] == second["code"] == "701"
    assert first["debugMessage"].startswith("error ")
    assert first["debugMessage"] != second["debugMessage"]


def test_the_document_names_no_error_that_the_kernel_does_not_know() -> None:
    table = documents.load("wellsfargo").raw["components"]["x-error-table"]

    assert [name for name in table if not hasattr(errors, name)] == []


# --- Lists --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("limit", [1, 7, 500])
def test_pages_lead_through_every_transaction_once(world: World, limit: int) -> None:
    omar = world.access("wellsfargo", "omar")
    path = f"/accounts/{account(omar, 'CHECKING')['accountId']}/transactions?startDate=2026-05-01&endDate=2026-06-15"
    whole = fdx(omar, f"{path}&limit=500").json()

    ids = [row["transactionId"] for page in walk(omar, f"{path}&limit={limit}") for row in page["transactions"]]

    assert ids == [row["transactionId"] for row in whole["transactions"]]
    assert len(set(ids)) == whole["page"]["totalElements"] > 7


def test_pages_lead_through_every_short_list_too(world: World) -> None:
    lena = world.access("wellsfargo", "lena")

    for path, member in (("/accounts", "accounts"), ("/accounts?resultType=details", "accounts")):
        whole = fdx(lena, path).json()[member]
        pages = list(walk(lena, f"{path}{'&' if '?' in path else '?'}limit=2"))
        assert [item for page in pages for item in page[member]] == whole
        assert {page["page"]["totalElements"] for page in pages} == {len(whole)}


def test_a_key_belongs_to_its_list_and_its_consent(world: World) -> None:
    maya, again = world.access("wellsfargo"), world.access("wellsfargo")
    card, checking = (f"/accounts/{account(maya, kind)['accountId']}" for kind in ("CREDITCARD", "CHECKING"))
    key = fdx(maya, f"{card}/transactions?limit=1&{YEAR}").json()["page"]["nextPageKey"]
    altered = key[:-1] + ("1" if key[-1] == "0" else "0")

    assert fdx(maya, f"{card}/transactions?limit=3&{YEAR}&pageKey={key}").status_code == 200
    for access, path in (
        (maya, f"{checking}/transactions?limit=1&{YEAR}&pageKey={key}"),
        (maya, f"{card}/transactions?limit=1&pageKey={key}"),
        (maya, f"{card}/reward-transactions?limit=1&{YEAR}&pageKey={key}"),
        (maya, f"{card}/transactions?limit=1&{YEAR}&pageKey={altered}"),
        (maya, f"/accounts?limit=1&pageKey={key}"),
        (again, f"{card}/transactions?limit=1&{YEAR}&pageKey={key}"),
    ):
        assert code(fdx(access, path)) == (400, "401"), path


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("startDate=2026-06-01", "703"),
        ("endTime=2026-06-01", "703"),
        ("startDate=2026-06-02&endDate=2026-06-01", "703"),
        ("startDate=2024-06-13&endDate=2026-06-01", "703"),
        ("startDate=2026-06-01&endTime=2026-06-02", "703"),
        ("startDate=2026-06-01&endDate=2026-06-02&startTime=2026-06-01&endTime=2026-06-02", "703"),
        ("startDate=2026-02-29&endDate=2026-06-02", "702"),
        ("startDate=2026-06-01T00:00:00Z&endDate=2026-06-02", "702"),
        ("startTime=20260601&endTime=2026-06-02", "702"),
    ],
)
def test_a_range_has_two_ends_in_order_in_one_spelling_within_24_months(
    world: World, query: str, expected: str
) -> None:
    maya = world.access("wellsfargo")
    card = f"/accounts/{account(maya, 'CREDITCARD')['accountId']}"

    for place in ("transactions", "statements"):
        assert code(fdx(maya, f"{card}/{place}?{query}")) == (400, expected)


def test_only_the_day_counts_of_a_time(world: World) -> None:
    maya = world.access("wellsfargo")
    path = f"/accounts/{account(maya, 'CREDITCARD')['accountId']}/transactions"
    by_day = fdx(maya, f"{path}?startDate=2026-06-01&endDate=2026-06-05").json()
    by_time = fdx(maya, f"{path}?startTime=2026-06-01T23:59:59Z&endTime=2026-06-05T00:00:00Z").json()

    assert by_day == by_time


def test_without_a_range_the_last_seven_days_are_told_and_every_statement(world: World) -> None:
    maya = world.access("wellsfargo")
    card = f"/accounts/{account(maya, 'CREDITCARD')['accountId']}"
    week = fdx(maya, f"{card}/transactions?startDate=2026-06-09&endDate=2026-06-15&limit=500").json()

    assert fdx(maya, f"{card}/transactions?limit=500").json() == week
    assert fdx(maya, f"{card}/statements").json()["page"]["totalElements"] >= 23


def test_the_lookback_cuts_history_short_without_a_word(world: World) -> None:
    maya = world.access("wellsfargo", lookback_days=30)
    card = f"/accounts/{account(maya, 'CREDITCARD')['accountId']}"
    rows = fdx(maya, f"{card}/transactions?{YEAR}&limit=500").json()["transactions"]

    assert 0 < len(rows) < 200
    assert min(row.get("postedTimestamp", "9999") for row in rows) >= "2026-05-16T15:00:00Z"
    assert fdx(maya, f"{card}/statements").json()["page"]["totalElements"] == 1


# --- Partial answers, closed and locked accounts -------------------------------------------------------------------


def test_a_dormant_account_answers_in_part(world: World) -> None:
    sofia = world.access("wellsfargo", "sofia")
    listed = fdx(sofia, "/accounts?resultType=details")
    asleep = next(item for item in listed.json()["accounts"] if item["productName"] == "Passbook Savings")
    alone = fdx(sofia, f"/accounts/{asleep['accountId']}")

    assert (listed.status_code, alone.status_code) == (206, 206)
    assert alone.json() == asleep
    assert asleep["error"]["code"] == "501"
    assert asleep["fiAttributes"] == [{"name": "dormantSince", "value": "2026-03-15"}]
    assert "currentBalance" not in asleep
    assert fdx(sofia, "/accounts").status_code == 200
    assert fdx(sofia, f"/accounts/{asleep['accountId']}/transactions?{YEAR}").status_code == 200


def test_a_page_without_such_an_account_is_whole(world: World) -> None:
    sofia = world.access("wellsfargo", "sofia")
    statuses = [page.status_code for page in walk_answers(sofia, "/accounts?resultType=details&limit=1")]

    assert sorted(statuses) == [200, 200, 200, 200, 206]


def test_a_locked_account_shows_its_description_and_refuses_the_rest(world: World) -> None:
    maya = world.access("wellsfargo")
    checking = account(maya, "CHECKING")["accountId"]
    change(world, "maya", "CHECKING", status="LOCKED")

    listed = fdx(maya, "/accounts?resultType=details")
    assert listed.status_code == 206
    assert account(maya, "CHECKING")["status"] == "RESTRICTED"
    assert listed.json()["accounts"][0]["error"]["code"] == "706"
    for place in ("", "/contact", "/payment-networks", "/transactions", "/statements", "/terms-and-conditions"):
        assert code(fdx(maya, f"/accounts/{checking}{place}")) == (403, "706"), place


def test_a_closed_account_keeps_its_history_and_refuses_what_is_for_the_living(world: World) -> None:
    sofia = world.access("wellsfargo", "sofia")
    accounts = fdx(sofia, "/accounts").json()["accounts"]
    closed = next(item["accountId"] for item in accounts if item["status"] == "CLOSED")

    for place in ("", f"/transactions?{YEAR}", "/statements"):
        assert fdx(sofia, f"/accounts/{closed}{place}").status_code == 200, place
    for place in ("/contact", "/payment-networks", "/terms-and-conditions"):
        assert code(fdx(sofia, f"/accounts/{closed}{place}")) == (409, "705"), place


def test_an_account_whose_first_statement_is_to_come_has_none(world: World) -> None:
    chloe = world.access("wellsfargo", "chloe")
    path = f"/accounts/{account(chloe, 'CHECKING')['accountId']}/statements"

    assert code(fdx(chloe, path)) == (404, "1108")


def test_a_statement_is_in_print_for_some_hours_after_its_day(world: World) -> None:
    maya = world.access("wellsfargo")
    path = f"/accounts/{account(maya, 'CHECKING')['accountId']}/statements"
    world.advance("P5DT17H")  # an hour after the day of the 20th has ended on the west coast
    maya = world.access("wellsfargo")

    newest = fdx(maya, path).json()["statements"][0]
    assert (newest["statementDate"], newest["status"], newest.get("links")) == ("2026-06-20", "PROCESSING", None)
    assert code(fdx(maya, f"{path}/{newest['statementId']}")) == (400, "1300")


# --- What the consent covers --------------------------------------------------------------------------------------


def test_members_of_an_account_follow_the_clusters(world: World) -> None:
    bare = account(world.access("wellsfargo", clusters=["ACCOUNT_BASIC", "BALANCES"]), "CREDITCARD", "details")
    billed = account(
        world.access("wellsfargo", clusters=["ACCOUNT_BASIC", "BALANCES", "BILLS"]), "CREDITCARD", "details"
    )
    whole = account(world.access("wellsfargo"), "CREDITCARD", "details")

    assert {"currentBalance", "availableCredit"} <= bare.keys()
    assert not {"creditLine", "purchasesApr", "nextPaymentDate", "bills", "rewardProgramId"} & bare.keys()
    assert billed.keys() - bare.keys() == {"bills", "scheduledPayments"}
    assert {"creditLine", "purchasesApr", "nextPaymentDate", "bills", "rewardProgramId"} <= whole.keys()


def test_details_need_the_balances(world: World) -> None:
    maya = world.access("wellsfargo", clusters=["ACCOUNT_BASIC"])

    assert fdx(maya, "/accounts").status_code == 200
    assert code(fdx(maya, "/accounts?resultType=details")) == (403, "602")


def test_a_loans_own_rate_is_always_told_and_holdings_need_the_investments(world: World) -> None:
    clusters = ["ACCOUNT_BASIC", "BALANCES", "TRANSACTIONS"]
    loan = account(world.access("wellsfargo", "lena", clusters=clusters), "MORTGAGE", "details")
    walt = world.access("wellsfargo", "walt", clusters=clusters)
    brokerage = account(walt, "TAXABLE", "details")

    assert {"interestRate", "interestRateType"} <= loan.keys()
    assert "holdings" not in brokerage
    assert code(fdx(walt, f"/accounts/{brokerage['accountId']}/transactions")) == (403, "602")


def test_a_token_of_narrower_scope_reads_less_than_its_consent_grants(world: World) -> None:
    given = world.consent("wellsfargo")
    narrow = token(
        world, grant_type="refresh_token", refresh_token=given["refresh_token"], scope="fdx:accountbasic:read"
    )
    weak = Access(f"{world.server.url}/wellsfargo", "", narrow.json()["access_token"], USUAL_HEADERS["wellsfargo"])
    refused = fdx(weak, "/accounts?resultType=details")

    assert fdx(weak, "/accounts").status_code == 200
    assert code(refused) == (403, "403")
    assert refused.headers["WWW-Authenticate"] == 'Bearer error="insufficient_scope"'


def test_unknown_accounts_are_left_out_of_a_list_that_asks_for_them(world: World) -> None:
    maya = world.access("wellsfargo")
    card = account(maya, "CREDITCARD")["accountId"]
    asked = fdx(maya, f"/accounts?accountIds=unknown,{card}").json()

    assert [item["accountId"] for item in asked["accounts"]] == [card]
    assert fdx(maya, "/accounts?accountIds=unknown").json() == {"page": {"totalElements": 0}, "accounts": []}


def test_the_business_is_a_customer_with_its_name_and_joint_holders_are_left_to_the_contact(world: World) -> None:
    nina = fdx(world.access("wellsfargo", "nina"), "/customers/current").json()
    amina = world.access("wellsfargo", "amina")
    joint = fdx(amina, f"/accounts/{account(amina, 'CHECKING')['accountId']}/contact").json()

    assert (nina["type"], nina["name"]["company"]) == ("BUSINESS", "Nina Park Ceramics LLC")
    assert fdx(amina, "/customers").json()["page"]["totalElements"] == 1
    assert [holder["relationship"] for holder in joint["holders"]] == ["PRIMARY_JOINT", "SECONDARY_JOINT"]


# --- Transactions -------------------------------------------------------------------------------------------------


def test_a_hold_keeps_its_id_when_it_settles_at_another_amount(world: World) -> None:
    maya = world.access("wellsfargo")
    path = f"/accounts/{account(maya, 'CREDITCARD')['accountId']}/transactions"
    rows = fdx(maya, path).json()["transactions"]
    hold = next(row for row in rows if row["status"] == "PENDING" and row["amount"] == 51.0)
    world.advance("P4D")
    maya = world.access("wellsfargo")
    settled = next(
        row for row in fdx(maya, path).json()["transactions"] if row["transactionId"] == hold["transactionId"]
    )

    assert (settled["status"], settled["amount"]) == ("POSTED", 61.2)
    assert "postedTimestamp" in settled.keys() - hold.keys()


def test_a_refund_is_an_adjustment_that_points_at_the_purchase(world: World) -> None:
    rows = year_of(world.access("wellsfargo"), "CREDITCARD")
    refund = next(row for row in rows if row["debitCreditMemo"] == "CREDIT" and "reference" in row)
    bought = next(row for row in rows if row["transactionId"].endswith(refund["reference"]))

    assert (refund["transactionType"], bought["transactionType"]) == ("ADJUSTMENT", "PURCHASE")
    assert bought["transactionPayee"] == refund["transactionPayee"]


def test_a_cheque_has_a_picture_which_no_other_account_and_no_other_id_shows(world: World) -> None:
    maya = world.access("wellsfargo")
    checking, savings = (account(maya, kind)["accountId"] for kind in ("CHECKING", "SAVINGS"))
    (image,) = next(row["imageIds"] for row in year_of(maya, "CHECKING") if "checkNumber" in row)
    picture = fdx(maya, f"/accounts/{checking}/transaction-images/{image}")

    assert picture.headers["Content-Type"] == "image/png"
    assert picture.content.startswith(b"\x89PNG")
    drawn = cheque.front.cache_info().misses
    assert picture.content == fdx(maya, f"/accounts/{checking}/transaction-images/{image}").content
    assert cheque.front.cache_info().misses == drawn
    for path in (f"{savings}/transaction-images/{image}", f"{checking}/transaction-images/{image[:-1]}B"):
        assert code(fdx(maya, f"/accounts/{path}")) == (404, "1103")
    blind = world.access("wellsfargo", clusters=["ACCOUNT_BASIC", "TRANSACTIONS"])
    assert code(fdx(blind, f"/accounts/{checking}/transaction-images/{image}")) == (403, "602")


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (5, "Zero and 05/100 dollars"),
        (12_000, "One hundred twenty and 00/100 dollars"),
        (101_900_199, "One million nineteen thousand one and 99/100 dollars"),
        (1_315_42, "One thousand three hundred fifteen and 42/100 dollars"),
        (7_345, "Seventy-three and 45/100 dollars"),
    ],
)
def test_a_cheque_says_its_amount_in_words(amount: int, words: str) -> None:
    assert cheque.in_words(amount) == words


def test_rows_of_every_kind_on_accounts_of_every_kind_keep_to_the_document() -> None:
    validator = documents.load("wellsfargo").validator("Transaction")
    trade, foreign = Trade("HELIOX", 1500, 2_421), Foreign(1180, "JPY", "0.0067")

    for kind, entry_kind, channel, amount in product(AccountKind, EntryKind, Channel, (-1234, 0, 999)):
        entry = Entry(
            7, entry_kind, amount, NOW, NOW, "ODD", None, -1, channel, "shop", "A B. Cee", "5411", "Odd",
            "0042", 1001, "memo", foreign, 3, trade,
        )  # fmt: skip
        plain = Entry(8, entry_kind, amount, NOW, NOW, "PLAIN", channel=channel, counterparty="Cher")
        rows = [
            FeedRow(one, status, 0, None)
            for one in (entry, plain)
            for status in (EntryStatus.PENDING, EntryStatus.POSTED)
        ]
        for value in BANK.wire_rows(an_account(kind), rows):
            assert validator.is_valid(value), (value, validator.violations(value, "row"))


# --- Bills, rewards, terms ----------------------------------------------------------------------------------------


def test_a_bill_tells_what_autopay_will_draw_and_that_is_what_is_paid(world: World) -> None:
    world.advance("P20D")
    card = account(world.access("wellsfargo"), "CREDITCARD", "details")
    (bill,), (payment,) = card["bills"], card["scheduledPayments"]
    world.advance("P2D")
    later = account(world.access("wellsfargo"), "CREDITCARD", "details")

    assert payment == {"amount": bill["totalPaymentDue"], "date": bill["dueDate"], "type": "AUTOPAY"}
    assert later["lastPaymentAmount"] == bill["autoPayAmount"]
    assert later["lastPaymentDate"] <= bill["autoPayDate"]
    assert later["bills"][0]["totalPaymentDue"] == 0
    assert "scheduledPayments" not in later


def test_the_balance_of_a_reward_program_is_the_sum_of_its_transactions(world: World) -> None:
    marcus = world.access("wellsfargo", "marcus")
    card = account(marcus, "CREDITCARD")["accountId"]
    (program,) = fdx(marcus, "/reward-programs").json()["rewardPrograms"]
    balance = program["memberships"][0]["balances"][0]
    pages = walk(marcus, f"/accounts/{card}/reward-transactions?startDate=2026-01-01&endDate=2026-06-15&limit=50")
    earned = [item for page in pages for item in page["rewardTransactions"]]
    told = {row["transactionId"]: row["reward"] for row in year_of(marcus, "CREDITCARD") if "reward" in row}

    assert balance["accruedYtd"] == pytest.approx(sum(item["amount"] for item in earned))
    assert balance["balance"] >= balance["accruedYtd"] > 0
    for item in earned:
        reward = told[item["transactionId"]]
        assert item["amount"] == reward.get("accrued", reward.get("adjusted"))


def test_what_an_account_has_earned_is_worked_out_once_until_something_changes(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    marcus = world.access("wellsfargo", "marcus")
    card = account(marcus, "CREDITCARD")["accountId"]

    def told(marcus: Access) -> tuple[float, int]:
        (program,) = fdx(marcus, "/reward-programs").json()["rewardPrograms"]
        page = fdx(marcus, f"/accounts/{card}/reward-transactions?{YEAR}&limit=1").json()
        return program["memberships"][0]["balances"][0]["balance"], page["page"]["totalElements"]

    def unread(*_: object) -> None:
        raise AssertionError("all rows are read again")

    balance, total = told(marcus)
    with monkeypatch.context() as patch:
        patch.setattr(AccountView, "scan", unread)
        assert told(marcus) == (balance, total)
    bought = {"amount": "-100.00", "description": "A LAMP", "kind": "PURCHASE", "posted_at": iso(NOW)}
    put(world, "marcus", "CREDIT_CARD", bought)
    more, one_more = told(marcus)
    assert (more > balance, one_more) == (True, total + 1)
    world.advance("P30D")
    assert told(world.access("wellsfargo", "marcus"))[0] > more
    change(world, "marcus", "CREDIT_CARD", terms={"reward_rate_bp": 0})
    assert told(world.access("wellsfargo", "marcus")) == (0, 0)


def test_an_account_that_a_world_has_changed_earns_by_its_own_rate(world: World) -> None:
    maya = world.access("wellsfargo")
    before = fdx(maya, "/reward-programs").json()["rewardPrograms"][0]["memberships"][0]["balances"][0]["balance"]
    change(world, "maya", "CREDIT_CARD", terms={"reward_rate_bp": 1000})
    after = fdx(maya, "/reward-programs").json()["rewardPrograms"][0]["memberships"][0]["balances"][0]["balance"]

    assert after > 2 * before > 0


def test_points_are_counted_where_the_program_is_no_cash_back(world: World) -> None:
    (program,) = fdx(world.access("wellsfargo", "ines"), "/reward-programs").json()["rewardPrograms"]
    balance = program["memberships"][0]["balances"][0]

    assert balance["type"] == "POINTS"
    assert isinstance(balance["balance"], int)


def test_a_program_in_which_nothing_earns_has_no_categories(world: World) -> None:
    maya = world.access("wellsfargo")
    change(world, "maya", "CREDIT_CARD", terms={"reward_rate_bp": 0})

    assert code(fdx(maya, "/reward-programs/RP-CASH-BACK/categories")) == (404, "1102")


def test_the_account_number_is_the_accounts_own_under_every_consent(world: World) -> None:
    first, second = world.access("wellsfargo"), world.access("wellsfargo")
    path = f"/accounts/{account(first, 'CHECKING')['accountId']}/payment-networks"
    networks = fdx(first, path).json()["paymentNetworks"]

    assert networks == fdx(second, path).json()["paymentNetworks"]
    assert {network["identifierType"] for network in networks} == {"ACCOUNT_NUMBER"}
    assert networks[0]["identifier"].endswith(account(first, "CHECKING")["accountNumberDisplay"])


# --- Consents -----------------------------------------------------------------------------------------------------


def test_a_client_ends_a_consent_once_and_reads_its_end_in_its_own_name(world: World) -> None:
    maya = world.access("wellsfargo")
    path = f"/consents/{maya.consent_id}"
    wish = {"reason": "USER_ACTION", "initiator": "INDIVIDUAL"}
    assert fdx(maya, f"{path}/revocation").json() == {"revocations": []}

    ended = maya.request("PUT", f"/fdx/v6{path}/revocation", json=wish)

    assert (ended.status_code, ended.content) == (204, b"")
    assert "Content-Length" not in ended.headers
    assert code(fdx(maya, "/accounts")) == code(fdx(maya, path)) == (401, "603")
    assert own(world, "GET", path).json()["status"] == "REVOKED"
    (end,) = own(world, "GET", f"{path}/revocation").json()["revocations"]
    assert end == {"status": "REVOKED", **wish, "updatedTime": "2026-06-15T15:00:00Z"}
    assert code(own(world, "PUT", f"{path}/revocation", json=wish)) == (409, "409")


def test_a_token_reads_no_consent_but_its_own_and_a_client_none_of_anothers(world: World) -> None:
    maya, omar = world.access("wellsfargo"), world.access("wellsfargo", "omar")
    stranger = world.control(
        "POST", "/clients", json={"bank": "wellsfargo", "name": "Other", "redirect_uris": ["http://127.0.0.1/cb"]}
    ).json()
    credentials = (stranger["client_id"], stranger["client_secret"])

    assert code(fdx(maya, f"/consents/{omar.consent_id}")) == (404, "1107")
    assert own(world, "GET", f"/consents/{omar.consent_id}").status_code == 200
    assert code(own(world, "GET", f"/consents/{omar.consent_id}", credentials)) == (404, "1107")


def test_a_client_that_does_not_prove_itself_is_asked_to(world: World) -> None:
    maya = world.access("wellsfargo")
    client_id = world.clients["wellsfargo"]["client_id"]

    for credentials in ((client_id, "guess"), ("nobody", ""), ("\udcff".encode("utf-8", "surrogateescape"), b"x")):
        refused = own(world, "GET", f"/consents/{maya.consent_id}", credentials)
        assert code(refused) == (401, "603")
        assert refused.headers["WWW-Authenticate"] == "Basic"


def test_the_bearer_schemes_of_other_operations_do_not_take_a_clients_own_name(world: World) -> None:
    assert code(own(world, "GET", "/accounts")) == (401, "603")


def test_a_consent_lasts_a_year_at_most_and_is_told_as_expired(world: World) -> None:
    maya = world.access("wellsfargo")
    path = f"/consents/{maya.consent_id}"
    assert own(world, "GET", path).json()["durationPeriod"] == 365
    world.advance("P365D")

    assert code(fdx(maya, "/accounts")) == (401, "603")
    assert own(world, "GET", path).json()["status"] == "EXPIRED"
    wish = {"reason": "BUSINESS_RULE", "initiator": "DATA_RECIPIENT"}
    assert code(own(world, "PUT", f"{path}/revocation", json=wish)) == (409, "409")
    assert own(world, "GET", f"{path}/revocation").json() == {"revocations": []}


def test_a_consent_tells_of_each_account_and_of_the_customer(world: World) -> None:
    maya = world.access("wellsfargo", clusters=["ACCOUNT_BASIC", "CUSTOMER_CONTACT"])
    told = fdx(maya, f"/consents/{maya.consent_id}").json()
    shared = [item["accountId"] for item in fdx(maya, "/accounts").json()["accounts"]]

    assert [item["resourceId"] for item in told["resources"] if item["resourceType"] == "ACCOUNT"] == shared
    assert [item["dataClusters"] for item in told["resources"]] == [*[["ACCOUNT_BASIC"]] * 3, ["CUSTOMER_CONTACT"]]


# --- Tokens -------------------------------------------------------------------------------------------------------


def test_an_access_token_lives_for_fifteen_minutes(world: World) -> None:
    maya = world.access("wellsfargo")
    world.advance("PT14M59S")
    assert fdx(maya, "/accounts").status_code == 200
    world.advance("PT1S")
    assert code(fdx(maya, "/accounts")) == (401, "603")


def test_a_refresh_token_works_once_and_its_second_use_ends_the_family(world: World) -> None:
    given = world.consent("wellsfargo")
    first = token(world, grant_type="refresh_token", refresh_token=given["refresh_token"])
    again = token(world, grant_type="refresh_token", refresh_token=given["refresh_token"])
    heir = token(world, grant_type="refresh_token", refresh_token=first.json()["refresh_token"])

    assert first.json()["grant_id"] == given["consent_id"]
    assert (first.json()["expires_in"], first.status_code) == (900, 200)
    assert [(answer.status_code, answer.json()["error"]) for answer in (again, heir)] == [(400, "invalid_grant")] * 2


def test_without_offline_access_there_is_no_refresh_token(world: World) -> None:
    assert "refresh_token" not in given_code(world, scope="openid fdx:accountbasic:read")
    assert "refresh_token" in given_code(world, scope="offline_access fdx:accountbasic:read")


def test_a_strict_client_pushes_its_request_with_pkce(world: World) -> None:
    redirect = "http://127.0.0.1/cb"
    registration = {"bank": "wellsfargo", "name": "Strict", "redirect_uris": [redirect], "profile": "strict"}
    strict = world.control("POST", "/clients", json=registration).json()
    credentials = (strict["client_id"], strict["client_secret"])
    request = {"response_type": "code", "client_id": strict["client_id"], "redirect_uri": redirect, "state": "s"}
    challenge = {"code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "code_challenge_method": "S256"}

    plain = authorized(world, **request, **challenge)
    bare = push(world, credentials, request)
    pushed = push(world, credentials, {**request, **challenge})
    followed = authorized(world, client_id=strict["client_id"], request_uri=pushed.json()["request_uri"])
    twice = authorized(world, client_id=strict["client_id"], request_uri=pushed.json()["request_uri"])

    assert plain["error"] == "invalid_request"
    assert (bare.status_code, bare.json()["error"]) == (400, "invalid_request")
    assert (pushed.status_code, pushed.json()["expires_in"]) == (201, 90)
    assert "code" in followed
    assert twice["facts"]["error"] == "invalid_request_uri"


def test_who_does_not_prove_itself_pushes_nothing(world: World) -> None:
    client_id = world.clients["wellsfargo"]["client_id"]
    refused = push(world, (client_id, "guess"), {"response_type": "code", "client_id": client_id})

    assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")
    assert refused.headers["x-fapi-interaction-id"]


def test_a_token_tells_its_own_client_what_it_stands_for(world: World) -> None:
    given = world.consent("wellsfargo")
    url = f"{world.server.url}/wellsfargo/oauth2/v1/introspect"
    told = requests.post(url, data={"token": given["access_token"]}, auth=own_credentials(world), timeout=30).json()

    assert (told["active"], told["fdxConsentId"]) == (True, given["consent_id"])
    assert told["exp"] - told["iat"] == 900


# --- Pieces -------------------------------------------------------------------------------------------------------


def code(answer: requests.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def account(access: Access, kind: str, result: str = "lightweight") -> dict[str, Any]:
    """The first account of a type."""
    accounts = fdx(access, f"/accounts?resultType={result}").json()["accounts"]
    found: dict[str, Any] = next(item for item in accounts if item["accountType"] == kind)
    return found


def year_of(access: Access, kind: str) -> list[dict[str, Any]]:
    """A year of an account's transactions."""
    path = f"/accounts/{account(access, kind)['accountId']}/transactions?{YEAR}&limit=500"
    return [row for page in walk(access, path) for row in page["transactions"]]


def walk_answers(access: Access, path: str) -> Iterator[requests.Response]:
    """Page after page, by the links."""
    base = f"{access.base}/fdx/v6"
    while path:
        answer = fdx(access, path)
        assert answer.status_code in (200, 206), answer.text
        yield answer
        page = answer.json()
        following = page.get("links", {}).get("next", {}).get("href", "")
        assert ("nextPageKey" in page["page"]) is bool(following)
        path = following.removeprefix(base)


def walk(access: Access, path: str) -> Iterator[dict[str, Any]]:
    return (answer.json() for answer in walk_answers(access, path))


def change(world: World, customer: str, kind: str, **wish: Any) -> None:
    """An account made different in this world."""
    answer = world.control("PATCH", f"/accounts/{account_id_of(world, customer, kind)}", json=wish)
    assert answer.status_code == 200, answer.text


def put(world: World, customer: str, kind: str, row: dict[str, str]) -> None:
    """A row of this world's own."""
    answer = world.control("POST", f"/accounts/{account_id_of(world, customer, kind)}/transactions", json=row)
    assert answer.status_code == 201, answer.text


def account_id_of(world: World, customer: str, kind: str) -> str:
    accounts = world.control("GET", f"/customers/{customer}/accounts", params={"bank": "wellsfargo"}).json()["accounts"]
    found: str = next(item["account_id"] for item in accounts if item["kind"] == kind)
    return found


def own_credentials(world: World) -> tuple[str, str]:
    client = world.clients["wellsfargo"]
    return client["client_id"], client["client_secret"]


def own(world: World, method: str, path: str, credentials: Any = None, **more: Any) -> requests.Response:
    """A call in the client's own name."""
    return requests.request(
        method,
        f"{world.server.url}/wellsfargo/fdx/v6{path}",
        auth=credentials or own_credentials(world),
        headers=USUAL_HEADERS["wellsfargo"],
        timeout=30,
        **more,
    )


def token(world: World, **form: str) -> requests.Response:
    url = f"{world.server.url}/wellsfargo/oauth2/v1/token"
    return requests.post(url, data=form, auth=own_credentials(world), timeout=30)


def push(world: World, credentials: tuple[str, str], form: dict[str, str]) -> requests.Response:
    url = f"{world.server.url}/wellsfargo/oauth2/v1/par"
    return requests.post(url, data=form, auth=credentials, timeout=30)


def authorized(world: World, **request: str) -> dict[str, Any]:
    url = f"{world.server.url}/wellsfargo/oauth2/v1/authorize?{urlencode(request)}"
    told: dict[str, Any] = world.control("POST", "/authorize", json={"url": url, "customer": "maya"}).json()
    return told


def given_code(world: World, scope: str) -> dict[str, Any]:
    """The token reply after maya has said yes."""
    client_id, redirect = own_credentials(world)[0], "http://127.0.0.1:9/cb"
    answer = authorized(world, response_type="code", client_id=client_id, redirect_uri=redirect, state="s", scope=scope)
    given = token(world, grant_type="authorization_code", code=answer["code"], redirect_uri=redirect)
    assert given.status_code == 200, given.text
    told: dict[str, Any] = given.json()
    return told


def an_account(kind: AccountKind) -> Account:
    return Account(
        account_id="acc_odd",
        bank="wellsfargo",
        kind=kind,
        product="Odd Account",
        number="9900000000",
        routing="999999992",
        holders=(),
        opened_at=NOW - timedelta(days=900),
        opening_balance=0,
        history_start=NOW - timedelta(days=900),
        terms=Terms(reward_program="odd", reward_rate_bp=150),
    )


def test_an_image_is_found_by_its_id_alone() -> None:
    account = an_account(AccountKind.CHECKING)
    entry = Entry(41, EntryKind.CHECK, -12_000, NOW, NOW, "CHECK", check_number=1043)

    assert names.pictured(account, names.image_id(account, entry)) == 41
    assert names.pictured(account, "IMG-") is None
