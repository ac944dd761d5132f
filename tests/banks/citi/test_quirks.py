"""What is peculiar about Citi, a sentence each."""

import re
from collections import Counter
from itertools import pairwise
from typing import Any

import requests

from tests.banks.citi.conftest import CLIENT, Citi, Reader
from tests.conftest import World

OAUTH = "/citi/gcb/api/authCode/oauth2"


def key_of(row: dict[str, Any]) -> str:
    return str(row.get("transactionReferenceId") or row["transactionAuthorizationCode"])


# --- Names --------------------------------------------------------------------------------------------------------


def test_an_account_has_another_id_for_each_client(citi: Reader, world: World) -> None:
    ours = dict(citi("maya").canonical)
    theirs = {account["id"]: account["account_id"] for account in world.consent("citi", "maya")["accounts"]}
    assert set(ours.values()) == set(theirs.values())
    assert not set(ours) & set(theirs)
    assert all(re.fullmatch(r"[0-9a-f]{88}", account_id) for account_id in ours)


def test_an_account_has_the_same_id_under_every_consent_of_a_client(citi: Reader) -> None:
    assert citi("maya").canonical == citi("maya").canonical


def test_the_routing_number_is_clear_and_the_account_number_is_ciphertext_of_the_consent(citi: Reader) -> None:
    first, second = citi("maya"), citi("maya")
    path = f"/v2/accounts/{first.account('checking')}/encrypt/accountRoutingNumber"
    one, other = first.get(path).json(), second.get(path).json()
    assert one["routingNumber"] == other["routingNumber"]
    assert one["encryptedAccountNumber"] != other["encryptedAccountNumber"]
    assert one == first.get(path).json()


# --- Accounts -----------------------------------------------------------------------------------------------------


def test_every_entry_of_the_list_has_one_key_named_after_its_kind(citi: Reader) -> None:
    groups = citi("walt").get("/v1/accounts").json()["accountGroupSummary"]
    assert [(group["accountGroup"], [key for account in group["accounts"] for key in account]) for group in groups] == [
        ("CHECKING", ["checkingAccountSummary"]),
        ("SAVINGS", ["savingsAccountSummary", "timeDepositAccountSummary", "timeDepositAccountSummary"]),
        ("SAVINGS_AND_INVESTMENTS", ["securitiesBrokerageAccountSummary"]),
        ("CREDIT_CARD", ["creditCardAccountSummary"]),
    ]


def test_the_totals_of_a_group_are_those_of_its_accounts(citi: Reader) -> None:
    for group in citi("walt").get("/v1/accounts").json()["accountGroupSummary"]:
        accounts = [account for entry in group["accounts"] for account in entry.values()]
        for total, member in (
            ("totalCurrentBalance", "currentBalance"),
            ("totalAvailableBalance", "availableBalance"),
            ("totalOutstandingBalance", "outstandingBalance"),
        ):
            if total in group:
                summed = round(sum(account.get(member, 0) for account in accounts), 2)
                assert group[total]["localCurrencyBalanceAmount"] == summed


def test_a_list_of_accounts_goes_on_after_ten(citi: Reader, world: World) -> None:
    for number in range(12):
        added = {"bank": "citi", "customer": "chloe", "kind": "SAVINGS", "nickname": f"Jar {number}"}
        answer = world.control("POST", "/accounts", json=added)
        assert answer.status_code == 201, answer.text
    chloe = citi("chloe")
    first = chloe.get("/v1/accounts").json()
    assert first["nextStartIndex"] == "11"
    second = chloe.get("/v1/accounts", params={"nextStartIndex": "11"}).json()
    assert "nextStartIndex" not in second
    pages = [[len(group["accounts"]) for group in page["accountGroupSummary"]] for page in (first, second)]
    assert sum(map(sum, pages)) == len(chloe.canonical)
    totals = [page["accountGroupSummary"][-1]["totalCurrentBalance"] for page in (first, second)]
    assert totals[0] == totals[1]


def test_a_card_held_by_somebody_else_is_supplementary(citi: Reader) -> None:
    holders = {who: citi(who).summaries() for who in ("teo", "carmen")}
    kinds = {
        who: [account["cardHolderType"] for _, account in held if "cardHolderType" in account]
        for who, held in holders.items()
    }
    assert kinds == {"teo": ["SUPPLEMENTARY"], "carmen": ["PRIMARY"]}


def test_points_and_securities_show_only_if_the_consent_holds_them(citi: Reader) -> None:
    everything, accounts_only = citi("walt"), citi("walt", scope="accounts_details_transactions")
    card = everything.account("creditCard")
    assert "availablePointBalance" in everything.get(f"/v1/accounts/{card}").json()["creditCardAccount"]
    assert "availablePointBalance" not in accounts_only.get(f"/v1/accounts/{card}").json()["creditCardAccount"]
    brokerage = everything.account("securitiesBrokerage")
    fewer = citi("walt", clusters=["ACCOUNT_BASIC", "ACCOUNT_DETAILED", "BALANCES", "TRANSACTIONS"])
    path = f"/v1/accounts/{brokerage}"
    assert everything.get(path).json()["securitiesBrokerageAccount"]["security"]
    assert "security" not in fewer.get(path).json()["securitiesBrokerageAccount"]
    assert fewer.get(f"{path}/transactions").status_code == 403


def test_version_2_tells_the_same_of_every_account(citi: Reader) -> None:
    walt = citi("walt")
    for group in walt.get("/v2/accounts/details").json()["accountGroupDetails"]:
        for entries in (value for value in group.values() if isinstance(value, list)):
            for entry in entries:
                (first,) = walt.get(f"/v1/accounts/{entry['accountId']}").json().values()
                assert first.items() <= entry.items()


# --- Transactions -------------------------------------------------------------------------------------------------


def test_a_page_holds_twenty_rows_whatever_is_asked(citi: Reader) -> None:
    maya = citi("maya")
    path = f"/v1/accounts/{maya.account('checking')}/transactions"
    assert {len(maya.get(path, params={"requestSize": size}).json()["transactions"]) for size in (1, 20, 50)} == {20}


def test_amounts_are_signed_and_running_balances_add_up(citi: Reader) -> None:
    maya = citi("maya")
    checking = maya.account("checking")
    rows = maya.rows(checking)
    assert rows[0]["runningBalance"] == maya.get(f"/v1/accounts/{checking}").json()["checkingAccount"]["currentBalance"]
    for newer, older in pairwise(rows):
        assert round(older["runningBalance"] + newer["transactionAmount"], 2) == newer["runningBalance"]
    assert {row["transactionAmount"] > 0 for row in rows if row["transactionType"] == "DIRECT_DEPOSIT"} == {True}
    assert {row["transactionAmount"] < 0 for row in rows if row["transactionType"] == "PURCHASE"} == {True}


def test_there_is_no_time_of_day_anywhere(citi: Reader) -> None:
    maya = citi("maya")
    for account_id in maya.canonical:
        for path in ("", "/transactions", "/statements", "/consents"):
            assert not re.search(r"\d\d:\d\d", maya.get(f"/v1/accounts/{account_id}{path}").text)


def test_a_walk_shows_every_row_once_while_the_clock_moves(citi: Reader, world: World) -> None:
    maya = citi("maya")
    card = maya.account("creditCard")
    path = f"/v1/accounts/{card}/transactions"
    before = [key_of(row) for row in maya.rows(card)]
    seen: list[str] = []
    page = maya.get(path).json()
    while True:
        seen += [key_of(row) for row in page["transactions"]]
        if "nextStartIndex" not in page:
            break
        world.advance("PT3M")
        page = maya.get(path, params={"nextStartIndex": page["nextStartIndex"]}).json()
    assert seen == before


def test_a_small_index_is_a_place_counted_from_one(citi: Reader, world: World) -> None:
    maya = citi("maya")

    def check(account_id: str, **filters: str) -> None:
        rows = maya.rows(account_id, **filters)
        for index in (1, 5, 16, 100, len(rows)):
            asked = {**filters, "nextStartIndex": str(index)}
            answer = maya.get(f"/v1/accounts/{account_id}/transactions", params=asked)
            if index <= len(rows):
                assert answer.json()["transactions"] == rows[index - 1 : index + 19]
            else:
                assert answer.status_code == 400

    for account_id in maya.canonical:
        check(account_id)
        check(account_id, amountFrom="20")
    checking = maya.account("checking")
    row = {"amount": "-12.00", "description": "LATE FIND", "posted_at": "2026-05-01T15:00:00Z"}
    added = world.control("POST", f"/accounts/{maya.canonical[checking]}/transactions", json=row)
    assert added.status_code == 201, added.text
    check(checking)


def test_pending_rows_are_for_cards_and_a_hold_is_for_other_accounts(citi: Reader) -> None:
    maya = citi("maya")
    card = Counter(row.get("transactionStatus") for row in maya.rows(maya.account("creditCard")))
    assert set(card) == {"PENDING", "UNBILLED", "BILLED"}
    checking = maya.account("checking")
    assert {row.get("transactionStatus") for row in maya.rows(checking)} == {None}
    details = maya.get(f"/v1/accounts/{checking}").json()["checkingAccount"]
    assert details["holdAmount"] == round(details["currentBalance"] - details["availableBalance"], 2) > 0


def test_a_pending_row_comes_back_with_a_reference_id_and_another_amount(citi: Reader, world: World) -> None:
    maya = citi("maya")
    card = maya.account("creditCard")
    hold = {
        "amount": "-48.20",
        "hold": "-125.00",
        "description": "FERNGATE FUEL 118",
        "mcc": "5542",
        "status": "pending",
    }
    added = world.control("POST", f"/accounts/{maya.canonical[card]}/transactions", json=hold)
    assert added.status_code == 201, added.text
    pending = next(row for row in maya.rows(card) if row["transactionDescription"] == "FERNGATE FUEL 118")
    assert (pending["transactionAmount"], pending["transactionStatus"]) == (-125.0, "PENDING")
    assert pending["transactionAuthorizationCode"]
    assert "transactionReferenceId" not in pending
    world.advance("P10D")
    posted = next(row for row in citi("maya").rows(card) if row["transactionDescription"] == "FERNGATE FUEL 118")
    assert (posted["transactionAmount"], posted["transactionType"]) == (-48.2, "PURCHASE")
    assert posted["transactionReferenceId"]
    assert "transactionAuthorizationCode" not in posted


def test_a_row_is_billed_once_a_statement_was_cut(citi: Reader, world: World) -> None:
    maya = citi("maya")
    card = maya.account("creditCard")
    cut = maya.get(f"/v1/accounts/{card}").json()["creditCardAccount"]["lastStatementDate"]
    rows = maya.rows(card)
    for row in rows:
        if "transactionPostingDate" in row:
            assert row["transactionStatus"] == ("BILLED" if row["transactionPostingDate"] <= cut else "UNBILLED")
    for status in ("PENDING", "UNBILLED", "BILLED"):
        assert maya.rows(card, transactionStatus=status) == [row for row in rows if row["transactionStatus"] == status]
    unbilled = maya.rows(card, transactionStatus="UNBILLED")[0]["transactionReferenceId"]
    world.advance("P30D")
    later = citi("maya")
    row = next(row for row in later.rows(card) if row.get("transactionReferenceId") == unbilled)
    assert row["transactionStatus"] == "BILLED"
    details = later.get(f"/v1/accounts/{card}/transactions/{unbilled}/details").json()
    assert details["transactionStatus"] == "BILLED"


def test_a_card_can_be_asked_for_ninety_days_and_other_accounts_for_a_year(citi: Reader) -> None:
    maya = citi("maya")
    card, checking = maya.account("creditCard"), maya.account("checking")

    def status(account_id: str, first: str, last: str) -> int:
        days = {"transactionFromDate": first, "transactionToDate": last}
        return maya.get(f"/v1/accounts/{account_id}/transactions", params=days).status_code

    assert status(card, "2026-03-17", "2026-06-15") == 200
    assert status(card, "2026-03-16", "2026-06-15") == 400
    assert status(card, "2025-06-15", "2025-09-13") == 200
    assert status(checking, "2025-06-15", "2026-06-15") == 200
    assert status(checking, "2025-06-14", "2026-06-15") == 400
    assert status(checking, "2025-06-15", "9999-12-31") == 200


def test_without_dates_a_card_shows_ninety_days(citi: Reader) -> None:
    maya = citi("maya")
    card = maya.account("creditCard")
    asked = {"transactionFromDate": "2026-03-17", "transactionToDate": "2026-06-15"}
    assert maya.rows(card) == maya.rows(card, **asked)


def test_what_lies_before_the_look_back_is_left_out_silently(citi: Reader) -> None:
    near = citi("maya", lookback_days=30)
    checking = near.account("checking")
    days = [row["transactionPostingDate"] for row in near.rows(checking, transactionFromDate="2025-07-01")]
    assert days
    assert min(days) >= "2026-05-16"
    old = citi("maya").rows(checking)[-1]["transactionReferenceId"]
    assert near.get(f"/v1/accounts/{checking}/transactions/{old}/details").status_code == 404
    assert len(near.get(f"/v1/accounts/{checking}/statements").json()["statementList"]) == 1


def test_amount_filters_look_past_the_sign(citi: Reader) -> None:
    maya = citi("maya")
    checking = maya.account("checking")
    rows = maya.rows(checking)
    asked = maya.rows(checking, amountFrom="100", amountTo="2000")
    assert asked == [row for row in rows if 100 <= abs(row["transactionAmount"]) <= 2000]
    assert {row["transactionAmount"] > 0 for row in asked} == {True, False}


def test_a_foreign_purchase_carries_its_own_amount_and_rate(citi: Reader) -> None:
    tomas = citi("tomas")
    cards = [account["accountId"] for key, account in tomas.summaries() if key == "creditCardAccountSummary"]
    windows = [
        ("2025-06-20", "2025-09-15"),
        ("2025-09-16", "2025-12-10"),
        ("2025-12-11", "2026-03-09"),
        ("2026-03-20", "2026-06-15"),
    ]
    rows = [
        row
        for card in cards
        for first, last in windows
        for row in tomas.rows(card, transactionFromDate=first, transactionToDate=last)
    ]
    foreign = [row for row in rows if row.get("transactionType") == "PURCHASE" and "foreignCurrencyCode" in row]
    assert foreign
    for row in foreign:
        assert row["foreignTransactionAmount"] < 0
        converted = row["foreignTransactionAmount"] * row["foreignExchangeRate"]
        assert abs(converted - row["transactionAmount"]) < 0.02


def test_a_refund_names_its_purchase(citi: Reader) -> None:
    priya = citi("priya")
    for key, account in priya.summaries():
        if key != "creditCardAccountSummary":
            continue
        for row in priya.rows(account["accountId"]):
            if row.get("transactionType") == "REFUND":
                path = f"/v1/accounts/{account['accountId']}/transactions"
                details = priya.get(f"{path}/{row['transactionReferenceId']}/details").json()
                original = details["originalTransactionDetails"]
                bought = priya.get(f"{path}/{original['transactionReferenceNumber']}/details").json()
                assert bought["transactionAmount"] == original["transactionAmount"] < 0
                assert bought["merchantName"] == details["merchantName"]
                return
    raise AssertionError("priya sends things back; none of it was found")


def test_the_name_on_a_transaction_needs_the_consent_to_contact_details(citi: Reader) -> None:
    named, nameless = citi("maya"), citi("maya", scope="accounts_details_transactions")
    checking = named.account("checking")
    reference = named.rows(checking)[0]["transactionReferenceId"]
    path = f"/v1/accounts/{checking}/transactions/{reference}/details"
    assert named.get(path).json()["customerName"] == {"fullName": "Maya Elena Torres"}
    assert "customerName" not in nameless.get(path).json()


def test_a_brokerage_account_answers_orders(citi: Reader) -> None:
    walt = citi("walt")
    page = walt.get(f"/v1/accounts/{walt.account('securitiesBrokerage')}/transactions").json()
    assert "transactions" not in page
    order = next(order for order in page["investmentTransaction"] if order["orderType"] == "BUY")
    assert order["orderStatus"] == "FILLED"
    assert abs(order["orderQuantity"] * order["price"] + order["transactionAmount"]) < 0.05


def test_both_versions_give_the_same_rows(citi: Reader) -> None:
    maya = citi("maya")
    for account_id in maya.canonical:
        first, second = (maya.get(f"/v{version}/accounts/{account_id}/transactions").json() for version in (1, 2))
        assert first == second


def test_in_a_search_an_account_that_fails_does_not_fail_the_others(citi: Reader) -> None:
    maya = citi("maya")
    card, checking = maya.account("creditCard"), maya.account("checking")
    asked = [{"accountId": "nope"}, {"accountId": card}, {"accountId": checking, "amountFrom": 2, "amountTo": 1}]
    answer = maya.post("/v1/accounts/transactions/search", {"transactionDetailsRequest": asked})
    unknown, found, wrong = answer.json()["transactionDetails"]
    assert unknown["transactionErrorDetails"]["code"] == "resourceNotFound"
    assert wrong["transactionErrorDetails"]["location"] == "amountFrom"
    assert found["transactions"] == maya.rows(card)[:20]
    assert len(found["statements"]) == 3
    more = {"accountId": card, "nextStartIndex": found["nextStartIndex"]}
    answer = maya.post("/v1/accounts/transactions/search", {"transactionDetailsRequest": [more]})
    (following,) = answer.json()["transactionDetails"]
    assert following["transactions"] == maya.rows(card)[20:40]
    assert "statements" not in following


# --- Statements ---------------------------------------------------------------------------------------------------


def test_a_cards_statement_is_data_and_any_is_a_document(citi: Reader) -> None:
    maya = citi("maya")
    for kind, as_data in (("checking", 406), ("creditCard", 200)):
        path = f"/v1/accounts/{maya.account(kind)}/statements"
        path += "/" + maya.get(path).json()["statementList"][0]["statementId"]
        assert maya.get(path, headers={"Accept": "application/json"}).status_code == as_data
        document = maya.get(path, headers={"Accept": "application/pdf"})
        assert document.headers["Content-Disposition"].startswith('attachment; filename="statement-2026-')
        assert document.content.startswith(b"%PDF-")
        whatever = maya.get(path, headers={"Accept": "*/*"}).headers["Content-Type"]
        assert whatever == ("application/json" if as_data == 200 else "application/pdf")


def test_a_statement_equals_the_feed(citi: Reader) -> None:
    maya = citi("maya")
    card = maya.account("creditCard")
    latest, before = maya.get(f"/v1/accounts/{card}/statements").json()["statementList"][:2]
    path = f"/v1/accounts/{card}/statements/{latest['statementId']}"
    printed: list[dict[str, Any]] = []
    index: dict[str, str] = {}
    summary: dict[str, Any] = {}
    while True:
        page = maya.get(path, params=index).json()["creditCardStatement"]
        printed += page["transactions"]
        summary = summary or page["statementSummary"]
        if "nextStartIndex" not in page:
            break
        assert len(page["transactions"]) == 20
        index = {"nextStartIndex": page["nextStartIndex"]}
    first, last = before["statementDate"], latest["statementDate"]
    in_feed = [
        row["transactionReferenceId"]
        for row in maya.rows(card, transactionStatus="BILLED")
        if first < row["transactionPostingDate"] <= last
    ]
    assert [row["transactionReferenceId"] for row in printed] == in_feed[::-1]
    owed = summary["beginningBalanceAmount"] + summary["totalDebitAmount"] - summary["totalCreditAmount"]
    assert round(owed, 2) == summary["outstandingBalance"]
    assert round(sum(row["transactionAmount"] for row in printed), 2) == round(
        summary["totalCreditAmount"] - summary["totalDebitAmount"], 2
    )


def test_a_statement_tells_whose_card_was_used(citi: Reader) -> None:
    carmen = citi("carmen")
    path = f"/v1/accounts/{carmen.account('creditCard')}/statements"
    path += "/" + carmen.get(path).json()["statementList"][0]["statementId"]
    rows = carmen.get(path).json()["creditCardStatement"]["transactions"]
    used = {(row["displayCardNumber"], row["cardHolderType"]) for row in rows}
    assert {kind for _, kind in used} == {"PRIMARY", "SUPPLEMENTARY"}
    assert len({number for number, _ in used}) == 2


# --- Marketing consents -------------------------------------------------------------------------------------------


def given(reader: Citi, account_id: str) -> dict[str, bool]:
    listed = reader.get(f"/v1/accounts/{account_id}/consents").json()["accountConsentDetails"]
    return {consent["consentType"]: consent["consentGivenFlag"] for consent in listed}


def say(reader: Citi, account_id: str, **kinds: bool) -> None:
    details = [
        {"consentType": kind, "consentGivenFlag": flag, "consentUpdateDate": "2001-01-01"}
        for kind, flag in kinds.items()
    ]
    body = {"accountId": account_id, "accountConsentDetails": details}
    answer = reader.post(f"/v1/accounts/{account_id}/consents", body)
    assert (answer.status_code, answer.content) == (200, b"")


def test_marketing_consents_are_kept_by_account_and_kind_on_the_banks_own_date(citi: Reader) -> None:
    maya = citi("maya")
    card, checking = maya.account("creditCard"), maya.account("checking")
    at_first = {"MARKETING": False, "PARTNER_OFFERS": False, "EMAIL": True, "SMS": False, "PHONE": False}
    assert given(maya, card) == given(maya, checking) == at_first
    say(maya, card, PARTNER_OFFERS=True, EMAIL=False)
    assert given(maya, card) == {**at_first, "PARTNER_OFFERS": True, "EMAIL": False}
    assert given(maya, checking) == at_first
    listed = maya.get(f"/v1/accounts/{card}/consents").json()["accountConsentDetails"]
    assert {consent["consentUpdateDate"] for consent in listed} == {"2018-04-11", "2026-06-15"}
    assert {consent["cardId"] for consent in listed} == {card}
    say(maya, card, PARTNER_OFFERS=False)
    assert given(maya, card)["PARTNER_OFFERS"] is False


def test_marketing_consents_outlive_the_consent_to_share_and_show_to_every_client(citi: Reader, world: World) -> None:
    maya = citi("maya")
    card = maya.account("creditCard")
    say(maya, card, PARTNER_OFFERS=True)
    world.control("POST", f"/consents/{maya.access.consent_id}/revoke", json={})
    assert given(citi("maya"), card)["PARTNER_OFFERS"] is True
    other = world.access("citi", "maya")
    names = {account["account_id"]: account["id"] for account in world.consent("citi", "maya")["accounts"]}
    answer = other.get(f"/gcb/api/v1/accounts/{names[maya.canonical[card]]}/consents")
    assert answer.json()["accountConsentDetails"][1]["consentGivenFlag"] is True


def test_marketing_consents_go_with_a_fork_and_go_away_with_a_reset(citi: Reader, world: World) -> None:
    maya = citi("maya")
    card = maya.account("creditCard")
    say(maya, card, PARTNER_OFFERS=True)
    worlds, canonical = world.server.app.services.worlds, maya.canonical[card]

    def offers(world_id: str) -> object:
        return worlds.fact(worlds.world(world_id), "marketing_consent", f"{canonical}/PARTNER_OFFERS")

    fork = worlds.fork(world.world_id)
    worlds.put_facts(fork, "marketing_consent", {f"{canonical}/PARTNER_OFFERS": {"given": False, "on": "2026-06-16"}})
    assert offers(world.world_id) == {"given": True, "on": "2026-06-15"}
    assert offers(fork.world_id) == {"given": False, "on": "2026-06-16"}
    worlds.reset(world.world_id)
    assert offers(world.world_id) is None
    assert offers(fork.world_id) is not None
    worlds.delete(fork.world_id)


# --- Rewards and the customer -------------------------------------------------------------------------------------


def test_points_grow_with_what_is_spent(citi: Reader) -> None:
    maya = citi("maya")
    card = maya.account("creditCard")
    (balance,) = maya.post("/v1/creditCards/rewards/pointBalance/search", {}).json()["rewardAccounts"]
    assert balance["cardId"] == card
    assert balance["availablePointBalance"] == balance["lastStatementPointBalance"] + balance["pointsEarned"]
    details = maya.get(f"/v1/accounts/{card}").json()["creditCardAccount"]
    assert details["availablePointBalance"] == balance["availablePointBalance"]


def test_a_card_that_fails_carries_its_error_beside_the_others(citi: Reader) -> None:
    maya = citi("maya")
    wanted = [maya.account("creditCard"), maya.account("checking"), "nope"]
    body = {"cardDetails": [{"cardId": card_id} for card_id in wanted]}
    good, wrong_kind, unknown = maya.post("/v1/creditCards/rewards/pointBalance/search", body).json()["rewardAccounts"]
    assert "rewardAccountErrorDetails" not in good
    assert wrong_kind["rewardAccountErrorDetails"]["code"] == "businessValidationsFailed"
    assert (unknown["displayCardNumber"], unknown["availablePointBalance"]) == ("X" * 16, 0)


def test_names_of_any_script_come_through(citi: Reader) -> None:
    name = citi("ines").get("/v1/customers/profiles").json()["customerName"]
    assert name["fullName"].startswith(name["givenName"])
    assert not name["fullName"].isascii()


# --- OAuth --------------------------------------------------------------------------------------------------------


def test_a_code_lives_two_minutes_and_tokens_half_an_hour_and_thirty_days(world: World) -> None:
    client = world.clients["citi"]
    who = (client["client_id"], client["client_secret"])

    def code() -> str:
        url = (
            f"{world.server.url}{OAUTH}/authorize?response_type=code&client_id={who[0]}&countryCode=US&businessCode=GCB"
            "&scope=accounts_details_transactions&state=s&redirect_uri=http://127.0.0.1:9000/callback"
        )
        asked = {"url": url, "customer": "maya", "decision": "approve"}
        return str(world.control("POST", "/authorize", json=asked).json()["code"])

    def post(path: str, **form: str) -> requests.Response:
        return requests.post(f"{world.server.url}{OAUTH}{path}", data=form, auth=who, timeout=30)

    def exchange(given: str) -> requests.Response:
        back = "http://127.0.0.1:9000/callback"
        return post("/token/us/gcb", grant_type="authorization_code", code=given, redirect_uri=back)

    late = code()
    world.advance("PT121S")
    assert exchange(late).json()["error"] == "invalid_grant"
    tokens = exchange(code()).json()
    assert (tokens["token_type"], tokens["expires_in"], tokens["refresh_token_expires_in"]) == (
        "bearer",
        1800,
        2_592_000,
    )
    renewed = post("/refresh", grant_type="refresh_token", refresh_token=tokens["refresh_token"]).json()
    assert not {renewed["access_token"], renewed["refresh_token"]} & {tokens["access_token"], tokens["refresh_token"]}
    assert post("/refresh", grant_type="authorization_code", code="x").json()["error"] == "unsupported_grant_type"
    world.advance("P30D")
    answer = post("/refresh", grant_type="refresh_token", refresh_token=renewed["refresh_token"])
    assert answer.json()["error"] == "invalid_grant"


def test_revoking_one_token_ends_its_pair(citi: Reader, world: World) -> None:
    tokens = world.consent("citi", "maya")
    client = world.clients["citi"]
    answer = requests.post(
        f"{world.server.url}{OAUTH}/revoke",
        data={"token": tokens["refresh_token"]},
        auth=(client["client_id"], client["client_secret"]),
        timeout=30,
    )
    assert (answer.status_code, answer.content) == (200, b"")
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    answer = citi("maya").get("/v1/accounts", headers={**headers, "client_id": client["client_id"]})
    assert answer.status_code == 401


def test_a_token_of_the_client_alone_opens_reference_data_and_nothing_else(world: World) -> None:
    client = world.clients["citi"]
    answer = requests.post(
        f"{world.server.url}/citi/gcb/api/clientCredentials/oauth2/token/us/gcb",
        data={"grant_type": "client_credentials", "scope": "/api"},
        auth=(client["client_id"], client["client_secret"]),
        timeout=30,
    )
    own = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    assert (answer.json()["scope"], "refresh_token" in answer.json()) == ("/api", False)
    access = world.access("citi", "maya")
    assert access.get("/gcb/api/v1/utilities/referenceData/accountStatus", headers=own).status_code == 200
    for path in ("/v1/accounts", "/v1/accounts/nope", "/v2/accounts/details", "/v1/customers/profiles"):
        assert access.get(f"/gcb/api{path}", headers=own).status_code == 403
    stranger = access.get("/gcb/api/v1/utilities/referenceData/accountStatus", headers={**own, "client_id": CLIENT})
    assert stranger.status_code == 401


def test_a_consent_lasts_a_year(world: World) -> None:
    assert world.consent("citi", "maya")["expires_at"] == "2027-06-15T15:00:00Z"
