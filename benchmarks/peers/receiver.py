"""A receiver of webhooks that costs little: a loop in a thread of its own, which notes what came when."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import cast

import httptools

ANSWER = b"HTTP/1.1 204 No Content\r\n\r\n"


class Received:
    def __init__(self) -> None:
        self.url = ""
        self.ids: list[str] = []
        self.at: list[float] = []
        """Seconds since the epoch."""
        self.bodies: list[bytes] = []

    def wait(self, enough: Callable[[], bool], patience: float) -> None:
        last = time.monotonic() + patience
        while not enough():
            assert time.monotonic() < last, f"only {len(self.ids)} messages came"
            time.sleep(0.01)


class _Connection(asyncio.Protocol):
    transport: asyncio.Transport

    def __init__(self, received: Received) -> None:
        self.received = received
        self.parser = httptools.HttpRequestParser(self)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self.came = time.time()
        self.parser.feed_data(data)

    def on_message_begin(self) -> None:
        self.body = b""

    def on_header(self, name: bytes, value: bytes) -> None:
        if name == b"webhook-id":
            self.message_id = value.decode()

    def on_body(self, body: bytes) -> None:
        self.body += body

    def on_message_complete(self) -> None:
        self.transport.write(ANSWER)
        self.received.at.append(self.came)
        self.received.bodies.append(self.body)
        self.received.ids.append(self.message_id)


@contextmanager
def receiving() -> Iterator[Received]:
    received, started, loop = Received(), threading.Event(), asyncio.new_event_loop()

    async def listen() -> None:
        server = await loop.create_server(lambda: _Connection(received), "127.0.0.1", 0)
        received.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        started.set()

    def run() -> None:
        loop.run_until_complete(listen())
        loop.run_forever()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    started.wait()
    try:
        yield received
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
