"""Receives Sandbank's webhooks: checks each signature, and takes each message once.

Needs: pip install standardwebhooks. Start it with the secret of the subscription:
WEBHOOK_SECRET=whsec_… python receive_webhooks.py
"""

import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from standardwebhooks import Webhook, WebhookVerificationError

WEBHOOK = Webhook(os.environ["WEBHOOK_SECRET"])
seen: set[str] = set()


class Receiver(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            event = WEBHOOK.verify(body, dict(self.headers))  # over the bytes that came, never over JSON made anew
        except WebhookVerificationError as error:
            self.answer(401, str(error))
            return
        if event["id"] not in seen:  # a message that is repeated keeps its id
            seen.add(event["id"])
            print(event["type"], event["data"].get("account_id", ""), flush=True)
        self.answer(204)

    def answer(self, status: int, text: str = "") -> None:
        self.send_response(status)
        if status != 204:
            self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, format: str, *args: object) -> None:
        """Only events are printed."""


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "5000"))), Receiver)
    print(f"listening on {server.server_port}", flush=True)
    server.serve_forever()
