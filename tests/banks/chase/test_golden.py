"""What Chase answers about maya and omar at a frozen clock: status, headers and body of every operation."""

from pathlib import Path

import pytest

from tests.banks.chase.conftest import Reader
from tests.banks.golden import assert_golden

GOLDEN = Path(__file__).parent / "golden"
SECRETS = ("nextOffset", "identifier")
"""They hang on the consent, whose id is drawn anew each time."""
SPRING = "startTime=2026-04-01&endTime=2026-06-15"

MAYA = {
    "ping": "/ping",
    "accounts": "/accounts",
    "accounts_details": "/accounts?resultType=details",
    "accounts_page": "/accounts?limit=2",
    "accounts_some": "/accounts?accountIds={CREDIT_CARD},{CHECKING}",
    "accounts_unknown": "/accounts?accountIds={CHECKING},unknown",
    "checking": "/accounts/{CHECKING}",
    "savings": "/accounts/{SAVINGS}",
    "card": "/accounts/{CREDIT_CARD}",
    "contact": "/accounts/{CHECKING}/contact",
    "payment_networks": "/accounts/{CHECKING}/payment-networks",
    "payment_networks_of_a_card": "/accounts/{CREDIT_CARD}/payment-networks",
    "transactions_checking": f"/accounts/{{CHECKING}}/transactions?limit=20&{SPRING}",
    "transactions_savings": f"/accounts/{{SAVINGS}}/transactions?limit=20&{SPRING}",
    "transactions_card": "/accounts/{CREDIT_CARD}/transactions",
    "transactions_of_nobody": "/accounts/unknown/transactions",
    "half_a_window": "/accounts/{CHECKING}/transactions?startTime=2026-06-01",
    "no_such_day": "/accounts/{CHECKING}/transactions?startTime=2026-06-31&endTime=2026-07-01",
    "statements": "/accounts/{CHECKING}/statements?limit=2",
    "statement": "/accounts/{CHECKING}/statements/{statement}",
    "statement_unknown": "/accounts/{CHECKING}/statements/1",
    "customer": "/customers/current",
    "reward_programs": "/reward-programs",
    "reward_program": "/reward-programs/{program}",
    "reward_program_unknown": "/reward-programs/none",
    "too_much": "/accounts?limit=501&page=2",
    "nothing_there": "/nothing",
}
OMAR = {
    "accounts": "/accounts",
    "accounts_details": "/accounts?resultType=details",
    "contact": "/accounts/{CHECKING}/contact",
    "transactions_checking": f"/accounts/{{CHECKING}}/transactions?limit=20&{SPRING}",
    "customer": "/customers/current",
    "reward_programs": "/reward-programs",
}


@pytest.mark.parametrize(("customer", "paths"), [("maya", MAYA), ("omar", OMAR)], ids=["maya", "omar"])
def test_each_operation_answers_as_it_did(chase: Reader, customer: str, paths: dict[str, str]) -> None:
    there = chase(customer)
    names = dict(there.accounts)
    if customer == "maya":
        statements = there.json(f"/accounts/{names['CHECKING']}/statements")["statements"]
        names["statement"] = statements[0]["statementId"]
        names["program"] = there.json("/reward-programs")["rewardPrograms"][0]["programId"]

    for name, path in paths.items():
        answer = there.get(path.format(**names), headers={"interactionId": "golden-1"})
        passing = {there.access.consent_id: "CONSENT"}
        assert_golden(GOLDEN / f"{customer}-{name}.json", answer, secrets=SECRETS, passing=passing)
