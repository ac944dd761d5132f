"""Personas, and the customers that they become in a world."""

import requests

from tests.conftest import Server, World
from tests.control.words import refused, told


def test_personas_are_listed_with_what_to_test(server: Server) -> None:
    personas = told(requests.get(f"{server.url}/_sandbox/personas", timeout=10))["personas"]
    amina = next(persona for persona in personas if persona["slug"] == "amina")
    assert amina["logins"] == ["amina", "jon"]
    assert all(persona["story"] and persona["purpose"] and persona["banks"] for persona in personas)


def test_a_persona_is_shown_with_its_accounts(server: Server) -> None:
    persona = told(requests.get(f"{server.url}/_sandbox/personas/maya", timeout=10))
    assert {"CHECKING", "SAVINGS", "CREDIT_CARD"} == {account["kind"] for account in persona["accounts"]}
    assert (
        "Did you mean maya"
        in refused(requests.get(f"{server.url}/_sandbox/personas/maja", timeout=10), 404, "PersonaNotFound")["hint"]
    )


def test_customers_can_be_told_by_persona(world: World) -> None:
    people = told(world.control("GET", "/customers", params={"persona": "amina"}))["customers"]
    assert [person["username"] for person in people] == ["amina", "jon"]
    everybody = told(world.control("GET", "/customers"))["customers"]
    assert len(everybody) > len(people)


def test_a_customers_accounts_are_those_at_every_bank(world: World) -> None:
    accounts = told(world.control("GET", "/customers/jon/accounts"))["accounts"]
    assert {account["bank"] for account in accounts} == set(world.server.app.services.banks)
    joint = next(account for account in accounts if len(account["holders"]) > 1)
    assert {"amina", "jon"} <= {holder["username"] for holder in joint["holders"]}
    refused(world.control("GET", "/customers/nobody/accounts"), 404, "CustomerNotFound")
    refused(world.control("GET", "/customers/jon/accounts", params={"bank": "bankofnowhere"}), 404, "BankNotFound")


def test_a_person_can_be_added_with_accounts_and_consents(world: World) -> None:
    wish = {"username": "rosa", "first_name": "Rosa", "last_name": "Quintero", "born": "1991-04-02"}
    answer = world.control("POST", "/customers", json=wish)
    assert told(answer, 201)["name"] == "Rosa Quintero"
    assert requests.get(world.server.url + answer.headers["Location"], timeout=10).json() == answer.json()
    refused(world.control("POST", "/consents", json={"bank": "chase", "customer": "rosa"}), 409, "Conflict")
    account = {"bank": "chase", "customer": "rosa", "kind": "CHECKING", "opening_balance": "120.50"}
    made = told(world.control("POST", "/accounts", json=account), 201)
    assert made["balances"]["current"] == "120.50"
    shared = world.consent("chase", "rosa")["accounts"]
    assert [one["account_id"] for one in shared] == [made["account_id"]]
    body = world.access("chase", "rosa").get("/jpmc/servicing/inquiry-maintenance/fdx/v4/accounts?resultType=details")
    assert body.json()["accounts"][0]["depositAccount"]["currentBalance"] == 120.5
    assert world.access("chase", "rosa").get(
        "/jpmc/servicing/inquiry-maintenance/fdx/v4/customers/current"
    ).status_code in (200, 404)


def test_a_person_can_join_a_household(world: World) -> None:
    wish = {"username": "leo", "first_name": "Leo", "last_name": "Torres", "persona": "maya"}
    assert told(world.control("POST", "/customers", json=wish), 201)["persona"] == "maya"
    account = {"bank": "citi", "customer": "maya", "joint_with": ["leo"], "kind": "SAVINGS"}
    told(world.control("POST", "/accounts", json=account), 201)
    own = told(world.control("GET", "/customers/leo/accounts", params={"bank": "citi"}))["accounts"]
    assert [[holder["username"] for holder in one["holders"]] for one in own] == [["maya", "leo"]]


def test_an_added_person_lives_in_one_world(server: Server, world: World) -> None:
    told(world.control("POST", "/customers", json={"username": "uno", "first_name": "U", "last_name": "No"}), 201)
    refused(requests.get(f"{server.url}/_sandbox/customers/uno", timeout=10), 404, "CustomerNotFound")


def test_a_taken_username_is_refused(world: World) -> None:
    for username in ("maya", "cancels"):
        wish = {"username": username, "first_name": "A", "last_name": "B"}
        refused(world.control("POST", "/customers", json=wish), 409, "Conflict")


def test_identifiers_that_could_be_somebodys_are_refused(world: World) -> None:
    wish = {"username": "x1", "first_name": "A", "last_name": "B"}
    for member in ({"email": "a@bank.com"}, {"phone": "5035551234"}):
        refused(world.control("POST", "/customers", json=wish | member), 400, "InvalidInput")


def test_synthetic_customers_are_there_when_asked_for(world: World) -> None:
    person = told(world.control("GET", "/customers/synthetic-000042"))
    assert person["persona"] == "synthetic-000042"
    given = world.consent("chase", "synthetic-000042")
    assert given["accounts"]
    told(world.control("GET", f"/consents/{given['consent_id']}"))
    refused(world.control("GET", "/customers/synthetic-000000"), 404, "CustomerNotFound")
