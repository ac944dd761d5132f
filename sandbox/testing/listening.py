"""An address of this machine to which somebody else posts: what comes is kept, until a test asks for it."""

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

PATIENCE = 10.0
"""Seconds that a test waits for what has to come."""


@dataclass(frozen=True)
class Post:
    path: str
    headers: Mapping[str, str]
    """Lower-case names."""
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Listener:
    """Answers every post with 200, unless told."""

    def __init__(self) -> None:
        self.posts: list[Post] = []
        self.answers: Callable[[Post], int] = lambda _post: 200
        """The status with which a post is answered."""
        self.challenges: Callable[[Mapping[str, str]], str | None] = lambda _query: None
        """What a GET is answered with, by its query; None is refused."""
        self._changed = threading.Condition()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/webhook"
        thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()

    def took(self, post: Post) -> int:
        with self._changed:
            self.posts.append(post)
            self._changed.notify_all()
        return self.answers(post)

    def wait(self, enough: Callable[[list[Post]], object], timeout: float = PATIENCE) -> bool:
        """Whether what came has become enough."""
        with self._changed:
            return bool(self._changed.wait_for(lambda: enough(self.posts), timeout))

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _handler(listener: Listener) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1
        """Answers leave in one piece."""

        def do_GET(self) -> None:
            query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
            text = listener.challenges(query)
            self._answer(403 if text is None else 200, text or "")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            self._answer(listener.took(Post(self.path, headers, body)), "EVENT_RECEIVED")

        def _answer(self, status: int, text: str) -> None:
            self.send_response(status)
            body = b"" if status in (204, 304) else text.encode()
            if status not in (204, 304):
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            return

    return Handler
