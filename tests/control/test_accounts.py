"""Accounts: looked at, added, changed, in one world alone."""

import pytest
import requests

from sandbox.seeding import personas
from tests.conftest import Server, World
from tests.control.words import account_of, refused, told


def test_an_id_alone_finds_an_account_nobody_has_looked_at(server: Server) -> None:
    """Rows are made on first touch; whose an id is, is known before."""
    made = told(requests.post(f"{server.url}/_sandbox/worlds", json={"seed": 4711}, timeout=10), 201)
    world = World(server, made["id"], {})
    account_id = personas.account_id(4711, "citi", "grace", "checking")
    assert told(world.control("GET", f"/accounts/{account_id}"))["bank"] == "citi"
    requests.delete(f"{server.url}/_sandbox/worlds/{made['id']}", timeout=10)


def test_an_unknown_account_is_not_found(world: World) -> None:
    refused(world.control("GET", "/accounts/acc_nothing"), 404, "AccountNotFound")


@pytest.mark.parametrize(
    ("kind", "more", "current"),
    [
        ("SAVINGS", {"opening_balance": "250.00", "terms": {"apy": "4.10"}}, "250.00"),
        ("CREDIT_CARD", {"opening_balance": "-80.00", "terms": {"credit_limit": "1000.00", "apr": "19.99"}}, "-80.00"),
        ("AUTO_LOAN", {"terms": {"original_principal": "20000.00", "apr": "5.5", "term_months": 60}}, "-20000.00"),
        ("CHECKING", {}, "0.00"),
    ],
)
def test_an_account_of_any_kind_is_added_and_the_bank_shows_it(
    world: World, kind: str, more: dict[str, object], current: str
) -> None:
    wish = {"bank": "chase", "customer": "maya", "kind": kind, "nickname": "The new one", **more}
    answer = world.control("POST", "/accounts", json=wish)
    made = told(answer, 201)
    assert (made["balances"]["current"], made["status"], made["nickname"]) == (current, "OPEN", "The new one")
    assert requests.get(world.server.url + answer.headers["Location"], timeout=10).json() == made
    given = world.consent("chase", "maya", accounts=["The new one"])
    access = world.access("chase", "maya", accounts=["The new one"])
    listed = access.get("/jpmc/servicing/inquiry-maintenance/fdx/v4/accounts").json()["accounts"]
    assert given["accounts"][0]["account_id"] == made["account_id"]
    assert len(listed) == 1


def test_a_cards_available_credit_is_its_limit_less_what_is_owed(world: World) -> None:
    wish = {
        "bank": "chase", "customer": "maya", "kind": "CREDIT_CARD", "opening_balance": "-80.00",
        "terms": {"credit_limit": "1000.00"},
    }  # fmt: skip
    assert told(world.control("POST", "/accounts", json=wish), 201)["balances"]["available"] == "920.00"


@pytest.mark.parametrize(
    ("wish", "status", "error"),
    [
        ({"kind": "GOLD"}, 400, "InvalidInput"),
        ({"bank": "bankofnowhere"}, 404, "BankNotFound"),
        ({"customer": "nobody"}, 404, "CustomerNotFound"),
        ({"opening_balance": 12.5}, 400, "InvalidInput"),
        ({"opening_balance": "12.345"}, 400, "InvalidInput"),
        ({"kind": "CREDIT_CARD", "opening_balance": "5.00"}, 400, "InvalidInput"),
        ({"opened_at": "+1d"}, 400, "InvalidInput"),
        ({"opened_at": "once"}, 400, "InvalidDate"),
        ({"terms": {"statement_day": 31}}, 400, "InvalidInput"),
    ],
)
def test_an_account_that_cannot_be_is_refused(world: World, wish: dict[str, object], status: int, error: str) -> None:
    whole = {"bank": "chase", "customer": "maya", "kind": "CHECKING", **wish}
    refused(world.control("POST", "/accounts", json=whole), status, error)


@pytest.mark.parametrize("status", ["CLOSED", "LOCKED", "DORMANT"])
def test_an_account_is_ended_and_opened_again_in_this_world_alone(world: World, status: str) -> None:
    account = account_of(world)
    path = f"/accounts/{account['account_id']}"
    changed = told(world.control("PATCH", path, json={"status": status, "nickname": "Bills"}))
    assert (changed["status"], changed["nickname"]) == (status, "Bills")
    assert changed["number"] == account["number"]
    assert changed["balances"] == account["balances"]
    assert told(world.control("GET", path, params={"world": "default"}))["status"] == "OPEN"
    opened = told(world.control("PATCH", path, json={"status": "OPEN"}))
    assert f"{status.lower()}_at" not in opened


def test_a_locked_account_is_refused_by_the_bank(world: World) -> None:
    account = account_of(world)
    access = world.access("chase")
    shared = access.get("/jpmc/servicing/inquiry-maintenance/fdx/v4/accounts").json()["accounts"][0]
    told(world.control("PATCH", f"/accounts/{account['account_id']}", json={"status": "LOCKED"}))
    account_id = next(iter(shared.values()))["accountId"] if "accountId" not in shared else shared["accountId"]
    answer = access.get(f"/jpmc/servicing/inquiry-maintenance/fdx/v4/accounts/{account_id}")
    assert answer.status_code == 403


def test_an_empty_change_is_refused(world: World) -> None:
    refused(world.control("PATCH", f"/accounts/{account_of(world)['account_id']}", json={}), 400, "InvalidInput")


def test_terms_are_changed_one_by_one(world: World) -> None:
    card = account_of(world, kind="CREDIT_CARD")
    changed = told(
        world.control("PATCH", f"/accounts/{card['account_id']}", json={"terms": {"credit_limit": "99999.00"}})
    )
    assert changed["terms"] == card["terms"] | {"credit_limit": "99999.00"}
