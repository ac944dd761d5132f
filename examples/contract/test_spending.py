"""The integration's own tests, as teams write them: green, with three mistakes in what they test.

    sandbank contract run --bank chase,usbank,citi --now 2026-06-15T15:00:00Z --freeze -- pytest examples/contract

SPENDING=spending_fixed tests the version without them.
"""

import os
from datetime import date
from importlib import import_module
from typing import Any

import pytest
import requests

SPENDING = import_module(f"examples.contract.{os.environ.get('SPENDING', 'spending')}").Spending
CONTROL = os.environ["SANDBANK_CONTROL_URL"]


def linked(bank: str) -> tuple[Any, str]:
    """Maya's spending at a bank, and the id of her consent."""
    told = {name: os.environ[f"SANDBANK_{bank.upper()}_{name}"] for name in ("URL", "CLIENT_ID")}
    wish = {"bank": bank, "client_id": told["CLIENT_ID"], "customer": "maya"}
    given = requests.post(f"{CONTROL}/consents", json=wish, timeout=30).json()
    month = date(2026, 5, 15), date(2026, 6, 15)
    return SPENDING(bank, told["URL"], given["access_token"], told["CLIENT_ID"], *month), given["consent_id"]


@pytest.mark.parametrize("bank", ["chase", "citi"])
def test_a_month_costs_something(bank: str) -> None:
    spending, _ = linked(bank)
    assert spending.look() > 100


def test_nobody_spends_less_than_nothing() -> None:
    spending, _ = linked("usbank")
    assert spending.look() >= 0


def test_when_the_bank_does_not_answer_the_last_number_stays() -> None:
    spending, consent = linked("chase")
    before = spending.look()
    requests.post(f"{CONTROL}/consents/{consent}/revoke", json={}, timeout=30)
    assert [spending.look() for _ in range(4)] == [before] * 4
