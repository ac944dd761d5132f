"""A bot like many: Python's own threaded server, which answers each text by the Send API before it answers the webhook.
It notes when it heard a text and when it began to send, so that its own time can be taken off."""

import hashlib
import hmac
import http.client
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

THOUGHT = "thought "
"""Before the text that it heard."""


class Bot(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, platform: int, token: str, secret: str) -> None:
        """`platform` is the port at which the Send API is."""
        super().__init__(("127.0.0.1", 0), _Webhook)
        self.platform = platform
        self.token = token
        self.secret = secret.encode()
        self.heard: dict[str, float] = {}
        self.sent: dict[str, float] = {}
        """When, by the text."""
        self.lines = threading.local()
        """Each thread's connection to the platform."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/webhook"

    def own_time(self, text: str) -> float:
        """Seconds from hearing it to sending the answer."""
        return self.sent[text] - self.heard[text]

    def answer(self, psid: str, text: str) -> None:
        wish = {"recipient": {"id": psid}, "messaging_type": "RESPONSE", "message": {"text": THOUGHT + text}}
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        body = json.dumps(wish)
        line: http.client.HTTPConnection | None = getattr(self.lines, "line", None)
        if line is None:
            line = self.lines.line = http.client.HTTPConnection("127.0.0.1", self.platform, timeout=30)
        self.sent[text] = time.perf_counter()
        line.request("POST", "/messenger/v25.0/me/messages", body, headers)
        answer = line.getresponse()
        told = answer.read()
        assert answer.status == 200, told


class _Webhook(BaseHTTPRequestHandler):
    server: Bot
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        came = time.perf_counter()
        body = self.rfile.read(int(self.headers["Content-Length"]))
        proof = "sha256=" + hmac.new(self.server.secret, body, hashlib.sha256).hexdigest()
        assert hmac.compare_digest(proof, self.headers["X-Hub-Signature-256"])
        for entry in json.loads(body)["entry"]:
            for event in entry.get("messaging", ()):
                message = event.get("message", {})
                if "text" in message and not message.get("is_echo"):
                    self.server.heard[message["text"]] = came
                    self.server.answer(event["sender"]["id"], message["text"])
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *arguments: object) -> None:
        """Nobody reads it."""


@contextmanager
def answering(platform: int, token: str, secret: str) -> Iterator[Bot]:
    bot = Bot(platform, token, secret)
    thread = threading.Thread(target=bot.serve_forever, daemon=True)
    thread.start()
    try:
        yield bot
    finally:
        bot.shutdown()
        bot.server_close()
        thread.join()
