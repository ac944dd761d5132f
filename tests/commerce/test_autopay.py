"""A card that is stopped is paid what its statement says, and no more."""

from decimal import Decimal
from typing import Any

import pytest

from tests.commerce.words import does, read
from tests.conftest import World
from tests.control.words import account_of, told


def balance(world: World, account: dict[str, Any]) -> Decimal:
    return Decimal(told(world.control("GET", f"/accounts/{account['account_id']}"))["balances"]["current"])


def amounts(world: World, account: dict[str, Any], kind: str) -> list[tuple[str, Decimal]]:
    """(instant, amount) of the rows of a kind since the world began, the oldest first."""
    params = {"limit": "200", "from": "2026-06-15T15:00:00Z"}
    listed = told(world.control("GET", f"/accounts/{account['account_id']}/transactions", params=params))
    found = [row for row in listed["transactions"] if row["kind"] == kind]
    return [(row["authorised_at"], Decimal(row["amount"])) for row in found][::-1]


@pytest.mark.parametrize("bank", ["chase", "citi"])
def test_autopay_of_a_frozen_card_pays_what_is_left_and_both_accounts_say_the_same(world: World, bank: str) -> None:
    checking, card = (account_of(world, bank=bank, kind=kind) for kind in ("CHECKING", "CREDIT_CARD"))
    access = world.access(bank)
    for plastic in read(access, "/cards")["cards"]:
        if plastic["status"] == "active":
            does(access, f"/cards/{plastic['card_id']}/freeze", reason="I cannot find it.")
    owed = balance(world, card)
    assert owed < 0
    world.advance("P90D")
    payments = amounts(world, card, "PAYMENT")
    assert len(payments) == 2, "the statement that was there, and the one with what came after it"
    assert balance(world, card) == 0
    taken = [(at, -amount) for at, amount in amounts(world, checking, "BILL_PAYMENT")]
    assert set(payments) <= set(taken)
