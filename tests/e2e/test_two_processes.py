"""Two processes on one database: what one of them has written, the other knows at the next request."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import cycle
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
import requests
from requests.adapters import HTTPAdapter

from tests.conftest import NOW
from tests.e2e.databases import ENGINES, new_database
from tests.e2e.processes import PATIENCE, Serving, frozen, serving
from tests.messenger.listener import Heard, listening
from tests.oauth.browser import Browser

CHASE = "/jpmc/servicing/inquiry-maintenance/fdx/v4"
CALLBACK = "http://127.0.0.1:8912/callback"
AT_ONCE = 24
"""So many requests are sent to both at the same time."""


class Balancer(HTTPAdapter):
    """What stands before several servers: every request goes to the next one, under the name that the client knows."""

    def __init__(self, servers: list[Serving]) -> None:
        super().__init__()
        self.turns = cycle(servers)

    def send(self, request: requests.PreparedRequest, *args: Any, **more: Any) -> requests.Response:
        assert request.url is not None
        parts = urlsplit(request.url)
        request.headers["Host"] = parts.netloc
        request.url = parts._replace(netloc=f"127.0.0.1:{next(self.turns).port}").geturl()
        answer = super().send(request, *args, **more)
        answer.url = parts.geturl()
        return answer


class Pair:
    """Two servers that share a database and nothing else."""

    def __init__(self, one: Serving, other: Serving) -> None:
        self.one, self.other = one, other

    def world(self, **more: Any) -> dict[str, Any]:
        """A world made by the first."""
        wish = {"now": NOW, "frozen": True, **more}
        made: dict[str, Any] = self.one.call("POST", "/worlds", json=wish, status=201)
        return made

    def consent(self, server: Serving, world: dict[str, Any], customer: str = "chloe") -> dict[str, Any]:
        return server.consent("chase", customer, client_id=world["clients"]["chase"]["client_id"])

    def balanced(self) -> requests.Session:
        session = requests.Session()
        session.mount("http://", Balancer([self.one, self.other]))
        return session

    def at_once(self, ask: Callable[[Serving, int], Any]) -> list[Any]:
        """The answers to requests that reach both at the same time; each is told its number."""
        with ThreadPoolExecutor(8) as pool:
            return list(pool.map(lambda number: ask((self.one, self.other)[number % 2], number), range(AT_ONCE)))


@pytest.fixture(scope="module", params=ENGINES)
def pair(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    with ExitStack() as stack:
        file = tmp_path_factory.mktemp("shared") / "sandbank.db"
        data = str(file) if request.param == "sqlite" else stack.enter_context(new_database())
        one, other = (stack.enter_context(serving(*frozen("--data", data))) for _ in range(2))
        yield Pair(one, other)
        for server in (one, other):
            assert server.alive
            assert "Traceback" not in server.said


# --- What one does, the other knows ---------------------------------------------------------------------------------


def test_a_consent_withdrawn_at_one_server_is_dead_at_the_other(pair: Pair) -> None:
    given = pair.consent(pair.one, pair.world())
    token, consent_id = given["access_token"], given["consent_id"]
    assert pair.other.read("chase", f"{CHASE}/accounts", token).status_code == 200
    assert pair.one.read("chase", f"{CHASE}/accounts", token).status_code == 200

    pair.other.call("POST", f"/consents/{consent_id}/revoke")
    assert pair.one.read("chase", f"{CHASE}/accounts", token).status_code == 401
    assert pair.other.read("chase", f"{CHASE}/accounts", token).status_code == 401
    assert pair.one.call("GET", f"/consents/{consent_id}")["status"] == "REVOKED"


def test_a_clock_moved_at_one_server_is_moved_at_the_other(pair: Pair) -> None:
    world = pair.world()
    token = pair.consent(pair.one, world)["access_token"]
    params = {"world": world["id"]}
    for _ in range(3):
        assert pair.other.read("chase", f"{CHASE}/accounts", token).status_code == 200
        moved = pair.one.call("POST", "/clock/advance", params=params, json={"by": "PT5M"})
        assert pair.other.call("GET", "/clock", params=params) == moved
    pair.one.call("POST", "/clock/advance", params=params, json={"by": "PT1H"})
    late = pair.other.read("chase", f"{CHASE}/accounts", token)
    assert (late.status_code, late.json()["message"]) == (401, "Access token expired")


def test_rows_that_time_brings_are_there_at_both(pair: Pair) -> None:
    world = pair.world()
    given = pair.consent(pair.one, world, "omar")
    path = f"{CHASE}/accounts/{given['accounts'][0]['id']}/transactions"
    before = pair.other.read("chase", path, given["access_token"]).json()
    pair.one.call("POST", "/clock/advance", params={"world": world["id"]}, json={"by": "PT14M"})
    pair.one.call("PUT", "/clock", params={"world": world["id"]}, json={"now": "2026-06-20T15:00:00Z"})
    fresh = pair.consent(pair.other, world, "omar")
    one, other = (server.read("chase", path, fresh["access_token"]).json() for server in (pair.one, pair.other))
    assert one == other
    assert one["page"]["totalElements"] > before["page"]["totalElements"]


def test_a_row_put_at_one_server_is_in_the_feed_of_the_other_and_gone_when_it_is_dropped(pair: Pair) -> None:
    world = pair.world()
    given = pair.consent(pair.one, world)
    shared = given["accounts"][0]
    rows, params = f"/accounts/{shared['account_id']}/transactions", {"world": world["id"]}

    def feed(server: Serving) -> list[str]:
        answer = server.read("chase", f"{CHASE}/accounts/{shared['id']}/transactions", given["access_token"])
        return [row["description"] for kinds in answer.json()["transactions"] for row in kinds.values()]

    assert feed(pair.one) == feed(pair.other)
    for number in range(3):
        name = f"ROW {number}"
        body = {"amount": "-4.20", "description": name}
        put = pair.one.call("POST", rows, params=params, json=body, status=201)["transactions"][0]
        assert name in feed(pair.other)
        pair.other.call("PATCH", f"{rows}/{put['sequence']}", params=params, json={"description": f"NEW {number}"})
        assert f"NEW {number}" in feed(pair.one)
        assert name not in feed(pair.one)
        pair.one.call("DELETE", f"{rows}/{put['sequence']}", params=params, status=204)
        assert f"NEW {number}" not in feed(pair.other)


def test_a_world_deleted_at_one_server_is_gone_at_the_other(pair: Pair) -> None:
    world = pair.world()
    token = pair.consent(pair.other, world)["access_token"]
    assert pair.other.read("chase", f"{CHASE}/accounts", token).status_code == 200
    pair.one.call("DELETE", f"/worlds/{world['id']}", status=204)
    assert pair.other.read("chase", f"{CHASE}/accounts", token).status_code == 401
    assert pair.other.call("GET", f"/worlds/{world['id']}", status=404)["error"] == "WorldNotFound"


def test_a_new_world_is_not_taken_for_a_deleted_one_of_the_same_id(pair: Pair) -> None:
    params = {"world": "again"}
    for life in ("FIRST", "SECOND"):
        pair.world(id="again")
        account = pair.other.accounts("chloe", "again")[0]
        rows = f"/accounts/{account['account_id']}/transactions"
        body = {"amount": "-1.00", "description": life, "authorised_at": "now"}
        pair.one.call("POST", rows, params=params, json=body, status=201)
        told = pair.other.call("GET", rows, params=params)["transactions"]
        assert [row["description"] for row in told if row["description"] in ("FIRST", "SECOND")] == [life]
        pair.one.call("DELETE", "/worlds/again", status=204)


def test_a_customer_signs_in_at_whichever_server_comes_next(pair: Pair) -> None:
    session = pair.balanced()
    base = f"{pair.one.url}/chase"
    metadata = session.get(f"{base}/.well-known/oauth-authorization-server", timeout=30).json()
    query = {"response_type": "code", "client_id": "demo-app", "redirect_uri": CALLBACK, "state": "s"}
    url = requests.Request("GET", metadata["authorization_endpoint"], params=query).prepare().url
    browser = Browser(session=session).open(str(url)).consent("chloe")
    form = {"grant_type": "authorization_code", "code": browser.answer["code"], "redirect_uri": CALLBACK}

    def exchange(server: Serving, _: int) -> int:
        endpoint = f"{server.url}/chase/aggregator-oauth/v1/token"
        return requests.post(endpoint, data=form, auth=("demo-app", "demo-secret"), timeout=30).status_code

    # A code is good once, however many servers are asked at the same time.
    assert sorted(pair.at_once(exchange)) == [200] + [400] * (AT_ONCE - 1)


def test_what_is_said_at_one_server_is_answered_at_the_other_and_shown_by_both(pair: Pair) -> None:
    params = {"world": pair.world()["id"]}
    with listening() as hook:
        wish = {"callback_url": hook.url, "behaviour": {"echoes": "off", "receipts": False}}
        page = pair.other.call("PATCH", "/messenger/pages/ready", params=params, json=wish)

        def answer(heard: Heard) -> None:
            who, text = heard.event["sender"]["id"], heard.event["message"]["text"]
            body = {"recipient": {"id": who}, "message": {"text": f"You said: {text}"}}
            sent = requests.post(
                f"{pair.other.url}/messenger/me/messages",
                params={"access_token": page["page_token"]},
                json=body,
                timeout=30,
            )
            assert sent.status_code == 200, sent.text

        hook.answering = answer

        def say(server: Serving, number: int) -> str:
            told = server.call("POST", "/messenger/users/maya/say", params=params, json={"text": f"message {number}"})
            mid: str = told["message"]["mid"]
            return mid

        mids = pair.at_once(say)
        heard = hook.wait(AT_ONCE, PATIENCE)
        assert sorted(one.event["message"]["mid"] for one in heard) == sorted(set(mids))  # each once, whoever carries
    for server in (pair.one, pair.other):
        messages = server.call("GET", "/messenger/users/maya/thread", params=params)["messages"]
        assert len({one["place"] for one in messages}) == 2 * AT_ONCE
        texts = {one["content"]["text"] for one in messages if one["sender"] == "page"}
        assert texts == {f"You said: message {number}" for number in range(AT_ONCE)}
        me = requests.get(f"{server.url}/messenger/me", params={"access_token": page["page_token"]}, timeout=30)
        assert json.loads(me.headers["X-App-Usage"])["call_count"] >= AT_ONCE * 100 // 200  # both count together


# --- What both do at once, neither undoes ---------------------------------------------------------------------------


def test_steps_of_the_clock_add_up(pair: Pair) -> None:
    params = {"world": pair.world()["id"]}
    pair.at_once(lambda server, _: server.call("POST", "/clock/advance", params=params, json={"by": "PT1H"}))
    assert pair.one.call("GET", "/clock", params=params)["now"] == "2026-06-16T15:00:00Z"


def test_rows_put_at_the_same_time_are_all_there(pair: Pair) -> None:
    world = pair.world()["id"]
    account = pair.one.accounts("chloe", world)[0]
    rows = f"/accounts/{account['account_id']}/transactions"

    def put(server: Serving, number: int) -> int:
        body = {"amount": "-1.00", "description": f"ROW {number}"}
        sequence: int = server.call("POST", rows, params={"world": world}, json=body, status=201)["transactions"][0][
            "sequence"
        ]
        return sequence

    assert len(set(pair.at_once(put))) == AT_ONCE
    told = pair.other.call("GET", rows, params={"world": world, "limit": 200})["transactions"]
    assert {f"ROW {number}" for number in range(AT_ONCE)} <= {row["description"] for row in told}


def test_accounts_opened_at_the_same_time_are_all_there(pair: Pair) -> None:
    world = pair.world()["id"]
    wish = {"bank": "chase", "customer": "chloe", "kind": "CHECKING"}

    def open_one(server: Serving, _: int) -> str:
        account_id: str = server.call("POST", "/accounts", params={"world": world}, json=wish, status=201)["account_id"]
        return account_id

    opened = set(pair.at_once(open_one))
    assert len(opened) == AT_ONCE
    assert opened <= {account["account_id"] for account in pair.one.accounts("chloe", world)}


def test_a_name_is_given_to_one_customer(pair: Pair) -> None:
    world = pair.world()["id"]
    wish = {"username": "zoe", "first_name": "Zoe", "last_name": "Zimmer"}

    def add(server: Serving, _: int) -> int:
        path = f"{server.url}/_sandbox/customers"
        return requests.post(path, params={"world": world}, json=wish, timeout=30).status_code

    assert sorted(pair.at_once(add)) == [201] + [409] * (AT_ONCE - 1)


def test_people_met_at_the_same_time_have_one_story(pair: Pair) -> None:
    world = pair.world(seed=7)["id"]
    people = ("grace", "teo", "leroy")
    told = pair.at_once(lambda server, number: (people[number % 3], repr(server.accounts(people[number % 3], world))))
    assert len(set(told)) == len(people)


# --- The same in one command ----------------------------------------------------------------------------------------


def test_workers_of_one_command_know_what_each_other_did(tmp_path: Any) -> None:
    with serving(*frozen("--data", str(tmp_path / "sandbank.db"), "--workers", "2")) as server:
        account = server.accounts("chloe")[0]
        rows = f"/accounts/{account['account_id']}/transactions"
        for number in range(4):  # each over a connection of its own, so whichever worker is free answers
            body = {"amount": "-1.00", "description": f"ROW {number}"}
            server.call("POST", rows, json=body, status=201)
            moved = server.call("POST", "/clock/advance", json={"by": "PT1M"})
            token = server.consent("chase", "chloe")
            for _ in range(3):
                told = server.call("GET", rows)["transactions"]
                assert sum(row["description"].startswith("ROW ") for row in told) == number + 1
                assert server.call("GET", "/clock") == moved
                assert server.read("chase", f"{CHASE}/accounts", token["access_token"]).status_code == 200
            server.call("POST", f"/consents/{token['consent_id']}/revoke")
            for _ in range(3):
                assert server.read("chase", f"{CHASE}/accounts", token["access_token"]).status_code == 401


def test_postgresql_that_comes_back_is_used_again(postgres: str) -> None:
    with serving(*frozen("--data", postgres)) as server, psycopg.connect(postgres, autocommit=True) as connection:
        for _ in range(2):
            assert server.consent("chase", "chloe")["accounts"]
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            assert requests.get(f"{server.url}/readyz", timeout=30).status_code == 200
            assert server.consent("chase", "chloe")["accounts"]
        assert "Traceback" not in server.said
