"""Connections that break on order. What is beneath an answer is the server's affair, and uvicorn's lets one at it: the
transport is a member of what it sends by."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from typing import Any

from sandbox.http.message import Response
from sandbox.ledger.faults import FaultKind

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

AT_ONCE = struct.pack("ii", 1, 0)
"""SO_LINGER with no time left: closing throws away what is unsent, and tells the other side so (RST)."""
STEPS = 10
"""Pieces a second of an answer that comes slowly."""


async def off(response: Response, headers: list[tuple[bytes, bytes]], receive: Receive, send: Send) -> None:
    """Raises ConnectionResetError where there is no connection: a client in this process."""
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    if transport is None:
        raise ConnectionResetError(f"a fault was asked for: {response.line}")
    if response.line is FaultKind.RESET:
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
        transport.abort()
    else:
        if response.line is FaultKind.TRUNCATED:
            await _half(response, headers, send)
        transport.close()
    while (await receive())["type"] != "http.disconnect":
        pass


async def _half(response: Response, headers: list[tuple[bytes, bytes]], send: Send) -> None:
    """Half of what the head promises."""
    told = [(name, value) for name, value in headers if name.lower() != b"content-length"]
    told.append((b"content-length", b"%d" % max(len(response.body), 1)))
    await send({"type": "http.response.start", "status": response.status, "headers": told})
    await send({"type": "http.response.body", "body": response.body[: len(response.body) // 2], "more_body": True})


async def slowly(response: Response) -> AsyncIterator[bytes]:
    size = max(1, response.bytes_per_second // STEPS)
    for start in range(0, len(response.body), size):
        if start:
            await asyncio.sleep(size / response.bytes_per_second)
        yield response.body[start : start + size]
