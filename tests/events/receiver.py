"""A receiver of webhooks, in a thread of its own: it keeps what comes, and answers as it is told."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import orjson
from standardwebhooks import Webhook

PATIENCE = 20.0


@dataclass(frozen=True)
class Post:
    path: str
    headers: dict[str, str]
    """Lower-case names."""
    body: bytes

    @property
    def message(self) -> dict[str, Any]:
        told: dict[str, Any] = orjson.loads(self.body)
        return told

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    def verified(self, secret: str) -> dict[str, Any]:
        """The message, if it is signed by the secret. Raises WebhookVerificationError."""
        told: dict[str, Any] = Webhook(secret).verify(self.body, self.headers)
        return told


@dataclass
class Receiver:
    url: str = ""
    answers: Callable[[Post], int] = lambda _post: 204
    posts: list[Post] = field(default_factory=list)
    changed: threading.Condition = field(default_factory=threading.Condition)
    connections: int = 0
    """Those that are open."""

    def left_alone(self, patience: float = PATIENCE) -> None:
        """Until nobody is connected: all that was on its way is here. Raises AssertionError where it does not end."""
        with self.changed:
            assert self.changed.wait_for(lambda: not self.connections, patience), self.connections

    def connected(self, change: int) -> None:
        with self.changed:
            self.connections += change
            self.changed.notify_all()

    def wait(self, enough: Callable[[list[Post]], object], patience: float = PATIENCE) -> list[Post]:
        """Until what came is enough. Raises AssertionError where it does not become so."""
        with self.changed:
            assert self.changed.wait_for(lambda: enough(self.posts), patience), [post.message for post in self.posts]
            return list(self.posts)

    def ids(self, kind: str = "") -> list[str]:
        with self.changed:
            return [post.id for post in self.posts if kind in post.message["type"]]


@contextmanager
def receiving(answers: Callable[[Post], int] = lambda _post: 204) -> Iterator[Receiver]:
    receiver = Receiver(answers=answers)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle(self) -> None:
            receiver.connected(+1)
            try:
                super().handle()
            finally:
                receiver.connected(-1)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            post = Post(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
            with receiver.changed:
                receiver.posts.append(post)
                receiver.changed.notify_all()
            self.send_response(receiver.answers(post))
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    receiver.url = f"http://127.0.0.1:{server.server_address[1]}/hooks"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
