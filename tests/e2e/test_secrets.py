"""Secrets stay where they belong: with the client. What the server writes down, it writes down as fingerprints."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from tests.e2e.processes import Serving, frozen, serving

BANKS = ("chase", "citi", "usbank", "wellsfargo")
CALLBACK = "http://127.0.0.1:8912/callback"
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


class Client:
    """A client that makes every mistake once, and remembers what it was entrusted with and what it was told."""

    def __init__(self, server: Serving, bank: str) -> None:
        self.bank, self.server = bank, server
        wish = {"bank": bank, "name": "Careless", "redirect_uris": [CALLBACK]}
        made = server.call("POST", "/clients", json=wish, status=201)
        self.client_id, secret = made["client_id"], made["client_secret"]
        self.secrets = [secret]
        self.told: list[str] = []
        self.about: dict[str, Any] = requests.get(
            f"{server.url}/{bank}/.well-known/oauth-authorization-server", timeout=30
        ).json()

    def code(self) -> str:
        url = requests.Request(
            "GET",
            self.about["authorization_endpoint"],
            params={
                "response_type": "code",
                "client_id": self.client_id,
                "redirect_uri": CALLBACK,
                "state": "s",
                "code_challenge": CHALLENGE,
                "code_challenge_method": "S256",
            },
        ).prepare()
        answer = self.server.call("POST", "/authorize", json={"url": url.url, "customer": "maya"})
        code: str = parse_qs(urlsplit(answer["redirect"]).query)["code"][0]
        self.secrets.append(code)
        return code

    def exchange(self, code: str, verifier: str = VERIFIER, secret: str | None = None) -> dict[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": CALLBACK,
            "code_verifier": verifier,
        }
        return self.post(self.about["token_endpoint"], form, secret)

    def post(self, url: str, form: dict[str, str], secret: str | None = None) -> dict[str, Any]:
        answer = requests.post(url, data=form, auth=(self.client_id, secret or self.secrets[0]), timeout=30)
        told: dict[str, Any] = answer.json() if answer.content else {}
        self.secrets += [told[name] for name in ("access_token", "refresh_token") if name in told]
        self.remember(answer)
        return told

    def remember(self, answer: requests.Response) -> None:
        """What a refusal said, and what its explanation says."""
        if answer.status_code >= 400:
            trace = answer.headers["Sandbank-Trace"]
            self.told += [answer.text, requests.get(f"{self.server.url}/_sandbox/why/{trace}", timeout=30).text]

    def make_every_mistake(self) -> None:
        wrong_secret = self.secrets[0][:-1] + ("x" if self.secrets[0][-1] != "x" else "y")
        self.exchange(self.code(), secret=wrong_secret)
        self.exchange(self.code(), verifier="a" * 43)
        code = self.code()
        tokens = self.exchange(code)
        self.exchange(code)
        tokens = self.exchange(self.code())
        access, refresh = tokens["access_token"], tokens["refresh_token"]
        accounts = f"{self.server.url}/{self.bank}" + self.accounts_path()
        for token in (access + "x", refresh):
            self.remember(requests.get(accounts, headers={"Authorization": f"Bearer {token}"}, timeout=30))
        self.remember(requests.get(accounts, headers={"Authorization": f"Token {access}"}, timeout=30))
        self.post(self.about["token_endpoint"], {"grant_type": "refresh_token", "refresh_token": access})
        self.post(self.about["revocation_endpoint"], {"token": refresh})
        self.remember(requests.get(accounts, headers={"Authorization": f"Bearer {access}"}, timeout=30))
        self.post(self.about["token_endpoint"], {"grant_type": "refresh_token", "refresh_token": refresh})

    def accounts_path(self) -> str:
        banks = self.server.call("GET", "/banks")["banks"]
        url: str = next(bank["accounts_url"] for bank in banks if bank["slug"] == self.bank)
        return urlsplit(url).path.removeprefix(f"/{self.bank}")


@pytest.mark.parametrize("bank", BANKS)
def test_case_40_no_secret_is_written_down_or_told_again(tmp_path: Path, bank: str) -> None:
    file = tmp_path / "sandbank.db"
    with serving(*frozen("--data", str(file)), env={"SANDBANK_LOG_LEVEL": "debug"}) as server:
        client = Client(server, bank)
        client.make_every_mistake()
        assert len(client.told) >= 2 * 8
        written = "\n".join([server.said, *client.told]).encode()
        for part in ("", "-wal"):
            written += Path(f"{file}{part}").read_bytes()
    assert len(client.secrets) >= 8
    for secret in client.secrets:
        assert secret.encode() not in written
