"""How often a client may read while its customer is away; and what a client gets that lost an answer."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from tests.conftest import USUAL_HEADERS, Access, World
from tests.oauth.conftest import BANKS, App, application, register

AWAY = {"FDX-API-Actor-Type": "BATCH"}
THERE = [{"FDX-API-Actor-Type": "USER"}, {**AWAY, "x-fapi-customer-ip-address": "203.0.113.7"}]


def limited(world: World, bank: str, reads: int) -> Access:
    client = register(world, bank, unattended_reads=reads)
    return world.access(bank, client_id=client["client_id"])


def accounts_path(world: World, bank: str) -> str:
    return world.server.app.services.banks[bank].accounts_path


@pytest.mark.parametrize("bank", BANKS)
def test_who_reads_too_often_is_told_so_in_the_banks_voice_until_the_day_is_over(world: World, bank: str) -> None:
    app = application(world, bank, register(world, bank, unattended_reads=3))
    tokens = app.exchange(app.code("maya")).json()
    assert [read(app, tokens).status_code for _ in range(4)] == [200, 200, 200, 429]
    refused = read(app, tokens)
    assert "Sandbank-Contract" not in refused.headers
    seconds = int(refused.headers["Retry-After"])
    assert 0 < seconds <= 24 * 3600
    why = world.control("GET", f"/why/{refused.headers['Sandbank-Trace']}", params={"world": None}).json()
    assert why["error"] == "RateLimited"

    world.advance(f"PT{seconds - 1}S")
    fresh = app.refresh(tokens["refresh_token"]).json()
    assert read(app, fresh).status_code == 429
    world.advance("PT1S")
    assert read(app, fresh).status_code == 200


def read(app: App, tokens: dict[str, Any]) -> requests.Response:
    """While the customer is away."""
    usual = {**USUAL_HEADERS.get(app.bank.slug, {}), "client_id": app.client_id, **AWAY}
    return Access(app.base, "", tokens["access_token"], usual).get(app.bank.accounts_path)


@pytest.mark.parametrize("there", THERE)
def test_reading_while_the_customer_is_there_counts_for_nothing(world: World, there: dict[str, str]) -> None:
    access, path = limited(world, "wellsfargo", 1), accounts_path(world, "wellsfargo")
    assert {access.get(path, headers=there).status_code for _ in range(3)} == {200}
    assert [access.get(path, headers=AWAY).status_code for _ in range(2)] == [200, 429]


def test_of_twenty_reads_at_once_no_more_than_the_limit_are_answered(world: World) -> None:
    access, path = limited(world, "chase", 5), accounts_path(world, "chase")
    with ThreadPoolExecutor(20) as pool:
        statuses = list(pool.map(lambda _: access.get(path, headers=AWAY).status_code, range(20)))
    assert sorted(statuses) == [*[200] * 5, *[429] * 15]


def test_easy_clients_read_as_often_as_they_like_and_strict_ones_two_hundred_times_a_day(world: World) -> None:
    path = accounts_path(world, "chase")
    easy = world.access("chase")
    strict = world.access("chase", client_id=register(world, "chase", profile="strict")["client_id"])
    assert {easy.get(path).status_code for _ in range(201)} == {200}
    assert [strict.get(path).status_code for _ in range(201)] == [*[200] * 200, 429]


def test_a_limit_is_each_consents_own(world: World) -> None:
    client = register(world, "chase", unattended_reads=1)["client_id"]
    for _ in range(2):
        assert world.access("chase", client_id=client).get(accounts_path(world, "chase")).status_code == 200


def test_a_refresh_whose_answer_was_lost_leaves_a_client_nothing_but_to_ask_the_customer_again(world: World) -> None:
    """Where refresh tokens work once there is no grace: a retry cannot be told from a thief's, and ends the family."""
    app = application(world, "citi", register(world, "citi"))
    refresh_token = app.exchange(app.code("maya")).json()["refresh_token"]
    lost = app.refresh(refresh_token).json()
    retry = app.refresh(refresh_token)
    assert (retry.status_code, retry.json()["error"]) == (400, "invalid_grant")
    why = world.control("GET", f"/why/{retry.headers['Sandbank-Trace']}", params={"world": None}).json()
    assert "has ended" in why["detail"]
    assert app.read(lost["access_token"]).status_code == 401


def test_where_a_refresh_token_works_on_and_on_a_lost_answer_does_no_harm(chase_app: App) -> None:
    refresh_token = chase_app.exchange(chase_app.code("maya")).json()["refresh_token"]
    for _ in range(2):
        answer = chase_app.refresh(refresh_token)
        assert chase_app.read(answer.json()["access_token"]).status_code == 200
