"""Uvicorn in this process: it says when it listens, and stops when it is asked to."""

import asyncio
import gc
import logging
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from socket import socket
from typing import Self

import uvicorn

from sandbox.app import Sandbank
from sandbox.http.whole import WholeProtocol

GRACE = 1
"""Seconds that requests under way have to finish once the server is asked to stop."""


YOUNG = 10_000
"""Objects that come before the collector looks whether any of them are circles that nobody sees."""
OFFERS_TO_UPGRADE = ("Unsupported upgrade request", "No supported WebSocket library")


def is_news(record: logging.LogRecord) -> bool:
    """Whether a line of uvicorn's is worth printing. Its warnings about upgrades are not: an offer is answered as if it
    had not been made (RFC 9110, 7.8), and Java's client makes one on every connection, for HTTP/2."""
    return not record.getMessage().startswith(OFFERS_TO_UPGRADE)


class Server(uvicorn.Server):
    app: Sandbank
    ready: Callable[[], None]
    encrypted: Sequence[socket]
    """Sockets for HTTPS, beside those for HTTP."""

    @classmethod
    def of(cls, app: Sandbank, ready: Callable[[], None], encrypted: Sequence[socket] = ()) -> Self:
        server = cls(
            uvicorn.Config(
                app,
                interface="asgi3",
                http=WholeProtocol,
                loop="auto",  # uvloop where it is installed
                ws="none",
                lifespan="on",
                log_config=None,
                access_log=False,
                proxy_headers=False,  # forwarded headers are read where they are judged
                server_header=False,
                timeout_keep_alive=75,
                timeout_graceful_shutdown=GRACE,
            )
        )
        server.app, server.ready, server.encrypted = app, ready, encrypted
        logging.getLogger("uvicorn.error").addFilter(is_news)
        return server

    async def startup(self, sockets: list[socket] | None = None) -> None:
        await super().startup(sockets)
        if not self.started:
            return
        # What is there by now stays: the collector need not look through it again and again. Nor need it look several
        # times in every page, whose rows go without it.
        gc.freeze()
        gc.set_threshold(YOUNG)
        if self.encrypted:
            await self._listen_encrypted()
        self.ready()

    async def _listen_encrypted(self) -> None:
        from sandbox.cli.encrypted import contexts
        from sandbox.http.tls import TlsProtocol

        def protocol() -> TlsProtocol:
            return TlsProtocol(self.config, self.server_state, self.lifespan.state)

        loop = asyncio.get_running_loop()
        for one, encryption in zip(self.encrypted, contexts(self.app.services), strict=True):
            self.servers.append(
                await loop.create_server(protocol, sock=one, ssl=encryption, backlog=self.config.backlog)
            )

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop at SIGTERM and SIGINT, and end as a program that has done what it should: uvicorn would raise the signal
        anew."""
        stops = (signal.SIGTERM, signal.SIGINT)
        before = {number: signal.signal(number, self.handle_exit) for number in stops}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
