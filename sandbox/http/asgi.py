"""The one adapter between the network and values. Handlers are synchronous and take well under a millisecond, so they
run where they are called; only waiting (a body still arriving, an injected delay) is asynchronous."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from sandbox.http.message import Request, Response

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Respond = Callable[[Request], Response]

log = logging.getLogger("sandbank")

BODY_LIMIT = 1 << 20
"""Bytes. A body that is longer is read no further; the request goes on marked, to be refused in the bank's voice."""


class AsgiAdapter:
    def __init__(self, respond: Respond, *, on_start: Callable[[], None], on_stop: Callable[[], None]) -> None:
        self.respond = respond
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
        request = read_request(scope, body)
        if too_large:
            request.notes["too_large"] = True
        try:
            response = self.respond(request)
        except Exception:
            # The voices inside turn every error into an answer; this is for one that they make themselves.
            log.exception("%s %s failed beyond the last layer", request.method, request.path)
            response = Response(500, [("content-type", "application/json")], b'{"error":"InternalError"}')
        if response.delay:
            await asyncio.sleep(response.delay)
        headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in response.headers]
        bodiless = response.status in (204, 304)  # RFC 9110 8.6: such an answer carries no length
        if not bodiless and not any(name.lower() == b"content-length" for name, _ in headers):
            headers.append((b"content-length", b"%d" % len(response.body)))
        if too_large:
            headers.append((b"connection", b"close"))
        await send({"type": "http.response.start", "status": response.status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if request.method == "HEAD" else response.body})

    async def _body(self, receive: Receive) -> tuple[bytes, bool]:
        message = await receive()
        if not message.get("more_body"):
            body = message.get("body", b"")
            return (b"", True) if len(body) > BODY_LIMIT else (body, False)
        chunks, size = [message.get("body", b"")], len(message.get("body", b""))
        while message.get("more_body"):
            if size > BODY_LIMIT:
                return b"", True
            message = await receive()
            chunks.append(message.get("body", b""))
            size += len(chunks[-1])
        return (b"", True) if size > BODY_LIMIT else (b"".join(chunks), False)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self.on_start()
                await send({"type": "lifespan.startup.complete"})
            else:
                self.on_stop()
                await send({"type": "lifespan.shutdown.complete"})
                return


def read_request(scope: Scope, body: bytes) -> Request:
    headers: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    client = scope.get("client")
    return Request(
        method=scope["method"],
        path=scope["path"],
        query=scope.get("query_string", b""),
        headers=headers,
        body=body,
        scheme=scope.get("scheme", "http"),
        peer=client[0] if client else "",
    )
