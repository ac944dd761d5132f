"""A genuine OAuth client: Authlib, the authorization code flow, PKCE. Start the server first: make run

    python examples/authlib_client.py chase             a person consents in the browser
    python examples/authlib_client.py chase --headless  POST /_sandbox/authorize plays the person (as in CI)

It finds everything but the accounts in the bank's metadata (RFC 8414), as it would at any bank.
"""

import argparse
import os
import uuid
import webbrowser
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import requests
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session

SANDBANK = os.environ.get("SANDBANK_URL", "http://127.0.0.1:8080")
CLIENT_ID, CLIENT_SECRET = "demo-app", "demo-secret"


class Callback(BaseHTTPRequestHandler):
    """Waits on a free loopback port for the bank to send the browser back."""

    def do_GET(self) -> None:
        self.server.landed = f"http://{self.headers['Host']}{self.path}"  # type: ignore[attr-defined]
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"Thank you. You may close this page.")

    def log_message(self, *_: Any) -> None:
        """Nothing on stderr."""


def by_hand(server: HTTPServer, url: str) -> str:
    """The URL on which the browser lands."""
    print(f"Consent in the browser (maya / sandbank / 123456):\n{url}")
    webbrowser.open(url)
    server.handle_request()
    return str(server.landed)  # type: ignore[attr-defined]


def headless(url: str) -> str:
    """The same, from the control API."""
    answer = requests.post(f"{SANDBANK}/_sandbox/authorize", json={"url": url, "customer": "maya"}, timeout=30)
    answer.raise_for_status()
    return str(answer.json()["redirect"])


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("bank", choices=("chase", "wellsfargo", "usbank", "citi"))
    arguments.add_argument("--headless", action="store_true")
    asked = arguments.parse_args()

    # 1. Where things are: RFC 8414 metadata.
    issuer = f"{SANDBANK}/{asked.bank}"
    metadata = requests.get(f"{issuer}/.well-known/oauth-authorization-server", timeout=30).json()

    # 2. The authorization URL, with state and PKCE.
    callback = HTTPServer(("127.0.0.1", 0), Callback)
    session = OAuth2Session(
        CLIENT_ID,
        CLIENT_SECRET,
        scope=" ".join(metadata["scopes_supported"]),
        redirect_uri=f"http://127.0.0.1:{callback.server_port}/callback",
        code_challenge_method="S256",
    )
    verifier = generate_token(48)
    url, state = session.create_authorization_url(metadata["authorization_endpoint"], code_verifier=verifier)

    # 3. Consent, then tokens for the code. Authlib compares the state.
    landed = headless(url) if asked.headless else by_hand(callback, url)
    callback.server_close()
    token = session.fetch_token(
        metadata["token_endpoint"], authorization_response=landed, state=state, code_verifier=verifier
    )
    print(f"token for {token['expires_in']} s, scope {token['scope']}")

    # 4. The data: the session sends the token. Two of the banks want more headers with every call.
    banks = {bank["slug"]: bank for bank in requests.get(f"{SANDBANK}/_sandbox/banks", timeout=30).json()["banks"]}
    wanted = {
        "wellsfargo": {"x-fapi-interaction-id": str(uuid.uuid4()), "FDX-API-Actor-Type": "USER"},
        "citi": {"uuid": str(uuid.uuid4()), "client_id": CLIENT_ID},
    }
    answer = session.get(banks[asked.bank]["accounts_url"], headers=wanted.get(asked.bank, {}))
    answer.raise_for_status()
    print(answer.text)


if __name__ == "__main__":
    main()
