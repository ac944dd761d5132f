"""What U.S. Bank answers about maya and omar at a frozen clock: status, headers and body of every operation."""

from pathlib import Path

import pytest

from tests.banks.golden import assert_golden
from tests.banks.usbank.conftest import Reader

GOLDEN = Path(__file__).parent / "golden"
SECRETS = ("identifier",)
"""The token hangs on the consent, whose id is drawn anew each time."""
WEEKS = "start=2026-06-01&end=2026-06-15"
A, T = "/accounts/v1/accounts", "/transactions/v1/accounts"

MAYA = {
    "accounts": A,
    "checking": A + "/{CHECKING}",
    "savings": A + "/{SAVINGS}",
    "card": A + "/{CREDIT_CARD}",
    "cards": A + "/{CREDIT_CARD}/cards",
    "cards_of_checking": A + "/{CHECKING}/cards",
    "cards_of_nobody": A + "/999999999999/cards",
    "contact": A + "/{CHECKING}/contact",
    "payment_networks": A + "/{CHECKING}/payment-networks",
    "payment_networks_of_a_card": A + "/{CREDIT_CARD}/payment-networks",
    "statements": A + "/{CREDIT_CARD}/statements",
    "statement": A + "/{CREDIT_CARD}/statements/{statement}",
    "statement_unknown": A + "/{CREDIT_CARD}/statements/1",
    "customer": "/accounts/v1/customers/current",
    "transactions_full": T + f"/{{CREDIT_CARD}}/transactions?{WEEKS}",
    "transactions_short": T + f"/{{CREDIT_CARD}}/transactions?view=SHORT&{WEEKS}",
    "transactions_payments": T + f"/{{CREDIT_CARD}}/transactions?view=PMT&{WEEKS}",
    "transactions_purchases": T + f"/{{CREDIT_CARD}}/transactions?view=PUR&{WEEKS}",
    "transactions_memos": T + f"/{{CHECKING}}/transactions?view=MEMO&{WEEKS}",
    "transactions_checking": T + f"/{{CHECKING}}/transactions?{WEEKS}",
    "transactions_none": T + "/{SAVINGS}/transactions?start=2026-06-14&end=2026-06-14",
    "transactions_of_nobody": T + "/999999999999/transactions",
    "half_a_window": T + "/{SAVINGS}/transactions?start=2026-06-14",
    "no_such_view": T + "/{SAVINGS}/transactions?view=LONG&page=2",
    "no_account_id": A + "/12-34",
    "transaction": "/transactions/v1/transactions/{transaction}",
    "transaction_unknown": "/transactions/v1/transactions/445748349630",
    "code": "/transactions/v1/code/5814",
    "code_unknown": "/transactions/v1/code/0000",
    "codes": "/transactions/v1/codes/search?desc=RESTAURANT",
    "codes_unknown": "/transactions/v1/codes/search?desc=zeppelin",
    "nothing_there": "/nothing",
}
OMAR = {
    "accounts": A,
    "card": A + "/{CREDIT_CARD}",
    "loan": A + "/{AUTO_LOAN}",
    "cards": A + "/{CREDIT_CARD}/cards",
    "transactions_loan": T + "/{AUTO_LOAN}/transactions?start=2026-01-01&end=2026-06-15",
    "customer": "/accounts/v1/customers/current",
}


@pytest.mark.parametrize(("customer", "paths"), [("maya", MAYA), ("omar", OMAR)], ids=["maya", "omar"])
def test_each_operation_answers_as_it_did(usbank: Reader, customer: str, paths: dict[str, str]) -> None:
    there = usbank(customer)
    names = {kind: ref for kind, ref, _ in there.accounts}
    card = names["CREDIT_CARD"]
    names["statement"] = there.json(f"{A}/{card}/statements")["statements"][1]["statementID"]
    names["transaction"] = there.rows(card, WEEKS)[-1]["transactionID"]

    for name, path in paths.items():
        answer = there.get(path.format(**names), headers={"Correlation-ID": "golden-1"})
        assert_golden(GOLDEN / f"{customer}-{name}.json", answer, secrets=SECRETS)
