"""An app's webhook, as a server of its own: what it heard, and what it answers."""

import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Heard:
    headers: dict[str, str]
    """Lower-case names."""
    body: bytes

    @property
    def envelope(self) -> Any:
        return json.loads(self.body)

    @property
    def event(self) -> Any:
        """The one event inside."""
        return self.envelope["entry"][0]["messaging"][0]

    def is_signed_by(self, secret: str) -> bool:
        wanted = hmac.new(secret.encode(), self.body, hashlib.sha256).hexdigest()
        return self.headers.get("x-hub-signature-256") == f"sha256={wanted}"


Page = tuple[int, dict[str, str], str]
"""Status, headers and text."""


@dataclass
class Listener:
    url: str = ""
    """Of the webhook."""
    verify_token: str = "verify-me"
    heard: list[Heard] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    """Of the next answers; 200 once they are used up."""
    challenge: Callable[[str], str] = str
    """What is made of the challenge."""
    pages: dict[str, Callable[[dict[str, str]], Page]] = field(default_factory=dict)
    """For people's browsers, by their paths: from the query."""
    answering: Callable[[Heard], None] = lambda _heard: None
    """What the bot does before it answers."""
    changed: threading.Condition = field(default_factory=threading.Condition)

    def wait(self, count: int, seconds: float = 10) -> list[Heard]:
        """What was heard, once it is so many."""
        with self.changed:
            arrived = self.changed.wait_for(lambda: len(self.heard) >= count, seconds)
            assert arrived, f"{len(self.heard)} of {count} webhooks arrived"
            return list(self.heard)

    def took(self, heard: Heard) -> int:
        with self.changed:
            self.heard.append(heard)
            self.changed.notify_all()
            return self.statuses.pop(0) if self.statuses else 200


@contextmanager
def listening() -> Iterator[Listener]:
    listener = Listener()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1
        """Answers leave in one piece: in two, the second waits for the first to be acknowledged."""

        def do_GET(self) -> None:
            query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
            page = listener.pages.get(urlsplit(self.path).path)
            if page is not None:
                self._answer(*page(query))
                return
            known = query.get("hub.verify_token") == listener.verify_token
            text = listener.challenge(query.get("hub.challenge", "")) if known else "no"
            self._answer(200 if known else 403, {}, text)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heard = Heard({name.lower(): value for name, value in self.headers.items()}, body)
            listener.answering(heard)
            self._answer(listener.took(heard), {}, "EVENT_RECEIVED")

        def _answer(self, status: int, headers: dict[str, str], text: str) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, format: str, *args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

    server = Server(("127.0.0.1", 0), Handler)
    listener.url = f"http://127.0.0.1:{server.server_address[1]}/webhook"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield listener
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)
