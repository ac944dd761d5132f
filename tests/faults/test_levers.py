"""What one request asks for itself."""

import http.client

import pytest
import requests

from sandbox.contract.examples import examples
from sandbox.settings import Settings
from tests.conftest import NOW, World, new_world, serving
from tests.control.words import told
from tests.faults.words import ACCOUNTS, BANKS, RATE_LIMITED

bank_by_bank = pytest.mark.parametrize("bank", BANKS)


@bank_by_bank
def test_a_code_is_answered_in_the_banks_own_words(world: World, bank: str) -> None:
    answer = world.access(bank).get(ACCOUNTS[bank], headers={"Prefer": "code=429"})
    assert answer.status_code == 429
    assert answer.headers["Preference-Applied"] == "code=429"
    assert answer.headers["Retry-After"] == "30"
    assert RATE_LIMITED[bank] in answer.text
    assert "Sandbank-Contract" not in answer.headers


@bank_by_bank
def test_every_refusal_that_a_document_knows_can_be_had(world: World, bank: str) -> None:
    access, document = world.access(bank), world.server.app.services.documents[bank]
    operation, _ = document.match("GET", ACCOUNTS[bank])
    refusals = [status for status in operation.responses if status >= "400"]
    assert len(refusals) > 5
    for status in refusals:
        answer = access.get(ACCOUNTS[bank], headers={"Prefer": f"code={status}"})
        assert answer.status_code == int(status)
        assert "Sandbank-Contract" not in answer.headers


def test_an_error_can_be_asked_for_by_its_name(world: World) -> None:
    answer = world.access("chase").get(ACCOUNTS["chase"], headers={"Prefer": 'fault="AccountLocked"'})
    assert (answer.status_code, answer.json()["code"]) == (403, 706)


def test_levers_in_the_query_are_no_concern_of_the_document(world: World) -> None:
    answer = world.access("chase").get(ACCOUNTS["chase"] + "?__code=503&limit=1&__delay=120")
    assert answer.status_code == 503
    assert answer.elapsed.total_seconds() > 0.12
    assert answer.headers["Preference-Applied"] == "code=503, delay=120"


def test_preferences_are_read_as_the_standard_writes_them(world: World) -> None:
    asked = 'return=minimal; Code="503" , respond-async,code=429;delay=1'
    answer = world.access("citi").get(ACCOUNTS["citi"], headers={"Prefer": asked})
    assert answer.status_code == 503
    assert answer.headers["Preference-Applied"] == "code=503, delay=1"


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ("code=418", "never answers 418"),
        ("code=200", "never answers 200"),
        ("code=abc", "whole number"),
        ("code=", "whole number"),
        ("delay=61000", "up to 60000"),
        ("fault=AccountLost", "Did you mean"),
        ("fault=NoSuchThing", "there is no error"),
    ],
)
def test_what_cannot_be_had_is_refused_and_explained(world: World, asked: str, reason: str) -> None:
    answer = world.access("chase").get(ACCOUNTS["chase"], headers={"Prefer": asked})
    assert answer.status_code == 400
    why = requests.get(f"{world.server.url}/_sandbox/why/{answer.headers['Sandbank-Trace']}", timeout=30)
    assert why.json()["error"] == "LeverMisused"
    assert reason in why.text


def test_preferences_of_others_pass_by(world: World) -> None:
    answer = world.access("chase").get(ACCOUNTS["chase"], headers={"Prefer": "return=minimal"})
    assert answer.status_code == 200
    assert "Preference-Applied" not in answer.headers


@pytest.mark.parametrize(
    ("fault", "seen"),
    [
        ("reset", "Connection reset by peer"),
        ("empty", "Remote end closed connection without response"),
        ("truncated", "IncompleteRead"),
    ],
)
def test_connections_break(world: World, fault: str, seen: str) -> None:
    access = world.access("chase")
    with pytest.raises(requests.exceptions.RequestException, match=seen):
        access.get(ACCOUNTS["chase"], headers={"Prefer": f"fault={fault}"})
    assert access.get(ACCOUNTS["chase"]).status_code == 200


def test_an_answer_may_come_a_few_bytes_at_a_time(world: World) -> None:
    told(world.control("POST", "/faults", json={"fault": "dribble", "bytes_per_second": 1000}), 201)
    access = world.access("chase")
    connection = http.client.HTTPConnection(*access.base.removeprefix("http://").split("/")[0].split(":"))  # type: ignore[arg-type]
    connection.request("GET", f"/chase{ACCOUNTS['chase']}", headers={"Authorization": f"Bearer {access.token}"})
    answer = connection.getresponse()
    first = answer.read1()
    rest = answer.read()
    assert 0 < len(first) <= 100
    assert len(first) + len(rest) == int(answer.headers["Content-Length"])
    connection.close()


def test_oauth_endpoints_refuse_in_their_own_words(world: World) -> None:
    client = world.clients["usbank"]
    refresh = {"grant_type": "refresh_token", "refresh_token": world.consent("usbank")["refresh_token"]}
    banks = requests.get(f"{world.server.url}/_sandbox/banks", timeout=30).json()["banks"]
    bank = next(one for one in banks if one["slug"] == "usbank")
    for asked, status, error in (
        ("fault=invalid_grant", 400, "invalid_grant"),
        ("code=401", 401, "invalid_client"),
        ("code=503", 503, "temporarily_unavailable"),
    ):
        answer = requests.post(
            bank["token_endpoint"],
            data=refresh,
            auth=(client["client_id"], client["client_secret"]),
            headers={"Prefer": asked},
            timeout=30,
        )
        assert (answer.status_code, answer.json()["error"]) == (status, error)
        assert "Sandbank-Contract" not in answer.headers


def test_a_server_without_levers_ignores_them_and_says_so() -> None:
    with serving(Settings(now=NOW, freeze=True, no_levers=True)) as server, new_world(server) as world:
        assert requests.get(f"{server.url}/_sandbox/info", timeout=30).json()["levers"] is False
        answer = world.access("chase").get(ACCOUNTS["chase"] + "?__code=503", headers={"Prefer": "code=429"})
        assert answer.status_code == 200
        assert "Preference-Applied" not in answer.headers


@bank_by_bank
def test_an_example_of_the_document_can_be_had(world: World, bank: str) -> None:
    access, path = world.access(bank), ACCOUNTS[bank]
    operation, _ = world.server.app.services.documents[bank].match("GET", path)
    shown = examples(operation)
    assert shown
    for name, example in shown.items():
        answer = access.get(path, headers={"Prefer": f"example={name}"})
        assert (answer.status_code, answer.json()) == (example.status, example.value)
        assert answer.headers["Preference-Applied"] == f"example={name}"
    assert access.get(path, headers={"Prefer": "example=nothing"}).status_code == 400


def test_levers_work_at_the_messenger(world: World) -> None:
    page = told(world.control("GET", "/messenger/pages/ready"))
    query = {"access_token": page["page_token"], "__code": "500"}
    answer = requests.get(f"{world.server.url}/messenger/me", params=query, timeout=30)
    assert (answer.status_code, answer.json()["error"]["code"]) == (500, 2)


@pytest.mark.parametrize(
    "query", ["__code=%EF%BC%95%EF%BC%90%EF%BC%93", "__code=503%0D%0AX-Other:+1", "__fault=%00", "__delay=-1"]
)
def test_levers_in_the_query_bring_no_strange_letters_into_headers(world: World, query: str) -> None:
    answer = world.access("chase").get(f"{ACCOUNTS['chase']}?{query}")
    assert answer.status_code == 400
    assert "X-Other" not in answer.headers


def test_a_long_header_takes_no_time(world: World) -> None:
    answer = world.access("chase").get(ACCOUNTS["chase"], headers={"Prefer": "code=" + " " * 8000 + '"'})
    assert answer.elapsed.total_seconds() < 1


@bank_by_bank
def test_a_proxy_may_answer_in_the_banks_place(world: World, bank: str) -> None:
    answer = world.access(bank).get(ACCOUNTS[bank], headers={"Prefer": "fault=gateway"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (502, "text/html")
    assert "<h1>502 Bad Gateway</h1>" in answer.text
    assert "x-fapi-interaction-id" not in answer.headers
