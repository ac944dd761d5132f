"""A server of a command's own, on a free port of this machine, for as long as the command runs."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sandbox.settings import Settings


@contextmanager
def own_server(settings: Settings) -> Iterator[str]:
    """Its address."""
    import uvicorn

    from sandbox.cli import ports
    from sandbox.cli.starting import build
    from sandbox.http.whole import WholeProtocol

    app = build(settings)
    with ports.bound("127.0.0.1", 0) as socket:
        socket.listen()  # who calls before the server is up waits for it
        config = uvicorn.Config(
            app, interface="asgi3", http=WholeProtocol, ws="none", lifespan="on", log_config=None, access_log=False
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [socket]}, daemon=True)
        thread.start()
        try:
            yield ports.url("127.0.0.1", socket)
        finally:
            server.should_exit = True
            thread.join(timeout=10)
