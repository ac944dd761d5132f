"""The one adapter between the network and values: what it reads, what it writes, what it makes of half a request."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from sandbox.http.asgi import BODY_LIMIT, DRAIN_LIMIT, AsgiAdapter
from sandbox.http.message import Request, Response

Message = dict[str, Any]
Respond = Callable[[Request], Response]


def ok(_: Request) -> Response:
    return Response(200, [("content-type", "text/plain")], b"fine")


def refuse(_: Request, error: Exception) -> Response:
    return Response(503, [("content-type", "text/plain")], str(error).encode())


class Records:
    """What requests leave to be written, and how many were written at once."""

    def __init__(self) -> None:
        self.left = 0
        self.written: list[int] = []
        self.broken = False

    @property
    def waiting(self) -> bool:
        return self.left > 0

    def flush(self) -> None:
        if self.broken:
            raise OSError("the disk is full")
        self.written.append(self.left)
        self.left = 0


class Wire:
    """What an ASGI server would be to the adapter."""

    def __init__(self, respond: Respond = ok) -> None:
        self.asked: list[Request] = []
        self.sent: list[Message] = []
        self.left: list[Message] = []

        def remember(request: Request) -> Response:
            self.asked.append(request)
            return respond(request)

        self.records = Records()
        self.adapter = AsgiAdapter(
            remember,
            records=self.records,
            later=Records(),
            settled=lambda request: True,
            instead=refuse,
            on_start=lambda: None,
            on_stop=lambda: None,
        )

    def call(self, messages: Sequence[Message] = ({"type": "http.request"},), **scope: Any) -> "Wire":
        self.left = list(messages)

        async def receive() -> Message:
            return self.left.pop(0)

        async def send(message: Any) -> None:
            self.sent.append(dict(message))

        base = {"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b""}
        asyncio.run(self.adapter({**base, **scope}, receive, send))
        return self

    @property
    def headers(self) -> dict[bytes, bytes]:
        return dict(self.sent[0]["headers"])


def piece(body: bytes, *, more: bool = True) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


def test_a_body_comes_whole_however_it_was_cut() -> None:
    wire = Wire().call([piece(b"a"), piece(b""), piece(b"bc"), piece(b"d", more=False)])
    assert wire.asked[0].body == b"abcd"
    assert (wire.sent[0]["status"], wire.sent[1]["body"]) == (200, b"fine")
    assert wire.headers[b"content-length"] == b"4"


def test_half_a_request_is_neither_acted_on_nor_answered() -> None:
    wire = Wire().call([piece(b"token=abc"), {"type": "http.disconnect"}])
    assert (wire.asked, wire.sent) == ([], [])


def test_a_body_at_the_limit_is_read_and_one_beyond_it_is_only_marked() -> None:
    at = Wire().call([piece(b"x" * BODY_LIMIT, more=False)])
    assert (len(at.asked[0].body), "too_large" in at.asked[0].notes) == (BODY_LIMIT, False)
    for messages in ([piece(b"x" * (BODY_LIMIT + 1), more=False)], [piece(b"x" * BODY_LIMIT), piece(b"x", more=False)]):
        beyond = Wire().call(messages)
        assert (beyond.asked[0].body, beyond.asked[0].notes["too_large"]) == (b"", True)
        assert beyond.headers[b"connection"] == b"close"


def test_of_an_endless_body_no_more_is_read_than_is_polite() -> None:
    chunk = piece(b"x" * (4 << 20))
    wire = Wire().call([chunk] * 100)
    assert len(wire.sent) == 2
    assert (100 - len(wire.left)) * (4 << 20) <= DRAIN_LIMIT + (4 << 20)


def test_head_has_the_length_of_a_body_that_is_not_sent() -> None:
    wire = Wire().call(method="HEAD")
    assert (wire.headers[b"content-length"], wire.sent[1]["body"]) == (b"4", b"")


@pytest.mark.parametrize("status", [204, 304])
def test_an_answer_without_a_body_has_no_length(status: int) -> None:
    wire = Wire(lambda _: Response(status, [])).call()
    assert b"content-length" not in wire.headers


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        (b"/chase/a%2Fb/c", "/chase/a%2Fb/c"),
        (b"/chase/a%2fb%20%C3%BC", "/chase/a%2Fb \u00fc"),
        (b"/chase/a%252Fb", "/chase/a%2Fb"),
        (b"/chase/a%20b", "/chase/a b"),
    ],
)
def test_an_escaped_slash_stays_part_of_its_segment(raw: bytes, path: str) -> None:
    decoded = {b"/chase/a%252Fb": "/chase/a%2Fb", b"/chase/a%20b": "/chase/a b"}.get(raw, "not looked at")
    assert Wire().call(path=decoded, raw_path=raw).asked[0].path == path


def test_a_header_given_twice_is_one_with_a_comma() -> None:
    wire = Wire().call(headers=[(b"accept", b"a"), (b"host", b"h"), (b"accept", b"b")])
    assert wire.asked[0].headers == {"accept": "a, b", "host": "h"}


def test_a_failure_beyond_the_last_layer_is_answered_without_a_word_of_it(caplog: pytest.LogCaptureFixture) -> None:
    def fail(_: Request) -> Response:
        raise RuntimeError("a secret of the house")

    wire = Wire(fail).call()
    assert (wire.sent[0]["status"], wire.sent[1]["body"]) == (500, b'{"error":"InternalError"}')
    assert "a secret of the house" in caplog.text


def test_a_websocket_is_closed() -> None:
    wire = Wire().call(type="websocket")
    assert wire.sent == [{"type": "websocket.close", "code": 1003}]


def test_what_requests_of_one_turn_leave_is_written_at_once_and_before_any_answer_leaves() -> None:
    wire, order = Wire(), list[str]()

    def leave_a_record(_: Request) -> Response:
        wire.records.left += 1
        return Response(200, [], b"read")

    wire.adapter.respond = leave_a_record

    async def three_at_once() -> None:
        async def receive() -> Message:
            return {"type": "http.request"}

        async def send(message: Any) -> None:
            order.append(f"{message['type']} after {wire.records.written}")

        scope = {"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b""}
        await asyncio.gather(*(wire.adapter(dict(scope), receive, send) for _ in range(3)))

    asyncio.run(three_at_once())
    assert wire.records.written == [3]
    assert order == ["http.response.start after [3]", "http.response.body after [3]"] * 3


def test_who_cannot_be_recorded_is_not_answered() -> None:
    wire = Wire()
    wire.records.left, wire.records.broken = 1, True
    wire.call()
    assert (wire.sent[0]["status"], wire.sent[1]["body"]) == (503, b"the disk is full")
