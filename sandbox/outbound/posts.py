"""Posting messages to other machines, many a second: on the loop, behind the guard, over connections that are kept.

A connection leads to an address that the guard saw when it was made, whatever its name points to by then. Nothing is
followed, and of an answer only the beginning is kept.
"""

import asyncio
import ssl
import time
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address
from typing import cast

import httptools

from sandbox.outbound.guard import Guard, Target

LONGEST = 2048
"""Bytes kept of an answer."""
IDLE = 50
"""Connections kept to one target."""
REST = 20.0
"""Seconds for which an unused connection is kept: less than most servers do."""


class Undelivered(Exception):
    """Nobody answered; the text says why."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes
    """Its beginning."""
    took: float
    """Seconds."""


class _Cut(Exception):
    """A kept connection had ended before anything of an answer came."""


class _Line(asyncio.Protocol):
    """One connection, over which one request at a time goes."""

    transport: asyncio.Transport

    def __init__(self) -> None:
        self.parser = httptools.HttpResponseParser(self)
        self.waiting: asyncio.Future[tuple[int, bytes]] | None = None
        self.is_open = True
        self.idle_since = 0.0
        self._body = list[bytes]()
        self._size = 0
        self._heard = False
        self._measured = False
        self._ends_with_line = False
        """Whether the answer has no length of its own, but ends when the connection does."""

    def ask(self, request: bytes) -> "asyncio.Future[tuple[int, bytes]]":
        self._heard = False
        self.waiting = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return self.waiting

    def close(self) -> None:
        self.is_open = False
        self.transport.abort()

    # What asyncio tells.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._heard = True
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserError as error:
            self._fail(Undelivered(f"the answer is no HTTP: {error}"))
            self.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_open = False
        if self._ends_with_line and exc is None:
            self.on_message_complete()
        told = str(exc) if exc else "the connection was closed before the answer was whole"
        self._fail(Undelivered(told) if self._heard else _Cut(told))

    def _fail(self, error: Exception) -> None:
        if self.waiting is not None and not self.waiting.done():
            self.waiting.set_exception(error)

    # What the parser tells.

    def on_message_begin(self) -> None:
        self._body, self._size, self._measured = [], 0, False

    def on_header(self, name: bytes, _value: bytes) -> None:
        self._measured = self._measured or name.lower() in (b"content-length", b"transfer-encoding")

    def on_headers_complete(self) -> None:
        self._ends_with_line = not self._measured

    def on_body(self, body: bytes) -> None:
        if self._size < LONGEST:
            self._body.append(body[: LONGEST - self._size])
        self._size += len(body)

    def on_message_complete(self) -> None:
        status = self.parser.get_status_code()
        self._ends_with_line = False
        if status < 200:
            return  # an interim answer; the real one follows
        self.is_open = self.is_open and self.parser.should_keep_alive()
        if self.waiting is not None and not self.waiting.done():
            self.waiting.set_result((status, b"".join(self._body)))


class Poster:
    """Belongs to one loop."""

    def __init__(self, guard: Guard) -> None:
        self.guard = guard
        self._targets: dict[str, Target] = {}
        self._idle = defaultdict[Target, list[_Line]](list)
        self._encrypted: ssl.SSLContext | None = None

    async def post(self, url: str, headers: Iterable[tuple[str, str]], body: bytes, patience: float) -> Answer:
        """Whatever the receiver answers within `patience` seconds. Raises Undelivered, or guard.Refused."""
        target = self._target(url)
        host = f"[{target.host}]" if ":" in target.host else target.host
        port = "" if target.port in (80, 443) else f":{target.port}"
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
        head = f"POST {target.path} HTTP/1.1\r\nHost: {host}{port}\r\n{lines}Content-Length: {len(body)}\r\n\r\n"
        began = time.perf_counter()
        try:
            async with asyncio.timeout(patience):
                status, answer = await self._exchange(target, head.encode("latin-1") + body)
        except TimeoutError:
            raise Undelivered(f"no answer within {patience:g} s") from None
        except OSError as error:
            raise Undelivered(error.strerror or str(error) or type(error).__name__) from None
        return Answer(status, answer, time.perf_counter() - began)

    async def _exchange(self, target: Target, request: bytes) -> tuple[int, bytes]:
        line = self._kept(target)
        if line is not None:
            with suppress(_Cut):  # it ended while it was idle: nothing was read, so it goes over a fresh one
                return await self._over(line, target, request)
        try:
            return await self._over(await self._connect(target), target, request)
        except _Cut as error:
            raise Undelivered(str(error)) from None

    async def _over(self, line: _Line, target: Target, request: bytes) -> tuple[int, bytes]:
        try:
            answer = await line.ask(request)
        except BaseException:
            line.close()
            raise
        idle = self._idle[target]
        if line.is_open and len(idle) < IDLE:
            line.idle_since = time.monotonic()
            idle.append(line)
        else:
            line.close()
        return answer

    def _kept(self, target: Target) -> _Line | None:
        idle, oldest = self._idle[target], time.monotonic() - REST
        while idle:
            line = idle.pop()
            if line.is_open and line.idle_since > oldest:
                return line
            line.close()
        return None

    async def _connect(self, target: Target) -> _Line:
        loop = asyncio.get_running_loop()
        if _is_address(target.host):
            address = self.guard.addresses(target)[0]
        else:
            address = (await loop.run_in_executor(None, self.guard.addresses, target))[0]
        encryption, name = None, None
        if target.scheme == "https":
            self._encrypted = self._encrypted or ssl.create_default_context()
            encryption, name = self._encrypted, target.host
        _, line = await loop.create_connection(_Line, address, target.port, ssl=encryption, server_hostname=name)
        return line

    def _target(self, url: str) -> Target:
        target = self._targets.get(url)
        if target is None:
            target = self._targets[url] = self.guard.target(url)
        return target

    def close(self) -> None:
        for lines in self._idle.values():
            for line in lines:
                line.close()
        self._idle.clear()


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
