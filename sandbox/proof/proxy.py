"""A proxy that lets everything pass as it is, holds both directions against a document, and keeps what it saw.

Bodies that are longer than what is looked at, or come bit by bit for ever (events, downloads), are passed on as they
come. Nothing is answered in the other server's place, unless it cannot be reached.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, MutableMapping
from time import perf_counter_ns
from typing import Any

import httpx
import orjson

from sandbox.contract.documents import Document
from sandbox.http import redaction
from sandbox.kernel.clock import wall
from sandbox.ledger.exchanges import Exchange
from sandbox.proof.judged import BODY, Judged

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Keep = Callable[[Exchange], None]
Headers = list[tuple[bytes, bytes]]

HOP = frozenset(
    {b"connection", b"keep-alive", b"proxy-authenticate", b"proxy-authorization", b"te", b"trailer",
     b"transfer-encoding", b"upgrade"}
)  # fmt: skip
"""Headers of one connection alone (RFC 9110 7.6.1)."""
PATIENCE = 60.0
"""Seconds without a byte."""


class Proxy:
    def __init__(self, document: Document, upstream: str, keep: Keep) -> None:
        """`upstream` is what the document's paths hang below over there. `keep` is told of every exchange."""
        self.document = document
        self.upstream = upstream.rstrip("/")
        self.keep = keep
        self._number = 0
        self._client = httpx.AsyncClient(timeout=PATIENCE, follow_redirects=False, trust_env=False)
        self._client.headers.clear()  # it would add some of its own

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._pass(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._client.aclose()
        await send({"type": "lifespan.shutdown.complete"})

    async def _pass(self, scope: Scope, receive: Receive, send: Send) -> None:
        began, at = perf_counter_ns(), wall()
        self._number += 1
        number = self._number
        path: str = scope.get("raw_path", scope["path"].encode()).partition(b"?")[0].decode("latin-1")
        headers = _joined(scope["headers"])
        judged = Judged(self.document, scope["method"], _below(self.document, path), scope["query_string"], headers)
        asked, whole = await _gathered(_received(receive))
        judged.asked(asked if whole else None)
        request = self._client.build_request(
            scope["method"],
            f"{self.upstream}{judged.path}"
            + (f"?{scope['query_string'].decode('latin-1')}" if scope["query_string"] else ""),
            headers=_forwarded(scope),
            content=asked if whole else _rest(asked, _received(receive)),
        )
        try:
            answer = await self._client.send(request, stream=True)
        except httpx.HTTPError as error:
            await _unreachable(send, self.upstream, error)
            status, told, body = 502, dict[str, str](), b""
        else:
            try:
                status, told = answer.status_code, _joined(answer.headers.raw)
                body = await self._answer(answer, judged, number, send)
            finally:
                await answer.aclose()
        one = judged.exchange(number, status=status, wall=at, took=(perf_counter_ns() - began) // 1000)
        one.response_headers = redaction.headers(told)
        one.request_body, one.response_body = redaction.body(asked), redaction.body(body)
        one.request_size, one.response_size = len(asked), len(body)
        one.cut = tuple(name for name in ("request", "response") if name not in judged.seen)
        self.keep(one)

    async def _answer(self, answer: httpx.Response, judged: Judged, number: int, send: Send) -> bytes:
        """Passes it on; returns what was looked at of its body."""
        told = _joined(answer.headers.raw)
        coming = answer.aiter_raw()
        body, whole = await _gathered(coming) if _can_be_read(told) else (b"", False)
        judged.answered(answer.status_code, told, body if whole else None)
        headers = [(name.lower(), value) for name, value in answer.headers.raw if name.lower() not in HOP]
        mark = f"{judged.wrong}; id=req_{number}".encode()
        await send(
            {"type": "http.response.start", "status": answer.status_code, "headers": [*headers, (VIOLATIONS, mark)]}
        )
        await send({"type": "http.response.body", "body": body, "more_body": not whole})
        if not whole:
            async for part in coming:
                await send({"type": "http.response.body", "body": part, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        return body


VIOLATIONS = b"sandbank-violations"
"""The header that an answer gets."""


def _below(document: Document, path: str) -> str:
    """The document's own path, with or without its prefix in front."""
    return path[len(document.prefix) :] if path.startswith(f"{document.prefix}/") else path


def _can_be_read(headers: Mapping[str, str]) -> bool:
    """Whether an answer is one piece of JSON, and not too long."""
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    encoded = headers.get("content-encoding", "identity").lower() != "identity"
    length = headers.get("content-length", "0")
    short = length.isdigit() and int(length) <= BODY
    return not encoded and short and (kind.endswith("json") or (length == "0" and not kind))


async def _received(receive: Receive) -> AsyncIterator[bytes]:
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        yield message.get("body", b"")
        if not message.get("more_body"):
            return


async def _gathered(parts: AsyncIterator[bytes]) -> tuple[bytes, bool]:
    """Everything and True; of what is too long its beginning and False: the rest is still to come."""
    body = b""
    async for part in parts:
        body += part
        if len(body) > BODY:
            return body, False
    return body, True


async def _rest(begun: bytes, parts: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield begun
    async for part in parts:
        yield part


def _joined(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Lower-case names; repeated ones with a comma."""
    found: dict[str, str] = {}
    for name, value in headers:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        found[key] = f"{found[key]}, {text}" if key in found else text
    return found


def _forwarded(scope: Scope) -> Headers:
    """Everything but what belongs to the connection. None is asked for compressed: that could not be looked at."""
    left = [pair for pair in scope["headers"] if pair[0] not in HOP and pair[0] not in (b"host", b"accept-encoding")]
    return [*left, (b"accept-encoding", b"identity")]


async def _unreachable(send: Send, upstream: str, error: httpx.HTTPError) -> None:
    detail = f"the proxy got no answer from {upstream} ({type(error).__name__})"
    problem = orjson.dumps({"title": "Bad gateway", "status": 502, "detail": detail})
    kind = (b"content-type", b"application/problem+json")
    await send({"type": "http.response.start", "status": 502, "headers": [kind]})
    await send({"type": "http.response.body", "body": problem})
