"""The one adapter between the network and values. Handlers are synchronous and take well under a millisecond, so they
run where they are called; only waiting (a body still arriving, an injected delay) is asynchronous."""

import asyncio
import logging
import re
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping, MutableMapping
from contextlib import suppress
from typing import Any, Protocol
from urllib.parse import unquote

from sandbox.http import broken
from sandbox.http.message import Request, Response

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Respond = Callable[[Request], Response]

log = logging.getLogger("sandbank")

BODY_LIMIT = 1 << 20
"""Bytes. Of a longer body nothing is kept; the request goes on marked, to be refused in the bank's voice."""
DRAIN_LIMIT = 64 << 20
"""Bytes. So much of such a body is read and thrown away, since few clients hear an answer while they still send."""
ESCAPED_SLASH = re.compile("%2f", re.IGNORECASE)


class Records(Protocol):
    """What requests leave to be written."""

    @property
    def waiting(self) -> bool: ...

    def flush(self) -> None: ...


SOON = 0.02
"""Seconds until what may be written later is."""


class AsgiAdapter:
    """What requests leave to be written is written for all of one turn of the loop at once, before any answer leaves;
    what may be written `later`, a moment after. `instead` answers where the one failed, or what an answer waits for.
    A request that is not `settled` waits until every process has written what it had."""

    def __init__(
        self,
        respond: Respond,
        *,
        records: Records,
        later: Records,
        settled: Callable[[Request], bool],
        instead: Callable[[Request, Exception], Response],
        on_start: Callable[[], None],
        on_stop: Callable[[], None],
    ) -> None:
        self.respond = respond
        self.records = records
        self.later = later
        self.settled = settled
        self._timer: asyncio.TimerHandle | None = None
        self.instead = instead
        self._turn: asyncio.Future[Exception | None] | None = None
        self.on_start = on_start
        self.on_stop = on_stop

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1003})

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        body, too_large = await self._body(receive)
        if body is None:
            return
        request = read_request(scope, b"" if too_large else body)
        if too_large:
            request.notes["too_large"] = True
        response = await self._answer(request)
        if response.delay:
            await asyncio.sleep(response.delay)
        headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in response.headers]
        if response.line is not None:
            await broken.off(response, headers, receive, send)
            return
        if response.stream is not None and request.method != "HEAD":
            await send({"type": "http.response.start", "status": response.status, "headers": headers})
            await _stream(response.stream(), receive, send)
            return
        bodiless = response.status in (204, 304)  # RFC 9110 8.6: such an answer carries no length
        if not bodiless and not any(name.lower() == b"content-length" for name, _ in headers):
            headers.append((b"content-length", b"%d" % len(response.body)))
        if too_large:
            headers.append((b"connection", b"close"))
        if response.bytes_per_second and request.method != "HEAD":
            await send({"type": "http.response.start", "status": response.status, "headers": headers})
            await _stream(broken.slowly(response), receive, send)
            return
        await send({"type": "http.response.start", "status": response.status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if request.method == "HEAD" else response.body})

    async def _answer(self, request: Request) -> Response:
        if not self.settled(request):
            await asyncio.sleep(2 * SOON)
        try:
            response = self.respond(request)
        except Exception:
            # The voices inside turn every error into an answer; this is for one that they make themselves.
            log.exception("%s %s failed beyond the last layer", request.method, request.path)
            response = Response(500, [("content-type", "application/json")], b'{"error":"InternalError"}')
        if self.records.waiting and (problem := await self._written()) is not None:
            response = self.instead(request, problem)
        if response.before is not None:
            try:
                await response.before()
            except Exception as error:
                response = self.instead(request, error)
        if self._timer is None and self.later.waiting:
            self._timer = asyncio.get_running_loop().call_later(SOON, self._catch_up)
        return response

    async def _written(self) -> Exception | None:
        """What kept the records of this turn from being written, if anything did."""
        if self._turn is None:
            loop = asyncio.get_running_loop()
            self._turn = loop.create_future()
            loop.call_soon(self._end_of_turn, self._turn)
        return await self._turn

    def _end_of_turn(self, turn: asyncio.Future[Exception | None]) -> None:
        self._turn = None
        try:
            self.records.flush()
        except Exception as error:
            turn.set_result(error)
        else:
            turn.set_result(None)

    def _catch_up(self) -> None:
        self._timer = None
        self.later.flush()

    async def _body(self, receive: Receive) -> tuple[bytes | None, bool]:
        """(body, whether it was too large). None where the client left before it had said everything: half a request
        must not be acted on."""
        chunks, size, more = list[bytes](), 0, True
        while more and size <= DRAIN_LIMIT:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None, False
            size += len(message.get("body", b""))
            if size <= BODY_LIMIT:
                chunks.append(message.get("body", b""))
            more = message.get("more_body", False)
        return b"".join(chunks), size > BODY_LIMIT

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self.on_start()
                await send({"type": "lifespan.startup.complete"})
            else:
                self.later.flush()
                self.on_stop()
                await send({"type": "lifespan.shutdown.complete"})
                return


async def _stream(chunks: AsyncIterator[bytes], receive: Receive, send: Send) -> None:
    """Chunks as they come, until they end or the client leaves."""
    gone = asyncio.ensure_future(_left(receive))
    chunk: asyncio.Future[bytes | None] | None = None
    try:
        while True:
            chunk = asyncio.ensure_future(_next(chunks))
            await asyncio.wait({chunk, gone}, return_when=asyncio.FIRST_COMPLETED)
            if gone.done():
                return
            body = chunk.result()
            await send({"type": "http.response.body", "body": body or b"", "more_body": body is not None})
            if body is None:
                return
    finally:
        gone.cancel()
        if chunk is not None and not chunk.done():  # the client has left, or the server goes
            chunk.cancel()
            with suppress(asyncio.CancelledError):
                await chunk
        if isinstance(chunks, AsyncGenerator):
            await chunks.aclose()


async def _next(chunks: AsyncIterator[bytes]) -> bytes | None:
    return await anext(chunks, None)


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _path(scope: Scope) -> str:
    """Decoded, but for escaped slashes: those are part of a segment, and must not make another path of it."""
    path: str = scope["path"]
    raw = scope.get("raw_path") or b""
    if b"%2f" not in raw.lower():
        return path
    return "%2F".join(unquote(part) for part in ESCAPED_SLASH.split(raw.decode("latin-1")))


def _certificate(extensions: Mapping[str, Any]) -> bytes | None:
    """The client's, DER, as ASGI's extension `tls` tells it."""
    chain = extensions.get("tls", {}).get("client_cert_chain", ())
    return ssl.PEM_cert_to_DER_cert(chain[0]) if chain else None


def read_request(scope: Scope, body: bytes) -> Request:
    headers: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    client, extensions = scope.get("client"), scope.get("extensions")
    return Request(
        method=scope["method"],
        path=_path(scope),
        query=scope.get("query_string", b""),
        headers=headers,
        body=body,
        scheme=scope.get("scheme", "http"),
        peer=client[0] if client else "",
        certificate=_certificate(extensions) if extensions else None,
        local=scope.get("server"),
    )
