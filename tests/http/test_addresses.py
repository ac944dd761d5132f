"""Which bank a request addresses, and what the client calls the server."""

import pytest

from sandbox.http.hosts import hosts
from sandbox.http.message import Request, Response

SLUGS = ("chase", "citi")


def seen(path: str, called: str | None = "127.0.0.1:8080", public: str | None = None, **forwarded: str) -> Request:
    """The request as the layers behind see it."""
    headers = {f"x-forwarded-{name}": value for name, value in forwarded.items()}
    if called is not None:
        headers["host"] = called
    request = Request("GET", path, b"", headers, b"")
    hosts(SLUGS, public)(lambda _: Response(200, []))(request)
    return request


@pytest.mark.parametrize(
    ("path", "host", "bank", "inner", "base"),
    [
        ("/chase/x", "127.0.0.1:8080", "chase", "/chase/x", "http://127.0.0.1:8080/chase"),
        ("/x", "chase.localhost:8080", "chase", "/chase/x", "http://chase.localhost:8080"),
        ("/x", "CHASE.Localhost", "chase", "/chase/x", "http://CHASE.Localhost"),
        ("/chase/x", "citi.localhost", "citi", "/citi/chase/x", "http://citi.localhost"),
        ("/chase/x", "nobank.localhost", "chase", "/chase/x", "http://nobank.localhost/chase"),
        ("/chase/x", "chase.example", "chase", "/chase/x", "http://chase.example/chase"),
        ("/chase/x", "[::1]:8080", "chase", "/chase/x", "http://[::1]:8080/chase"),
        ("/chase/x", None, "chase", "/chase/x", "http://localhost/chase"),
        ("/chase", "localhost", "chase", "/chase", "http://localhost/chase"),
        ("/chasing", "localhost", "", "/chasing", "http://localhost"),
        ("/_sandbox/info", "chase.localhost:81", "", "/_sandbox/info", "http://localhost:81"),
        ("*", "localhost", "", "*", "http://localhost"),
    ],
)
def test_path_and_host_say_which_bank_is_meant(path: str, host: str | None, bank: str, inner: str, base: str) -> None:
    request = seen(path, host)
    assert (request.bank, request.path, request.notes["base_url"]) == (bank, inner, base)


@pytest.mark.parametrize(
    ("forwarded", "base"),
    [
        ({"proto": "https"}, "https://127.0.0.1:8080/chase"),
        ({"proto": "HTTPS", "host": "a.example"}, "https://a.example/chase"),
        ({"proto": "https, http", "host": "a.example, b.internal"}, "https://a.example/chase"),
        ({"host": "a.example", "port": "8443", "proto": "https"}, "https://a.example:8443/chase"),
        ({"host": "a.example:9000", "port": "8443"}, "http://a.example:9000/chase"),
        ({"host": "a.example", "port": "80"}, "http://a.example/chase"),
        ({"host": "[::2]", "port": "81"}, "http://[::2]:81/chase"),
        ({"prefix": "/a/b/"}, "http://127.0.0.1:8080/a/b/chase"),
        ({"proto": "javascript"}, "http://127.0.0.1:8080/chase"),
        ({"host": "a b"}, "http://127.0.0.1:8080/chase"),
        ({"host": "me@evil.example"}, "http://127.0.0.1:8080/chase"),
        ({"host": "evil.example/x"}, "http://127.0.0.1:8080/chase"),
        ({"host": "a" * 300}, "http://127.0.0.1:8080/chase"),
        ({"host": "a.example", "port": "x"}, "http://a.example/chase"),
        ({"prefix": "//evil.example"}, "http://127.0.0.1:8080/chase"),
        ({"prefix": "/<script>"}, "http://127.0.0.1:8080/chase"),
    ],
)
def test_a_proxy_says_what_the_client_sees_and_nonsense_is_passed_over(forwarded: dict[str, str], base: str) -> None:
    assert seen("/chase/x", **forwarded).notes["base_url"] == base


@pytest.mark.parametrize(("path", "host"), [("/chase/x", "127.0.0.1:8080"), ("/x", "chase.localhost")])
def test_the_public_url_is_the_name_of_every_bank(path: str, host: str) -> None:
    request = seen(path, host, "https://play.example/s/", host="other.example")
    assert (request.bank, request.path) == ("chase", "/chase/x")
    assert request.notes["base_url"] == "https://play.example/s/chase"
