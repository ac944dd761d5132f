"""What the server asks of other machines because a client named them: its `jwks_uri`, and nothing else."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import requests

from sandbox.kernel import ids
from sandbox.oauth.client_keys import PAUSE
from sandbox.outbound.documents import Unreachable, fetch
from sandbox.outbound.guard import Guard, Refused
from sandbox.settings import Settings
from tests.conftest import NOW, Server, World, serving
from tests.oauth.conftest import CALLBACK
from tests.oauth.keys import AppKey


class KeyServer:
    """A client's own server: it answers with what `answer` says, and counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.answer: Callable[[BaseHTTPRequestHandler], None] = lambda request: send(request, b"{}")
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked += 1
                outer.answer(self)

            def log_message(self, *_arguments: object) -> None:
                """In silence."""

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        self.port = self.http.server_port
        self.url = f"http://127.0.0.1:{self.port}/jwks.json"

    def publish(self, *keys: AppKey) -> None:
        body = json.dumps({"keys": [member for key in keys for member in key.jwks["keys"]]}).encode()
        self.answer = lambda request: send(request, body)


def send(request: BaseHTTPRequestHandler, body: bytes, status: int = 200, **headers: str) -> None:
    request.send_response(status)
    for name, value in headers.items():
        request.send_header(name, value)
    request.send_header("Content-Length", str(len(body)))
    request.end_headers()
    request.wfile.write(body)


@pytest.fixture(scope="module")
def key_server() -> Iterator[KeyServer]:
    served = KeyServer()
    yield served
    served.http.shutdown()
    served.http.server_close()


@pytest.fixture
def keys(key_server: KeyServer) -> KeyServer:
    """At an address that nobody has asked yet."""
    key_server.asked = 0
    key_server.answer = lambda request: send(request, b"{}")
    key_server.url = f"http://127.0.0.1:{key_server.port}/{ids.secret(6)}"
    return key_server


@pytest.fixture(scope="module")
def open_server(key_server: KeyServer) -> Iterator[Server]:
    """A server that may ask the key server."""
    with serving(Settings(now=NOW, freeze=True, allow_outbound=f"127.0.0.1:{key_server.port}")) as running:
        yield running


def register(server: Server, jwks_uri: str) -> requests.Response:
    body = {
        "bank": "usbank",
        "name": "Bot",
        "redirect_uris": [CALLBACK],
        "token_endpoint_auth_method": "private_key_jwt",
        "jwks_uri": jwks_uri,
    }
    return requests.post(f"{server.url}/_sandbox/clients", json=body, timeout=30)


def prove(server: Server, client_id: str, key: AppKey) -> tuple[bool, str]:
    """Whether the client is believed, and if not, why not."""
    base = f"{server.url}/usbank"
    form = {"grant_type": "refresh_token", "refresh_token": "unknown", **key.proof(client_id, base)}
    answer = requests.post(f"{base}/auth/oauth2/v1/token", data=form, timeout=30)
    if answer.json()["error"] == "invalid_grant":
        return True, ""
    story = requests.get(f"{server.url}/_sandbox/why/{answer.headers['Sandbank-Trace']}", timeout=30).json()
    return False, story["detail"]


def test_keys_are_fetched_from_where_the_client_says_and_kept(open_server: Server, keys: KeyServer) -> None:
    key = AppKey.make()
    keys.publish(key)
    client_id = register(open_server, keys.url).json()["client_id"]
    assert keys.asked == 0
    assert prove(open_server, client_id, key) == (True, "")
    assert prove(open_server, client_id, key) == (True, "")
    assert keys.asked == 1


def test_case_51_a_new_key_is_fetched_once_and_then_not_for_a_while(
    open_server: Server, keys: KeyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new, unknown = AppKey.make(), AppKey.make(), AppKey.make()
    keys.publish(old)
    client_id = register(open_server, keys.url).json()["client_id"]
    assert prove(open_server, client_id, old)[0]
    keys.publish(old, new)
    assert not prove(open_server, client_id, new)[0]
    assert keys.asked == 1
    signatures = open_server.app.services.endpoints.signatures
    later = signatures.wall() + PAUSE
    monkeypatch.setattr(signatures.keys, "wall", lambda: later)
    assert prove(open_server, client_id, new)[0]
    for _ in range(3):
        assert not prove(open_server, client_id, unknown)[0]
    assert keys.asked == 2


def test_a_fetch_that_fails_is_explained(open_server: Server, keys: KeyServer) -> None:
    key = AppKey.make()
    client_id = register(open_server, keys.url).json()["client_id"]
    keys.answer = lambda request: send(request, b"gone", 404)
    assert prove(open_server, client_id, key) == (
        False,
        "the client assertion: the client's jwks_uri: it answers 404",
    )


def guard(setting: str, *addresses: str) -> Guard:
    """A guard in whose world every name stands for these addresses."""
    return Guard(setting, lambda _host, _port: list(addresses))


INNER = [
    "127.0.0.1", "127.9.9.9", "::1", "169.254.169.254", "fe80::1", "10.0.0.1", "172.16.0.1", "192.168.1.1",
    "100.64.0.1", "0.0.0.0", "::", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "fd00::1", "224.0.0.1", "255.255.255.255",
]  # fmt: skip


@pytest.mark.parametrize("address", INNER)
def test_case_49_a_name_that_leads_inside_is_refused(address: str) -> None:
    for setting in ("*", "keys.example"):
        with pytest.raises(Refused, match="inside somebody's walls"):
            guard(setting, address).check("https://keys.example/jwks")
        with pytest.raises(Refused):
            fetch(guard(setting, address), "https://keys.example/jwks")


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "https://127.0.0.1/", "https://[::1]/", "https://[::ffff:127.0.0.1]/", "https://localhost/",
        "https://2130706433/", "https://0x7f000001/", "https://0x7f.1/", "https://0177.0.0.1/", "https://127.1/",
        "https://169.254.169.254/latest/meta-data", "https://10.0.0.1/", "https://192.168.0.1/", "https://[fe80::1]/",
        "http://keys.example/jwks", "ftp://keys.example/", "file:///etc/passwd", "gopher://x/", "//keys.example/", "",
        "https://user:pass@keys.example/", "https://keys.example:99999/", "https://keys.example/ a",
    ],
)  # fmt: skip
def test_case_49_what_leads_inside_is_refused_even_where_every_public_host_is_allowed(url: str) -> None:
    with pytest.raises(Refused):
        Guard("*").check(url)


def test_case_49_by_default_nothing_is_asked(world: World) -> None:
    for jwks_uri in ("https://keys.example/jwks", "http://127.0.0.1:9/jwks", "https://169.254.169.254/"):
        answer = register(world.server, jwks_uri)
        assert answer.status_code == 400
        assert answer.json()["violations"][0]["name"] == "/jwks_uri"
        assert "--allow-outbound" in answer.text


def test_case_49_a_name_that_turns_inward_after_registration_is_not_followed(keys: KeyServer) -> None:
    answers = iter([["93.184.215.14"], ["127.0.0.1"]])
    rebinding = Guard("keys.example", lambda _host, _port: next(answers))
    rebinding.check(f"https://keys.example:{keys.port}/jwks")
    with pytest.raises(Refused):
        fetch(rebinding, f"https://keys.example:{keys.port}/jwks")
    assert keys.asked == 0


def test_case_49_loopback_is_reached_only_where_the_setting_names_it(keys: KeyServer) -> None:
    assert fetch(Guard(f"127.0.0.1:{keys.port}"), keys.url) == b"{}"
    assert fetch(Guard("localhost"), keys.url.replace("127.0.0.1", "localhost")) == b"{}"
    for setting in ("", "*", "localhost", "127.0.0.1:1", "127.0.0.2"):
        with pytest.raises(Refused):
            fetch(Guard(setting), keys.url)


def test_case_49_a_redirect_is_not_followed(keys: KeyServer) -> None:
    target = KeyServer()
    keys.answer = lambda request: send(request, b"", 302, Location=target.url)
    with pytest.raises(Unreachable, match="not followed"):
        fetch(Guard("127.0.0.1"), keys.url)
    assert target.asked == 0
    target.http.shutdown()
    target.http.server_close()


@pytest.mark.parametrize("declared", [True, False])
def test_case_49_a_huge_body_is_refused(keys: KeyServer, declared: bool) -> None:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        if declared:
            request.send_header("Content-Length", str(1 << 30))
        request.end_headers()
        try:
            for _ in range(100):
                request.wfile.write(b" " * 65536)
        except OSError:
            return

    keys.answer = answer
    with pytest.raises(Unreachable, match="longer than 65536 bytes"):
        fetch(Guard("127.0.0.1"), keys.url)


@pytest.mark.parametrize("in_headers", [True, False])
def test_case_49_who_drips_its_answer_is_cut_off(in_headers: bool) -> None:
    listener = socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        connection, _ = listener.accept()
        connection.recv(4096)
        connection.sendall(b"HTTP/1.1 200 OK\r\n" + (b"" if in_headers else b"\r\n"))
        try:
            for _ in range(100):
                connection.sendall(b"x")
                time.sleep(0.1)
        except OSError:
            return
        finally:
            connection.close()

    threading.Thread(target=drip, daemon=True).start()
    begun = time.perf_counter()
    with pytest.raises(Unreachable):
        fetch(Guard("127.0.0.1"), f"http://127.0.0.1:{listener.getsockname()[1]}/")
    assert time.perf_counter() - begun < 4
    listener.close()


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        ([], "not a JWK set"),
        ({"keys": []}, "no key that checks signatures"),
        ({"keys": [{"kty": "oct", "k": "c2VjcmV0"}]}, "private members"),
        ({"keys": ["x"]}, "not a JWK set"),
    ],
)
def test_what_is_no_key_set_is_named(open_server: Server, keys: KeyServer, answer: Any, problem: str) -> None:
    keys.answer = lambda request: send(request, json.dumps(answer).encode())
    client_id = register(open_server, keys.url).json()["client_id"]
    believed, why = prove(open_server, client_id, AppKey.make())
    assert not believed
    assert problem in why


@pytest.mark.parametrize("setting", ["https://x/", "host:port", "a b@c", "host:99999"])
def test_a_setting_that_is_no_host_stops_the_start(setting: str) -> None:
    with pytest.raises(ValueError, match=r"HOST|[Pp]ort"):
        Guard(setting)
