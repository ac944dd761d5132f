"""A whole sandbox inside this process, on a free port of this machine."""

import socket
import threading
from contextlib import ExitStack
from types import TracebackType

import uvicorn

from sandbox import app
from sandbox.http.whole import WholeProtocol
from sandbox.testing.server import Server

PATIENCE = 30
"""Seconds that it may take to start or to stop."""


class Sandbank(app.Sandbank):
    """The sandbox as an ASGI application. As a context manager it is a server as well, for as long as the block runs:

        with Sandbank(Settings(now="2026-06-15T15:00:00Z", freeze=True)) as server:
            requests.get(f"{server.url}/_sandbox/info")

    A sandbox is served once: its data is gone with it.
    """

    def __enter__(self) -> Server:
        with ExitStack() as held:
            listener = held.enter_context(socket.create_server(("127.0.0.1", 0)))
            thread = _Serving(self, listener)
            thread.start()
            held.callback(thread.stop)
            thread.wait()
            self._held = held.pop_all()
        return Server(f"http://127.0.0.1:{listener.getsockname()[1]}")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._held.close()


class _Server(uvicorn.Server):
    up: threading.Event

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self.up.set()


class _Serving(threading.Thread):
    def __init__(self, application: app.Sandbank, listener: socket.socket) -> None:
        super().__init__(name="sandbank", daemon=True)
        self._listener = listener
        self._up = threading.Event()
        self._server = _Server(
            uvicorn.Config(
                application,
                interface="asgi3",
                http=WholeProtocol,
                ws="none",
                lifespan="on",
                log_config=None,
                access_log=False,
                proxy_headers=False,
                server_header=False,
                timeout_keep_alive=75,
                timeout_graceful_shutdown=1,
            )
        )
        self._server.up = self._up

    def run(self) -> None:
        try:
            self._server.run(sockets=[self._listener])
        finally:
            self._up.set()

    def wait(self) -> None:
        """Until it answers. Raises RuntimeError where it never will."""
        if not self._up.wait(PATIENCE) or not self._server.started:
            raise RuntimeError("the sandbox did not start; its log says why")

    def stop(self) -> None:
        self._server.should_exit = True
        self.join(PATIENCE)
