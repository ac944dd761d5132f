"""What every operation of Citi's answers about two people, kept as files."""

from pathlib import Path

import requests

from tests.banks.citi.conftest import Citi, Reader
from tests.banks.golden import assert_golden

FOLDER = Path(__file__).parent / "golden"
SECRETS = ("nextStartIndex", "encryptedAccountNumber")
"""They hang on the consent, whose id is drawn anew each time."""


def same(name: str, answer: requests.Response) -> None:
    assert_golden(FOLDER / f"{name}.json", answer, secrets=SECRETS)


def latest_reference(reader: Citi, account_id: str) -> str:
    posted = (row for row in reader.rows(account_id) if "transactionReferenceId" in row)
    return str(next(posted)["transactionReferenceId"])


def latest_statement(reader: Citi, account_id: str) -> str:
    return str(reader.get(f"/v1/accounts/{account_id}/statements").json()["statementList"][0]["statementId"])


def test_what_is_said_about_maya(citi: Reader) -> None:
    maya = citi("maya")
    checking, savings, card = (maya.account(kind) for kind in ("checking", "savings", "creditCard"))
    same("maya_accounts", maya.get("/v1/accounts"))
    same("maya_details_v2", maya.get("/v2/accounts/details"))
    for name, account_id in (("checking", checking), ("savings", savings), ("card", card)):
        same(f"maya_{name}", maya.get(f"/v1/accounts/{account_id}"))
        same(f"maya_{name}_transactions", maya.get(f"/v1/accounts/{account_id}/transactions"))
        reference = latest_reference(maya, account_id)
        same(f"maya_{name}_transaction", maya.get(f"/v1/accounts/{account_id}/transactions/{reference}/details"))
        same(f"maya_{name}_statements", maya.get(f"/v1/accounts/{account_id}/statements"))
        same(f"maya_{name}_consents", maya.get(f"/v1/accounts/{account_id}/consents"))
        statement = f"/v1/accounts/{account_id}/statements/{latest_statement(maya, account_id)}"
        same(f"maya_{name}_statement_pdf", maya.get(statement, headers={"Accept": "application/pdf"}))
        same(f"maya_{name}_statement_data", maya.get(statement, headers={"Accept": "application/json"}))
        same(f"maya_{name}_routing", maya.get(f"/v2/accounts/{account_id}/encrypt/accountRoutingNumber"))
    same("maya_card_transactions_v2", maya.get(f"/v2/accounts/{card}/transactions"))
    same("maya_card_billed", maya.get(f"/v1/accounts/{card}/transactions", params={"transactionStatus": "BILLED"}))
    same("maya_profile", maya.get("/v1/customers/profiles"))
    same("maya_points", maya.post("/v1/creditCards/rewards/pointBalance/search", {}))
    asked = [
        {"accountId": checking, "amountFrom": 500},
        {"accountId": card, "transactionStatus": "PENDING"},
        {"accountId": "of somebody else"},
        {"accountId": card, "transactionFromDate": "2026-01-01"},
    ]
    same("maya_search", maya.post("/v1/accounts/transactions/search", {"transactionDetailsRequest": asked}))


def test_what_is_said_about_omar(citi: Reader) -> None:
    omar = citi("omar")
    same("omar_accounts", omar.get("/v1/accounts"))
    same("omar_details_v2", omar.get("/v2/accounts/details"))
    for name, account_id in (("savings", omar.account("savings")), ("card", omar.account("creditCard"))):
        same(f"omar_{name}", omar.get(f"/v1/accounts/{account_id}"))
        same(f"omar_{name}_transactions", omar.get(f"/v1/accounts/{account_id}/transactions"))
    same("omar_profile", omar.get("/v1/customers/profiles"))
    same("omar_points", omar.post("/v1/creditCards/rewards/pointBalance/search", {}))


def test_what_is_said_of_a_coded_member(citi: Reader) -> None:
    same("reference_account_status", citi("maya").get("/v1/utilities/referenceData/accountStatus"))
