"""Clients: registered at a bank in a world, looked at, struck off."""

from typing import Any

import pytest
import requests

from tests.conftest import World
from tests.control.words import refused, told

CALLBACK = "http://127.0.0.1:9000/callback"


def register(world: World, **wish: Any) -> requests.Response:
    return world.control(
        "POST", "/clients", json={"bank": "citi", "name": "A bot", "redirect_uris": [CALLBACK], **wish}
    )


def test_a_client_is_registered_and_its_secret_told_once(world: World) -> None:
    answer = register(world, profile="strict", purposes=["Remind me of bills"], client_uri="https://bot.example")
    made = told(answer, 201)
    secret = made.pop("client_secret")
    assert len(secret) >= 32
    shown = requests.get(world.server.url + answer.headers["Location"], timeout=10)
    assert told(shown) == made
    assert secret not in shown.text
    assert (made["profile"], made["public"], made["world"]) == ("strict", False, world.world_id)
    listed = told(world.control("GET", "/clients", params={"bank": "citi"}))["clients"]
    assert made in listed


def test_a_public_client_has_no_secret(world: World) -> None:
    made = told(register(world, public=True), 201)
    assert made["public"]
    assert "client_secret" not in made


def test_an_id_can_be_chosen_once_at_a_bank(world: World) -> None:
    client_id = f"bot-{world.world_id}"
    assert told(register(world, client_id=client_id), 201)["client_id"] == client_id
    refused(register(world, client_id=client_id), 409, "Conflict")
    told(register(world, client_id=client_id, bank="usbank"), 201)


def test_a_bank_that_takes_one_redirect_uri_takes_one(world: World) -> None:
    two = [CALLBACK, "https://bot.example/callback"]
    told(register(world, redirect_uris=two), 201)
    refusal = refused(register(world, bank="chase", redirect_uris=two), 400, "InvalidInput")
    assert "one redirect URI" in refusal["detail"]


@pytest.mark.parametrize(
    "uri",
    [
        "http://bot.example/callback",
        "https://bot.example/#fragment",
        "https://bot.example/callback#",
        "https://user:pass@bot.example/",
        "https://*.bot.example/",
        "https://bot.example/*",
        "bot.example/callback",
        "/callback",
        "loopback:*",
        "javascript:alert(1)",
        "https://bot.example/a b",
        "https://bot.example\\@evil.example/",
        "https://bøt.example/",
        "https://",
        "http://127.0.0.1:port/",
        "http://127.0.0.1.evil.example/",
    ],
)
def test_a_redirect_uri_that_could_mislead_is_refused(world: World, uri: str) -> None:
    refusal = refused(register(world, redirect_uris=[CALLBACK, uri]), 400, "InvalidInput")
    assert [violation["name"] for violation in refusal["violations"]] == ["/redirect_uris/1"]


@pytest.mark.parametrize("uri", [CALLBACK, "http://localhost/cb", "http://[::1]:8000/", "https://bot.example/cb?x=1"])
def test_loopback_and_https_uris_are_taken(world: World, uri: str) -> None:
    assert told(register(world, redirect_uris=[uri]), 201)["redirect_uris"] == [uri]


def test_a_client_that_is_struck_off_reads_nothing_more(world: World) -> None:
    made = told(register(world, bank="chase"), 201)
    access = world.access("chase", client_id=made["client_id"])
    accounts = "/jpmc/servicing/inquiry-maintenance/fdx/v4/accounts"
    assert access.get(accounts).status_code == 200
    path = f"/clients/chase/{made['client_id']}"
    assert world.control("DELETE", path).status_code == 204
    assert access.get(accounts).status_code == 401
    refused(world.control("GET", path), 404, "ClientNotFound")
    refused(world.control("DELETE", path), 404, "ClientNotFound")


def test_a_client_of_another_world_is_not_found_in_this(world: World) -> None:
    refused(world.control("GET", "/clients/chase/demo-app"), 404, "ClientNotFound")
    refused(world.control("GET", "/clients/bankofnowhere/demo-app"), 404, "BankNotFound")
