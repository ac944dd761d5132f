"""Who may use the control API. The calls are made in process, since a test cannot come from another machine."""

from collections.abc import Callable

import orjson
import pytest

from sandbox.app import Sandbank
from sandbox.control import guard
from sandbox.http.message import Request, Response
from sandbox.kernel.errors import ControlForbidden
from sandbox.settings import Settings
from tests.conftest import Server

ABROAD = "203.0.113.9"
Call = Callable[..., Response]


def call(
    app: Sandbank, path: str = "/_sandbox/clock", method: str = "GET", peer: str = "127.0.0.1", **headers: str
) -> Response:
    named = {"host": "127.0.0.1:8080", **{name.replace("_", "-"): value for name, value in headers.items()}}
    body = b""
    if method != "GET":
        named["content-type"], body = "application/json", b"{}"
    return app.onion(Request(method, path, b"world=default", named, body, peer=peer))


@pytest.fixture
def guarded(server: Server) -> Call:
    """The session's app behind a guard that knows a token and a public name."""
    settings = Settings(control_token="let-me-in", public_url="https://sandbank.example")

    def respond(**more: str) -> Response:
        requested = Request("GET", more.pop("path", "/_sandbox/clock"), b"", {}, b"", peer=more.pop("peer", ABROAD))
        requested.method = more.pop("method", "GET")
        requested.headers = {"host": "127.0.0.1", **{name.replace("_", "-"): value for name, value in more.items()}}
        layer = guard.guard(settings)(lambda _: Response(200, []))
        try:
            return layer(requested)
        except ControlForbidden:
            return Response(403, [])

    return respond


def test_loopback_is_served_and_other_machines_are_not(server: Server) -> None:
    for peer in ("127.0.0.1", "127.0.0.53", "::1", "::ffff:127.0.0.1", ""):
        assert call(server.app, peer=peer).status == 200
    for peer in (ABROAD, "172.17.0.1", "2001:db8::1", "::ffff:203.0.113.9"):
        response = call(server.app, peer=peer)
        assert response.status == 403
        assert orjson.loads(response.body)["error"] == "ControlForbidden"


def test_the_banks_are_open_to_other_machines(server: Server) -> None:
    assert call(server.app, "/chase/openapi.json", peer=ABROAD).status == 200
    assert call(server.app, "/livez", peer=ABROAD).status == 200


@pytest.mark.parametrize("path", ["/_sandbox/docs", "/_sandbox/openapi.json", "/_sandbox/openapi.yaml"])
def test_pages_and_documents_are_open(server: Server, path: str) -> None:
    assert call(server.app, path, peer=ABROAD).status == 200


def test_a_proxy_on_this_machine_does_not_make_its_callers_local(server: Server) -> None:
    assert call(server.app, x_forwarded_for=ABROAD).status == 403
    assert call(server.app, x_forwarded_for=f"127.0.0.1, {ABROAD}").status == 403
    assert call(server.app, x_forwarded_for="127.0.0.1").status == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8080", "127.0.0.1.evil.example", "localhost.evil.example"]
)
def test_a_name_that_only_points_here_is_refused(server: Server, host: str) -> None:
    """DNS rebinding: a page of evil.example makes its own name mean 127.0.0.1."""
    assert call(server.app, host=host).status == 403


@pytest.mark.parametrize(
    "host", ["localhost:8080", "127.0.0.1", "[::1]:8080", "chase.localhost:8080", "sandbank.localhost"]
)
def test_names_of_this_machine_are_served(server: Server, host: str) -> None:
    assert call(server.app, host=host).status == 200


def test_a_page_of_another_site_may_look_and_not_touch(server: Server) -> None:
    freeze = "/_sandbox/clock/freeze"
    assert call(server.app, origin="https://evil.example").status == 200
    for origin in ("https://evil.example", "null", "http://localhost.evil.example"):
        assert call(server.app, freeze, "POST", origin=origin).status == 403
    assert call(server.app, freeze, "POST", origin="http://localhost:3000").status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"sandbank_control_token": "let-me-in"},
        {"authorization": "Bearer let-me-in"},
        {"authorization": "bearer  let-me-in"},
    ],
)
def test_the_token_lets_anybody_in(guarded: Call, headers: dict[str, str]) -> None:
    assert guarded(**headers).status == 200
    assert guarded(**headers, host="evil.example", origin="https://evil.example", method="POST").status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"sandbank_control_token": "let-me-i"},
        {"authorization": "Basic let-me-in"},
        {"sandbank_control_token": "ünïcode"},
    ],
)
def test_nothing_else_does(guarded: Call, headers: dict[str, str]) -> None:
    assert guarded(**headers).status == 403


def test_the_public_name_is_ours(guarded: Call) -> None:
    assert guarded(peer="127.0.0.1", host="sandbank.example").status == 200
    assert (
        guarded(peer="127.0.0.1", host="sandbank.example", origin="https://sandbank.example", method="PUT").status
        == 200
    )
    assert guarded(peer="127.0.0.1", host="other.example").status == 403
