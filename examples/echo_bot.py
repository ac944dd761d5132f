"""The smallest bot: it says what it hears. Flask and requests, and nothing of Sandbank's.

PAGE_TOKEN, APP_SECRET and VERIFY_TOKEN come from the environment; GRAPH_URL is the platform's address, or Sandbank's.
"""

import hashlib
import hmac
import os

import requests
from flask import Flask, abort, request

GRAPH = os.environ.get("GRAPH_URL", "https://graph.facebook.com/v25.0")
SECRET = os.environ["APP_SECRET"].encode()
app = Flask(__name__)


@app.get("/webhook")
def prove() -> str:
    """The platform asks whether the address is ours."""
    if request.args.get("hub.verify_token") != os.environ["VERIFY_TOKEN"]:
        abort(403)
    return request.args["hub.challenge"]


@app.post("/webhook")
def hear() -> str:
    signature = "sha256=" + hmac.new(SECRET, request.get_data(), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(signature, request.headers.get("X-Hub-Signature-256", "")):
        abort(403)
    for entry in request.json["entry"]:
        for event in entry.get("messaging", []):
            if "text" in event.get("message", {}) and not event["message"].get("is_echo"):
                say(event["sender"]["id"], f"You said: {event['message']['text']}")
    return "EVENT_RECEIVED"


def say(psid: str, text: str) -> None:
    body = {"recipient": {"id": psid}, "messaging_type": "RESPONSE", "message": {"text": text}}
    headers = {"Authorization": f"Bearer {os.environ['PAGE_TOKEN']}"}
    requests.post(f"{GRAPH}/me/messages", json=body, headers=headers, timeout=30).raise_for_status()


if __name__ == "__main__":
    app.run(port=int(os.environ.get("PORT", "5000")))
