"""The loader for machines without wrk: `python -m benchmarks.loader PATHS PORT TOKEN CONNECTIONS SECONDS`."""

import asyncio
import sys
import time
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path
from typing import cast

import httptools
import uvloop


class Connection(asyncio.Protocol):
    """Asks, reads the answer to its end, notes how long it took, and asks again."""

    def __init__(self, requests: Iterator[bytes], note: Callable[[float, int], None]) -> None:
        self.requests = requests
        self.note = note

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.ask()

    def ask(self) -> None:
        self.parser = httptools.HttpResponseParser(self)
        self.asked = time.perf_counter()
        self.transport.write(next(self.requests))

    def data_received(self, data: bytes) -> None:
        self.parser.feed_data(data)

    def on_message_complete(self) -> None:
        self.note(time.perf_counter() - self.asked, self.parser.get_status_code())
        self.ask()


async def run(paths: list[str], port: int, token: str, connections: int, seconds: float) -> str:
    lines = (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n\r\n".encode() for path in paths
    )
    requests, took, failed = cycle(list(lines)), list[float](), list[int]()

    def note(duration: float, status: int) -> None:
        took.append(duration)
        if status != 200:
            failed.append(status)

    loop = asyncio.get_running_loop()
    for _ in range(connections):
        await loop.create_connection(lambda: Connection(requests, note), "127.0.0.1", port)
    began = time.perf_counter()
    await asyncio.sleep(seconds)
    elapsed = time.perf_counter() - began
    took.sort()
    if not took:
        return ""
    p50, p99 = (took[int(len(took) * share)] * 1e3 for share in (0.50, 0.99))
    return f"RESULT {len(took)} {elapsed} {p50} {p99} {len(failed)}"


if __name__ == "__main__":
    listed, server, bearer, many, long = sys.argv[1:]
    print(uvloop.run(run(Path(listed).read_text().split(), int(server), bearer, int(many), float(long))))
