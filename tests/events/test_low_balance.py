"""When an account is low is for each account to say."""

from decimal import Decimal

import pytest

from tests.conftest import World
from tests.control.words import account_of, refused, told
from tests.events.members import Event
from tests.events.test_fetching import everything, kinds, lasting


def low(world: World, account: str, threshold: str | None) -> str:
    """Says when it is low; when it is."""
    changed = told(world.control("PATCH", f"/accounts/{account}", json={"low_balance": threshold}))
    assert isinstance(changed["low_balance"], str)
    return changed["low_balance"]


def leave(world: World, account: str, available: str) -> None:
    """Spends, or brings, so much that this is left."""
    has = Decimal(told(world.control("GET", f"/accounts/{account}"))["balances"]["available"])
    row = {"amount": f"{Decimal(available) - has:f}", "description": "MOVED"}
    told(world.control("POST", f"/accounts/{account}/transactions", json=row), 201)


def lows(events: list[Event]) -> list[tuple[str, str]]:
    found = [event["data"] for event in events if event["type"] == "sandbox.balance.low"]
    return [(data["amount"]["amount"], data["threshold"]["amount"]) for data in found]


def test_an_account_is_low_below_its_own_threshold(world: World) -> None:
    client, account = lasting(world, "chase"), account_of(world)["account_id"]
    assert told(world.control("GET", f"/accounts/{account}"))["low_balance"] == "100.00"
    leave(world, account, "300.00")
    assert low(world, account, "250.00") == "250.00"
    leave(world, account, "249.99")
    leave(world, account, "99.00")
    assert lows(everything(client)) == [("249.99", "250.00")]
    leave(world, account, "400.00")
    assert low(world, account, None) == "100.00"
    leave(world, account, "249.99")
    leave(world, account, "99.00")
    assert lows(everything(client)) == [("249.99", "250.00"), ("99.00", "100.00")]


@pytest.mark.parametrize("is_told", [True, False])
def test_the_past_is_judged_by_what_held_then(world: World, is_told: bool) -> None:
    """Nobody fetches while a month passes in which the balance falls below what it was."""
    client, account = lasting(world, "chase"), account_of(world)["account_id"]
    everything(client)
    crossed = told(world.control("GET", f"/accounts/{account}"))["balances"]["available"]
    thresholds = [crossed, "-1000000.00"]
    low(world, account, thresholds[not is_told])
    world.advance("P30D")
    low(world, account, thresholds[is_told])
    assert bool(lows(everything(client))) is is_told


def test_what_is_owed_is_never_low(world: World) -> None:
    card = account_of(world, kind="CREDIT_CARD")["account_id"]
    refused(world.control("PATCH", f"/accounts/{card}", json={"low_balance": "5.00"}), 400, "InvalidInput")
    refused(world.control("PATCH", f"/accounts/{card}", json={"low_balance": "five"}), 400, "InvalidInput")
    assert "low_balance" not in told(world.control("GET", f"/accounts/{card}"))


def test_an_account_that_is_closed_right_after_a_row_is_told_of(world: World) -> None:
    client, account = lasting(world, "chase"), account_of(world)["account_id"]
    everything(client)
    leave(world, account, "0.00")
    told(world.control("PATCH", f"/accounts/{account}", json={"status": "CLOSED"}))
    assert kinds(everything(client)).count("account.closed") == 1
