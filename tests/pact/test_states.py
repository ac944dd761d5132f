"""The endpoint that a verifier of Pact asks for the state which an interaction is given."""

from typing import Any

import pytest
import requests

from tests.conftest import World


def state(world: World, sentence: str, **more: Any) -> dict[str, Any]:
    told: dict[str, Any] = change(world, state=sentence, **more).json()
    return told


def change(world: World, **wish: Any) -> requests.Response:
    return world.control("POST", "/pact/states", json={"action": "setup", "consumer": "bot", **wish})


def accounts(known: dict[str, Any]) -> requests.Response:
    """As a client reads them at Chase."""
    path = "/jpmc/servicing/inquiry-maintenance/fdx/v4/accounts"
    headers = {"Authorization": f"Bearer {known['access_token']}"}
    return requests.get(known["base_url"] + path, headers=headers, timeout=30)


def ids(answer: requests.Response) -> list[str]:
    return [one["accountId"] for account in answer.json()["accounts"] for one in account.values()]


def test_a_state_answers_what_only_its_world_knows(world: World) -> None:
    known = state(world, "maya shares accounts at chase")

    assert (known["world"], known["client_id"]) == (world.world_id, world.clients["chase"]["client_id"])
    assert ids(accounts(known))[0] == known["account_1"] == known["checking_account"]


def test_parameters_may_come_beside_the_sentence(world: World) -> None:
    known = state(world, "{customer} shares accounts at {bank}", params={"customer": "maya", "bank": "chase"})

    assert accounts(known).status_code == 200


def test_a_persona_is_a_state_and_the_address_can_name_the_bank(world: World) -> None:
    answer = world.control("POST", "/pact/states", json={"state": "maya"}, params={"bank": "usbank"})

    assert (answer.json()["bank"], answer.json()["customer"]) == ("usbank", "maya")


@pytest.mark.parametrize(
    "sentence", ["maya has withdrawn the consent at chase", "the token of maya at chase is out of date"]
)
def test_a_token_that_is_good_no_more_is_a_state(world: World, sentence: str) -> None:
    assert accounts(state(world, sentence)).status_code == 401


def test_a_row_is_a_state(world: World) -> None:
    known = state(world, "maya paid 18.40 to lantern-oar at chase", params={"status": "pending"})

    path = f"/jpmc/servicing/inquiry-maintenance/fdx/v4/accounts/{known['account_1']}/transactions"
    headers = {"Authorization": f"Bearer {known['access_token']}"}
    rows = requests.get(known["base_url"] + path, headers=headers, timeout=30).json()["transactions"]
    assert any(row["amount"] == 18.4 for wrapped in rows for row in wrapped.values())


def test_a_bank_that_is_down_is_a_state_and_a_teardown_ends_it(world: World) -> None:
    assert state(world, "chase has the faults maintenance-window")["bank"] == "chase"
    assert accounts(state(world, "maya shares accounts at chase")).status_code == 503

    assert change(world, action="teardown", state="chase has the faults maintenance-window").status_code == 200
    assert accounts(state(world, "maya shares accounts at chase")).status_code == 200


def test_several_states_come_about_at_once(world: World) -> None:
    told = change(world, states=["the clock is at 2026-07-01T12:00:00Z", "maya shares accounts at chase"]).json()

    assert told["now"].startswith("2026-07-01T12:00:00")
    assert accounts(told).status_code == 200


def test_an_unknown_state_is_refused_with_the_nearest(world: World) -> None:
    refused = change(world, state="maya shared an account at chase")

    assert (refused.status_code, refused.json()["error"]) == (422, "StateUnknown")
    assert "{customer} shares accounts at {bank}" in refused.json()["facts"]["nearest"]


def test_a_state_that_leaves_out_a_parameter_is_refused(world: World) -> None:
    refused = change(world, state="maya")

    assert refused.status_code == 422
    assert refused.json()["detail"] == "the state 'maya' does not say bank"


def test_parameters_are_held_against_the_document_of_what_they_are_for(world: World) -> None:
    refused = change(world, state="maya shares accounts at chase", params={"clusters": "BALANCES"})

    assert (refused.status_code, refused.json()["violations"][0]["rule"]) == (400, "type")


def test_the_states_are_listed_with_their_parameters(world: World) -> None:
    listed = requests.get(f"{world.server.url}/_sandbox/pact/states", timeout=30).json()["states"]

    assert [name for one in listed for name in one["params"] if name == "profile"] == ["profile"]
