"""An authorization code with PKCE, from the authorization URL to the tokens, beside a bare Authlib server.

Sandbank takes the customer's agreement by its control API, all steps of its pages in one request, and exchanges the
code: two requests. Authlib takes the agreement, which gives the code, and exchanges the code: two requests as well. As
a client walks there it shows its page first, which makes three; both are told. So is the walk through Sandbank's pages,
for which a bare server has no counterpart.
"""

import http.client
import json
import re
import time
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from secrets import token_urlsafe
from statistics import median
from typing import NamedTuple
from urllib.parse import parse_qs, urlencode, urlsplit

from benchmarks import subjects
from benchmarks.machine import Process, free_port
from benchmarks.measures.pages import both
from benchmarks.peers.authlib_names import CALLBACK, CLIENT_ID, SECRET
from benchmarks.report import Figure, at_most
from benchmarks.rounds import alternate, ratio
from benchmarks.setup import Setup

TIMES = 100
TARGET = at_most(1.5)
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Answer(NamedTuple):
    status: int
    location: str
    body: bytes


class Party(NamedTuple):
    """A server, and how a client of it comes from an authorization request to a code."""

    connection: http.client.HTTPConnection
    token_path: str
    credentials: str
    agree: Callable[[http.client.HTTPConnection, str], str]
    """From the query of an authorization URL to the code."""


def roundtrip(setup: Setup) -> list[Figure]:
    with served(subjects.serve(), setup, "sandbank") as ours, served(subjects.authlib(), setup, "authlib") as theirs:
        token_path, demo = "/chase/aggregator-oauth/v1/token", basic("demo-app", "demo-secret")
        parties = [
            Party(ours, token_path, demo, told),
            Party(theirs, "/token", basic(CLIENT_ID, SECRET), agreed),
            Party(theirs, "/token", basic(CLIENT_ID, SECRET), seen_and_agreed),
            Party(ours, token_path, demo, walked),
        ]
        direct, bare, seen, pages = alternate(setup.rounds, parties, many)
    code, two, three = "an authorization code with PKCE, agreed to and exchanged", "two requests", "three requests"
    return [
        Figure(
            name,
            f"{median(ours):.2f} ms",
            f"bare Authlib, {requests}: {median(theirs):.2f} ms",
            ratio(ours, theirs),
            target,
            rounds=both(ours, theirs),
        )
        for name, ours, requests, theirs, target in (
            (f"{code}: two requests", direct, two, bare, TARGET),
            ("the same two requests, the other server's page counted", direct, three, seen, TARGET),
            ("the same through the bank's four pages", pages, three, seen, None),
        )
    ]


def many(party: Party) -> float:
    """Milliseconds that a round trip takes, the median of many, on one connection: the last one may have ended while
    others were measured."""
    party.connection.close()
    once(party)
    return median(once(party) for _ in range(TIMES)) * 1e3


def once(party: Party) -> float:
    verifier = token_urlsafe(48)
    challenge = urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    client_id = "demo-app" if party.agree in (told, walked) else CLIENT_ID
    query = urlencode(
        {
            "response_type": "code",
            "client_id": client_id,
            "redirect_uri": CALLBACK,
            "scope": "aggregator",
            "state": "s",
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
    )
    began = time.perf_counter()
    code = party.agree(party.connection, query)
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, "code_verifier": verifier}
    answer = call(party.connection, party.token_path, urlencode(form), {**FORM, "Authorization": party.credentials})
    took = time.perf_counter() - began
    assert answer.status == 200, f"{party.token_path} answers {answer.status}: {answer.body!r}"
    assert json.loads(answer.body)["access_token"]
    return took


def told(connection: http.client.HTTPConnection, query: str) -> str:
    """The customer's agreement by the control API, which takes the very steps of the pages."""
    wish = json.dumps({"url": f"/chase/aggregator-oauth/v1/authorize?{query}", "customer": "maya"})
    answer = call(connection, "/_sandbox/authorize", wish, {"Content-Type": "application/json"})
    assert answer.status == 200, answer.body
    code: str = json.loads(answer.body)["code"]
    return code


def seen_and_agreed(connection: http.client.HTTPConnection, query: str) -> str:
    assert call(connection, f"/authorize?{query}").status == 200
    return agreed(connection, query)


def agreed(connection: http.client.HTTPConnection, query: str) -> str:
    return _code(call(connection, f"/authorize?{query}", "", FORM))


def walked(connection: http.client.HTTPConnection, query: str) -> str:
    place = call(connection, f"/chase/aggregator-oauth/v1/authorize?{query}").location
    forms: list[dict[str, str]] = [{"username": "maya", "password": "sandbank"}, {"otp": "123456"}, {}, {}]
    for form in forms:
        path = urlsplit(place).path
        page = call(connection, path).body.decode()
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
        ticked = [("account", ref) for ref in re.findall(r'name="account" value="([^"]+)" checked', page)]
        answer = call(connection, path, urlencode([*{**hidden, **form, "action": "continue"}.items(), *ticked]), FORM)
        place = answer.location
    return _code(answer)


def _code(answer: Answer) -> str:
    assert answer.status in (302, 303), answer.body
    return parse_qs(urlsplit(answer.location).query)["code"][0]


def call(
    connection: http.client.HTTPConnection, path: str, body: str | None = None, headers: Mapping[str, str] | None = None
) -> Answer:
    connection.request("GET" if body is None else "POST", path, body, dict(headers or {}))
    response = connection.getresponse()
    return Answer(response.status, response.getheader("Location", "") or "", response.read())


def basic(client_id: str, secret: str) -> str:
    return "Basic " + b64encode(f"{client_id}:{secret}".encode()).decode()


@contextmanager
def served(command: subjects.Command, setup: Setup, name: str) -> Iterator[http.client.HTTPConnection]:
    """Raises CannotMeasure where it does not start."""
    port = free_port()
    with Process(command(port), setup.work / f"{name}.log") as process:
        process.wait(lambda: lives(port))
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        yield connection
        connection.close()


def lives(port: int) -> bool:
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        alive = call(connection, "/livez").status == 200
        connection.close()
    except OSError:
        return False
    return alive
