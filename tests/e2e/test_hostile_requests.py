"""Requests that mean no good, thrown at every bank and at control: each is refused in the voice of whoever was
addressed, nothing of the inside is seen, and the server lives on."""

import json
from collections.abc import Iterator

import pytest
import requests

from tests.e2e import wire
from tests.e2e.places import BANKS, CONTROL, NAMES, Place, assert_not_http, assert_refused, place
from tests.e2e.processes import Serving, frozen, serving
from tests.e2e.wire import FORM, JSON

MEGABYTES = 10 << 20
KEYS = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13"


@pytest.fixture(scope="module")
def places(alone: Serving) -> dict[str, Place]:
    return {name: place(alone, name) for name in NAMES}


@pytest.fixture(params=NAMES)
def at(request: pytest.FixtureRequest, places: dict[str, Place], alone: Serving) -> Iterator[Place]:
    """Each place in turn. Whatever was thrown at it, it still answers afterwards."""
    here = places[request.param]
    yield here
    assert wire.send(alone, wire.request("GET", here.reading, here.headers)).status == 200


# --- Bodies ---------------------------------------------------------------------------------------------------------


def test_case_52_ten_megabytes_are_refused_and_the_client_hears_it(alone: Serving, at: Place) -> None:
    body = b"a=1&" * (MEGABYTES // 4)
    for path in (at.writing, at.reading, f"{at.prefix}/nowhere", f"{at.prefix}/signin/nobody"):
        assert_refused(wire.send(alone, wire.request("POST", path, [*at.headers, at.writes], body)), at.name, 413, 405)
    assert_refused(wire.send(alone, wire.request("GET", at.reading, at.headers, body)), at.name, 413)


def test_ten_megabytes_in_chunks_are_refused_and_the_client_hears_it(alone: Serving, at: Place) -> None:
    head = wire.request("POST", at.writing, [at.writes, "Transfer-Encoding: chunked"])
    data = head.replace(b"Content-Length: 0\r\n", b"").replace(b"\r\nContent-Length: 0", b"")
    assert_refused(wire.send(alone, data + wire.chunked(b"x" * MEGABYTES)), at.name, 413)


def test_a_client_library_gets_the_refusal_of_a_long_body_too(alone: Serving, at: Place) -> None:
    name, _, media_type = at.writes.partition(": ")
    answer = requests.post(alone.url + at.writing, b" " * MEGABYTES, headers={name: media_type}, timeout=30)
    assert answer.status_code == 413


DEEP = 100_000
BODIES = {
    "a deep array": b"[" * DEEP + b"]" * DEEP,
    "a deep object": b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    "an endless array": b"[" * DEEP,
    "a key twice": b'{"bank":"chase","bank":"citi","customer":"maya"}',
    "a key twice, escaped": b'{"bank":"chase","\\u0062ank":"citi","customer":"maya"}',
    "an escaped NUL": b'{"bank":"chase","client_id":"demo\\u0000-app","customer":"maya"}',
    "a NUL in a key": b'{"bank":"chase","customer":"maya","a\\u0000b":1}',
    "a NUL": b'{"bank":"chase\x00","customer":"maya"}',
    "half a character": b'{"bank":"chase","customer":"\\ud800"}',
    "no UTF-8": b'{"bank":"chase","customer":"\xff\xfe"}',
    "UTF-16": '{"bank":"chase","customer":"maya"}'.encode("utf-16"),
    "not a number": b'{"bank":NaN}',
    "a huge number": b'{"bank":"chase","customer":"maya","lifetime_days":1' + b"0" * 5000 + b"}",
    "a number": b"1",
    "nothing": b"",
    "two values": b"{}{}",
    "a script": b"<script>alert(1)</script>",
    "gzip": b"\x1f\x8b\x08\x00junk",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_case_52_a_body_that_is_no_good_json_is_refused(alone: Serving, at: Place, body: bytes) -> None:
    for path in [at.writing, *json_paths(at)]:
        method = "PUT" if path.endswith("/revocation") else "POST"
        data = wire.request(method, path, [*at.headers, JSON], body)
        assert_refused(wire.send(alone, data), at.name, 400, 415)


def json_paths(at: Place) -> list[str]:
    """Operations of the bank's that read JSON."""
    return {
        "citi": ["/citi/gcb/api/v1/accounts/transactions/search"],
        "wellsfargo": ["/wellsfargo/fdx/v6/consents/00000000-0000-4000-8000-000000000000/revocation"],
    }.get(at.name, [])


FORMS = {
    "a NUL": b"grant_type=authorization_code&code=%00&client_id=a%00b&client_secret=x",
    "a NUL in a name": b"grant_type=authorization_code&%00=1",
    "no UTF-8": b"grant_type=%ff%fe&code=\xff\xfe",
    "a key twice": b"grant_type=authorization_code&grant_type=refresh_token",
    "a thousand keys": b"&".join(b"p%d=%d" % (number, number) for number in range(1000)),
    "bad escapes": b"grant_type=%zz&code=%",
    "line breaks": b"grant_type=authorization_code%0d%0aX-Evil:%201&code=%0d%0a%0d%0a",
    "only signs": b"&&&===;;;%%%+++",
    "JSON": b'{"grant_type":"authorization_code"}',
}


@pytest.mark.parametrize("body", FORMS.values(), ids=FORMS.keys())
def test_case_52_a_form_that_is_no_good_is_refused(alone: Serving, at: Place, body: bytes) -> None:
    assert_refused(wire.send(alone, wire.request("POST", at.writing, [FORM], body)), at.name, 400, 401, 415)


@pytest.mark.parametrize("credentials", ["AGE6AGI=", "//7+/w==", "!!!!", "", "YTpiOmM6ZA==", "=" * 9000])
def test_credentials_that_are_none_are_refused(alone: Serving, at: Place, credentials: str) -> None:
    body = b"grant_type=authorization_code&code=x"
    headers = [FORM, f"Authorization: Basic {credentials}"]
    assert_refused(wire.send(alone, wire.request("POST", at.writing, headers, body)), at.name, 400, 401, 415)


# --- Targets --------------------------------------------------------------------------------------------------------

IDS = {
    "NUL": "%00",
    "no UTF-8": "%ff%fe",
    "line breaks": "a%0d%0aX-Evil:%201",
    "a picture": "%F0%9F%92%B8",
    "bad escapes": "%zz%",
    "a quote": "'%20OR%20''='",
    "markup": "%3Cscript%3E",
    "a dot": "%2e",
    "two dots": "%2e%2e",
    "long": "a" * 8000,
}


@pytest.mark.parametrize("asked", IDS.values(), ids=IDS.keys())
def test_case_52_an_id_that_is_none_is_refused(alone: Serving, at: Place, asked: str) -> None:
    answer = wire.send(alone, wire.request("GET", f"{at.one}/{asked}", at.headers))
    assert_refused(answer, at.name, 400, 404)
    assert "x-evil" not in answer.headers


def test_an_escaped_slash_does_not_make_another_path(alone: Serving, at: Place) -> None:
    whole = wire.send(alone, wire.request("GET", f"{at.one}/{at.account}/transactions", at.headers))
    for slash in ("%2F", "%2f"):
        escaped = wire.send(alone, wire.request("GET", f"{at.one}/{at.account}{slash}transactions", at.headers))
        assert_refused(escaped, at.name, 400, 404)
    assert whole.status == (404 if at.name == "usbank" else 200)


def test_a_path_has_to_be_written_as_it_is(alone: Serving, at: Place) -> None:
    rest = at.reading.removeprefix(at.prefix)
    for path in (
        f"/{at.reading}",
        f"{at.prefix}/{rest}",
        f"{at.prefix}/..{at.reading}",
        f"{at.prefix}/.{rest}",
        f"{at.prefix}/%2e%2e/%2e%2e/etc/passwd",
        f"{at.reading}/",
        f"{at.prefix}%2F{rest[1:]}",
        f"{at.prefix.upper()}{rest}",
        f"{at.prefix};a=b{rest}",
        at.prefix,
        f"{at.prefix}/",
        f"{at.prefix}/\\..\\{rest}",
    ):
        answer = wire.send(alone, wire.request("GET", path, at.headers))
        mine = path.startswith((f"{at.prefix}/", f"{at.prefix} ")) or path == at.prefix
        assert_refused(answer, at.name if mine else CONTROL, 404)


def test_case_52_what_stands_behind_the_question_mark_is_judged(alone: Serving, at: Place) -> None:
    many = "&".join(f"p{number}={number}" for number in range(1000))
    for query in ("limit=%00", "%00=1", "limit=%ff", many, "&".join(["world=a"] * 1000), "a[b]=c", "%0d%0aX-Evil:%201"):
        answer = wire.send(alone, wire.request("GET", f"{at.reading}?{query}", at.headers))
        assert_refused(answer, at.name, 400)
        assert len(answer.body) < 30_000
        assert "x-evil" not in answer.headers


def test_an_absolute_target_is_read_like_a_path(alone: Serving, at: Place) -> None:
    for origin in (alone.url, "http://chase.localhost", "http://bank.example:9999"):
        assert wire.send(alone, wire.request("GET", f"{origin}{at.reading}", at.headers)).status == 200


# --- Methods --------------------------------------------------------------------------------------------------------


def test_head_is_get_without_a_body(alone: Serving, at: Place) -> None:
    whole = wire.send(alone, wire.request("GET", at.reading, at.headers))
    head = wire.send(alone, wire.request("HEAD", at.reading, at.headers))
    assert (head.status, head.body) == (200, b"")
    assert head.headers["content-length"] == str(len(whole.body))


@pytest.mark.parametrize("method", ["OPTIONS", "TRACE", "PUT", "DELETE", "PATCH", "PROPFIND", "QUERY", "CONNECT"])
def test_a_method_that_is_not_offered_is_refused(alone: Serving, at: Place, method: str) -> None:
    # CONNECT names a host, and control is not reachable under the name of another one.
    answer = wire.send(alone, wire.request(method, at.reading, [*at.headers, "X-Secret: told-to-nobody"]))
    assert_refused(answer, at.name, *((405, 403) if method == "CONNECT" else (405,)))
    assert answer.status == 403 or "GET" in answer.headers["allow"]
    assert "told-to-nobody" not in answer.text


def test_options_of_the_whole_server_are_refused(alone: Serving) -> None:
    assert_refused(wire.send(alone, wire.request("OPTIONS", "*")), CONTROL, 404)


@pytest.mark.parametrize("method", ["get", "Get", "FOO", "G\x00T", "", "GET\r\n"])
def test_a_method_that_is_none_is_not_http(alone: Serving, at: Place, method: str) -> None:
    assert_not_http(wire.send(alone, wire.request(method, at.reading)))


# --- Headers --------------------------------------------------------------------------------------------------------


def test_many_headers_and_long_ones_hurt_nobody(alone: Serving, at: Place) -> None:
    for headers in (["X-Long: " + "a" * (64 << 10)], [f"X-{number}: a" for number in range(500)]):
        answer = wire.send(alone, wire.request("GET", at.reading, [*at.headers, *headers]))
        assert answer.status in (200, 431)


def test_a_header_given_twice_does_not_let_anybody_in(alone: Serving, at: Place) -> None:
    answer = wire.send(alone, wire.request("GET", at.reading, [*at.headers, "Authorization: Bearer another"]))
    if at.bank:
        assert_refused(answer, at.name, 401)
    else:
        assert answer.status == 200


def test_case_52_escaped_line_breaks_stay_escaped_and_real_ones_are_not_http(alone: Serving, at: Place) -> None:
    for name in ("x-fapi-interaction-id", "interactionId", "uuid", "Correlation-ID", "Origin", "Accept-Language"):
        others = [line for line in at.headers if not line.lower().startswith(f"{name.lower()}:")]
        told = wire.send(alone, wire.request("GET", at.reading, [*others, f"{name}: a%0d%0aX-Evil: 1"]))
        assert told.status in (200, 400)
        assert "x-evil" not in told.headers
        for text in ("a\x00b", "a\x01b", "a\rb", "a\nb", "a\r\n b"):
            assert_not_http(wire.send(alone, wire.request("GET", at.reading, [*others, f"{name}: {text}"])))


def test_headers_that_say_nothing_sensible_are_refused_or_passed_over(alone: Serving, at: Place) -> None:
    for line in (
        "Accept: ;;q=zz,,/,*/*;q=nan",
        "Accept: application/xml",
        "Cookie: ;;;=\xff; a[b]=c",
        "Range: bytes=0-1000000000000,5-",
        'If-None-Match: "\xff"',
        "If-Modified-Since: yesterday",
        "Content-Encoding: gzip",
        "X-Forwarded-Host: <script>",
        "X-Forwarded-Proto: javascript",
        "X-Forwarded-For: \xff",
        "Forwarded: for=;;;",
        "Upgrade: h2c",
    ):
        answer = wire.send(alone, wire.request("GET", at.reading, [*at.headers, line]))
        if answer.status != 200:
            assert_refused(answer, at.name, 400, 403, 406)
        assert b"<script>" not in answer.body
        assert b"javascript:" not in answer.body


def test_a_websocket_is_not_opened(alone: Serving, at: Place) -> None:
    data = wire.request("GET", at.reading, [*at.headers, *KEYS, "Upgrade: websocket"])
    answer = wire.send(alone, data.replace(b"Connection: close", b"Connection: Upgrade"))
    assert answer.status == 200
    assert "upgrade" not in answer.headers


@pytest.mark.parametrize("offer", ["websocket", "h2c"])
@pytest.mark.parametrize("path", ["/livez", "/", "/chase/docs", "/_sandbox/banks"])
def test_an_offer_to_upgrade_is_answered_as_if_it_had_not_been_made(alone: Serving, offer: str, path: str) -> None:
    plain = wire.request("GET", path)
    offered = wire.request("GET", path, [*KEYS, f"Upgrade: {offer}"]).replace(b": close", b": Upgrade")
    assert wire.send(alone, offered).body == wire.send(alone, plain).body
    assert "upgrade" not in alone.said
    assert "WebSocket" not in alone.said


@pytest.mark.parametrize("host", ['a b<>"', "%0d%0aevil", "<script>", "", "a" * 5000, "evil.example"])
def test_a_host_that_is_none_is_not_passed_on(alone: Serving, at: Place, host: str) -> None:
    answer = wire.send(alone, wire.request("GET", at.reading, at.headers, host=host))
    if at.bank is None:
        assert_refused(answer, at.name, 403)
        return
    assert answer.status == 200
    found = wire.send(alone, wire.request("GET", f"{at.prefix}/.well-known/oauth-authorization-server", host=host))
    expected = host if host == "evil.example" else "localhost"
    assert found.json()["issuer"] == f"http://{expected}{at.prefix}"


# --- Framing --------------------------------------------------------------------------------------------------------

LIES = {
    "a negative length": ["Content-Length: -1"],
    "a length that is none": ["Content-Length: abc"],
    "a length beyond all": ["Content-Length: 99999999999999999999999"],
    "two lengths in one": ["Content-Length: 1, 2"],
    "two lengths": ["Content-Length: 2", "Content-Length: 3"],
    "a length and chunks": ["Content-Length: 2", "Transfer-Encoding: chunked"],
    "an unknown coding": ["Transfer-Encoding: xchunked"],
    "a coding that does not end": ["Transfer-Encoding: gzip"],
    "chunks of no size": ["Transfer-Encoding: chunked"],
    "an older and a newer coding": ["Transfer-Encoding: chunked, identity"],
    "a space before the colon": ["Content-Length : 2"],
}


@pytest.mark.parametrize("lines", LIES.values(), ids=LIES.keys())
def test_case_52_a_request_that_lies_about_its_length_is_not_http(alone: Serving, at: Place, lines: list[str]) -> None:
    head = "\r\n".join([f"POST {at.writing} HTTP/1.1", "Host: 127.0.0.1", at.writes, *lines, "Connection: close"])
    assert_not_http(wire.send(alone, head.encode() + b"\r\n\r\nzz\r\n\r\nGET / HTTP/1.1\r\n\r\n"))


@pytest.mark.parametrize(
    "data",
    [
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        bytes.fromhex("16030100c8010000c40303"),
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET\r\n\r\n",
        b"\x00" * 100,
        b"GET /chase/\xff\xfe HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /chase?\xff HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /chase/a b HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET http://bank.example:99999/chase HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET chase HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
        b"CONNECT 127.0.0.1:80 HTTP/1.1\r\nHost: a\r\n\r\n",
    ],
    ids=lambda data: repr(data[:20]),
)
def test_what_is_not_http_is_refused_by_the_server_itself(alone: Serving, data: bytes) -> None:
    assert_not_http(wire.send(alone, data))
    assert alone.alive


def test_a_request_of_old_is_answered(alone: Serving, at: Place) -> None:
    data = "\r\n".join([f"GET {at.reading} HTTP/1.0", *at.headers]).encode() + b"\r\n\r\n"
    assert wire.send(alone, data).status == 200


def test_requests_sent_at_once_are_answered_in_turn(alone: Serving, at: Place) -> None:
    last = wire.request("GET", at.reading, at.headers)
    assert wire.statuses(alone, last.replace(b"Connection: close\r\n", b"") * 4 + last) == [200] * 5


def test_half_a_request_is_not_acted_on(alone: Serving) -> None:
    for bank in BANKS.values():
        given = alone.consent(bank.slug, "chloe")
        form = f"token={given['refresh_token']}&client_id=demo-app&client_secret=demo-secret".encode()
        whole = wire.request("POST", f"/{bank.slug}{bank.oauth.revocation_path}", [FORM], form)
        with wire.connect(alone) as connection:
            connection.sendall(whole.replace(b"Content-Length: %d" % len(form), b"Content-Length: %d" % len(whole)))
        for _ in range(3):
            assert alone.read(bank.slug, bank.accounts_path, given["access_token"]).status_code == 200
        assert wire.send(alone, whole).status == 200
        assert alone.read(bank.slug, bank.accounts_path, given["access_token"]).status_code == 401


# --- Waiting --------------------------------------------------------------------------------------------------------


def test_case_52_clients_that_dawdle_hold_up_nobody(alone: Serving, places: dict[str, Place]) -> None:
    slow = []
    try:
        for at in places.values():
            for start in (
                b"",
                b"G",
                wire.request("GET", at.reading, at.headers)[:-2],
                wire.request("POST", at.writing, [at.writes, "Content-Length: 100000"], b"a=1"),
                wire.request("POST", at.writing, [at.writes, "Transfer-Encoding: chunked"])[:-4] + b"\r\n\r\n5\r\na",
            ) * 10:
                slow.append(wire.connect(alone))
                slow[-1].sendall(start)
        for at in places.values():
            assert wire.send(alone, wire.request("GET", at.reading, at.headers), timeout=10).status == 200
    finally:
        for connection in slow:
            connection.close()


# --- PostgreSQL -----------------------------------------------------------------------------------------------------


def test_text_that_postgresql_cannot_hold_is_looked_for_in_vain(postgres: str) -> None:
    with serving(*frozen("--data", postgres)) as server:
        for name, bank in BANKS.items():
            body = b"grant_type=authorization_code&code=x"
            path = f"/{name}{bank.oauth.token_path}"
            data = wire.request("POST", path, [FORM, "Authorization: Basic AGE6AGI="], body)
            assert_refused(wire.send(server, data), name, 401)
            assert_refused(wire.send(server, wire.request("GET", f"/{name}/signin/%00")), name, 400)
        assert_refused(wire.send(server, wire.request("GET", "/_sandbox/worlds/%00")), CONTROL, 400, 404)
        assert "Traceback" not in server.said


def test_every_refusal_can_be_explained(alone: Serving, places: dict[str, Place]) -> None:
    for at in places.values():
        refused = wire.send(alone, wire.request("GET", f"{at.prefix}/%0d%0a", at.headers))
        why = alone.call("GET", f"/why/{refused.headers['sandbank-trace']}")
        assert (why["status"], why["error"]) == (404, "UnknownPath"), json.dumps(why)
