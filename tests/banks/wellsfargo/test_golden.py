"""What Wells Fargo answers about maya and omar, at a frozen clock: status, headers and body of every operation."""

import re
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.banks.golden import assert_golden
from tests.conftest import Access, World

GOLDEN = Path(__file__).parent / "golden"
YEAR = "startDate=2025-06-16&endDate=2026-06-15"
PASSING = {
    r'(?<="nextPageKey":")[^"]+|(?<=pageKey=)[^"&]+': "KEY",
    r"(?<=error )[0-9a-f-]{36}": "ID",
    r"demo-app-\w+": "CLIENT",
}
"""Keys of pages hang on the consent, whose id is drawn anew each time."""

MAYA = {
    "accounts": "/accounts",
    "accounts_details": "/accounts?resultType=details",
    "accounts_page": "/accounts?limit=2",
    "accounts_some": "/accounts?accountIds={card},unknown",
    "checking": "/accounts/{checking}",
    "savings": "/accounts/{savings}",
    "card": "/accounts/{card}",
    "contact": "/accounts/{checking}/contact",
    "payment_networks": "/accounts/{checking}/payment-networks",
    "payment_networks_of_a_card": "/accounts/{card}/payment-networks",
    "asset_transfer_networks": "/accounts/{checking}/asset-transfer-networks",
    "terms_checking": "/accounts/{checking}/terms-and-conditions",
    "terms_card": "/accounts/{card}/terms-and-conditions",
    "transactions_checking": f"/accounts/{{checking}}/transactions?limit=20&{YEAR}",
    "transactions_savings": f"/accounts/{{savings}}/transactions?limit=5&{YEAR}",
    "transactions_card": "/accounts/{card}/transactions",
    "transactions_by_time": "/accounts/{card}/transactions?startTime=2026-06-01T23:59:59Z&endTime=2026-06-02",
    "transactions_of_nobody": "/accounts/unknown/transactions",
    "half_a_range": "/accounts/{card}/transactions?startDate=2026-06-01",
    "no_such_day": "/accounts/{card}/transactions?startDate=2026-06-31&endDate=2026-07-01",
    "statements": "/accounts/{checking}/statements?limit=2",
    "statements_in_a_range": "/accounts/{checking}/statements?startDate=2026-01-20&endDate=2026-02-20",
    "statement": "/accounts/{checking}/statements/{statement}",
    "statement_unknown": "/accounts/{checking}/statements/1",
    "image": "/accounts/{checking}/transaction-images/{image}",
    "image_unknown": "/accounts/{checking}/transaction-images/{image}x",
    "reward_transactions": f"/accounts/{{card}}/reward-transactions?limit=5&{YEAR}",
    "reward_transactions_of_checking": "/accounts/{checking}/reward-transactions",
    "reward_programs": "/reward-programs",
    "reward_program": "/reward-programs/RP-CASH-BACK",
    "reward_program_unknown": "/reward-programs/RP-NONE",
    "reward_categories": "/reward-programs/RP-CASH-BACK/categories",
    "customers": "/customers",
    "customer_current": "/customers/current",
    "customer": "/customers/{customer}",
    "customer_unknown": "/customers/nobody",
    "consent": "/consents/{consent}",
    "consent_revocation": "/consents/{consent}/revocation",
    "consent_unknown": "/consents/00000000-0000-4000-8000-000000000000",
    "recipients": "/recipients",
    "recipient": "/recipients/{recipient}",
    "recipient_unknown": "/recipients/nobody",
    "data_providers": "/data-providers",
    "data_provider": "/data-providers/wellsfargo",
    "data_provider_unknown": "/data-providers/chase",
    "availability": "/availability",
    "capability": "/capability",
    "capability_of_another_version": "/capability?fdxVersion=5.3",
    "certification_metrics": "/certification-metrics?operationId=searchForAccounts",
    "too_much": "/accounts?limit=501&page=2",
    "nothing_there": "/nothing",
}
OMAR = {
    "accounts": "/accounts",
    "accounts_details": "/accounts?resultType=details",
    "mortgage": "/accounts/{mortgage}",
    "transactions_mortgage": f"/accounts/{{mortgage}}/transactions?limit=6&{YEAR}",
    "transactions_checking": f"/accounts/{{checking}}/transactions?limit=10&{YEAR}",
    "statements_mortgage": "/accounts/{mortgage}/statements?limit=1",
    "terms_mortgage": "/accounts/{mortgage}/terms-and-conditions",
    "reward_programs": "/reward-programs",
    "customer_current": "/customers/current",
}


@pytest.mark.parametrize(("customer", "paths"), [("maya", MAYA), ("omar", OMAR)], ids=["maya", "omar"])
def test_each_operation_answers_as_it_did(world: World, customer: str, paths: dict[str, str]) -> None:
    access = world.access("wellsfargo", customer)
    names = names_of(access)

    for name, path in paths.items():
        answer = fdx(access, path.format(**names))
        assert_golden(GOLDEN / f"{customer}-{name}.json", answer, passing={**PASSING, access.consent_id: "CONSENT"})


def test_every_read_operation_of_the_document_has_a_golden_answer(world: World) -> None:
    document = world.server.app.services.documents["wellsfargo"]
    # Subscriptions have ids that nobody can foresee: tests/events looks after them.
    paths = {one.operation_id: one.path for one in document.operations.values() if "subscriptions" not in one.path}

    asked = [path.partition("?")[0] for path in MAYA.values()]
    read = {name: path for name, path in paths.items() if path.startswith("/fdx/v6")}
    patterns = {name: re.sub(r"\{\w+}", "[^/]+", path) for name, path in read.items()}
    missing = [name for name, path in patterns.items() if not any(re.fullmatch(path, f"/fdx/v6{one}") for one in asked)]

    assert missing == []


def fdx(access: Access, path: str, **more: Any) -> requests.Response:
    return access.get(f"/fdx/v6{path}", **more)


def names_of(access: Access) -> dict[str, str]:
    """What the paths speak of, found as a client would find it."""
    kinds = {"CHECKING": "checking", "SAVINGS": "savings", "CREDITCARD": "card", "MORTGAGE": "mortgage"}
    accounts = fdx(access, "/accounts").json()["accounts"]
    names = {kinds[account["accountType"]]: account["accountId"] for account in accounts}
    checking = f"/accounts/{names['checking']}"
    names["consent"] = access.consent_id
    names["recipient"] = fdx(access, "/recipients").json()["recipients"][0]["recipient_id"]
    names["customer"] = fdx(access, "/customers/current").json()["customerId"]
    names["statement"] = fdx(access, f"{checking}/statements").json()["statements"][0]["statementId"]
    rows = fdx(access, f"{checking}/transactions?limit=500&{YEAR}").json()["transactions"]
    names["image"] = next((row["imageIds"][0] for row in rows if "imageIds" in row), "")
    return names
