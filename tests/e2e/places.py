"""Every bank and the control API as places that a request can be thrown at, and how each of them says no."""

import re
from dataclasses import dataclass

from sandbox.dialect.bank import Bank, discover
from tests.e2e.processes import Serving, usual_headers
from tests.e2e.wire import FORM, JSON, Answer

CONTROL = "_sandbox"
BANKS = discover()
NAMES = (*sorted(BANKS), CONTROL)

# What a stack trace, a driver's error or a value of Python's looks like.
LEAK = re.compile(rb"Traceback|File \"|\.py\b|sqlite|psycopg|object at 0x|<class '")


@dataclass(frozen=True)
class Place:
    """`reading` is answered with 200 to its `headers`; `writing` takes a body, form or JSON."""

    name: str
    headers: tuple[str, ...]
    account: str
    """The name by which the demo client knows one shared account."""

    @property
    def bank(self) -> Bank | None:
        return BANKS.get(self.name)

    @property
    def prefix(self) -> str:
        return f"/{self.name}"

    @property
    def reading(self) -> str:
        return self.prefix + (self.bank.accounts_path if self.bank else "/info")

    @property
    def one(self) -> str:
        """The path of one thing, by its id."""
        return f"{self.prefix}/accounts" if self.bank is None else self.reading

    @property
    def writing(self) -> str:
        return self.prefix + (self.bank.oauth.token_path if self.bank else "/consents")

    @property
    def writes(self) -> str:
        """The header that says what is written there."""
        return FORM if self.bank else JSON


def place(server: Serving, name: str) -> Place:
    if name == CONTROL:
        return Place(name, (), server.accounts("chloe")[0]["account_id"])
    given = server.consent(name, "chloe")
    headers = {**usual_headers(name), "Authorization": f"Bearer {given['access_token']}"}
    return Place(name, tuple(f"{key}: {value}" for key, value in headers.items()), given["accounts"][0]["id"])


def assert_refused(answer: Answer, name: str, *statuses: int) -> None:
    """A refusal with one of the statuses (any 4xx, if none is named) in the voice of the place or its OAuth endpoints,
    which lets nothing of the inside be seen, and says under which trace it is explained."""
    assert 400 <= answer.status < 500, answer
    assert not statuses or answer.status in statuses, answer
    assert not LEAK.search(answer.body), answer.text
    assert answer.headers["sandbank-trace"]
    assert "sandbank-contract" not in answer.headers, "the answer does not keep to its document"
    if answer.headers["content-type"].startswith("text/html"):
        assert answer.body.startswith(b"<!doctype html>")
        return
    said = answer.json()
    if isinstance(said.get("error"), str) and said.keys() <= {"error", "error_description"}:
        assert re.fullmatch(r"[a-z_]+", said["error"])
    elif name in ("chase", "wellsfargo"):
        assert said.keys() == {"code", "message", "debugMessage"}
    elif name == "usbank":
        assert said["error"].keys() >= {"code", "message"}
    elif name == "citi":
        assert {"type", "code", "details"} <= said.keys() <= {"type", "code", "details", "location"}
    else:
        assert said.keys() >= {"error", "rule", "detail", "trace"}


def assert_not_http(answer: Answer) -> None:
    """What is no HTTP has been addressed to nobody: the server itself refuses it."""
    assert (answer.status, answer.text) == (400, "Invalid HTTP request received.")
