"""A client that holds a key, and proves it by DPoP as RFC 9449 describes: joserfc signs, requests sends."""

import hashlib
import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

import requests
from joserfc import jws
from joserfc.jwk import ECKey, OKPKey, RSAKey

from sandbox.kernel import ids
from sandbox.kernel.clock import wall
from tests.oauth.conftest import App

REGISTRY = jws.JWSRegistry(algorithms=["ES256", "PS256", "RS256", "Ed25519", "EdDSA"])
REGISTRY.max_header_length = 4096

Key = ECKey | RSAKey | OKPKey


@dataclass
class Holder:
    """Whoever holds `key`. `nonce` is the latest that the server told."""

    key: Key = field(default_factory=lambda: ECKey.generate_key("P-256"))
    alg: str = "ES256"
    nonce: str = ""

    @property
    def jkt(self) -> str:
        return self.key.thumbprint()

    def proof(self, method: str, url: str, token: str = "", **changes: Any) -> str:
        """A proof; `changes` replace claims, or members of the header (typ, alg, jwk). None leaves one out."""
        claims: dict[str, Any] = {"jti": ids.secret(16), "htm": method, "htu": url, "iat": now()}
        if token:
            claims["ath"] = ath(token)
        if self.nonce:
            claims["nonce"] = self.nonce
        header: dict[str, Any] = {"typ": "dpop+jwt", "alg": self.alg, "jwk": self.key.as_dict(private=False)}
        for name, value in changes.items():
            (header if name in ("typ", "alg", "jwk") else claims)[name] = value
        claims = {name: value for name, value in claims.items() if value is not None}
        header = {name: value for name, value in header.items() if value is not None}
        return jws.serialize_compact(header, _json(claims), self.key, registry=REGISTRY)

    def listen(self, answer: requests.Response) -> requests.Response:
        self.nonce = answer.headers.get("DPoP-Nonce", self.nonce)
        return answer


def now() -> int:
    """Seconds since 1970, by the machine's clock."""
    return wall() // 1000


def ath(token: str) -> str:
    return urlsafe_b64encode(hashlib.sha256(token.encode()).digest()).rstrip(b"=").decode()


def _json(claims: dict[str, Any]) -> bytes:
    return json.dumps(claims).encode()


def token_request(
    app: App, holder: Holder | None, form: dict[str, str], path: str = "", **more: Any
) -> requests.Response:
    """A token request with a proof, sent again where the server wants a nonce."""
    url = app.base + (path or app.bank.oauth.token_path)
    secret = (app.client_id, app.client_secret) if app.client_secret else None
    form = form if secret else {"client_id": app.client_id, **form}

    def send() -> requests.Response:
        headers = {"DPoP": holder.proof("POST", url)} if holder else {}
        answer = requests.post(url, data=form, headers=headers, auth=secret, timeout=30, **more)
        return holder.listen(answer) if holder else answer

    answer = send()
    return send() if answer.status_code == 400 and answer.json()["error"] == "use_dpop_nonce" else answer


def exchange(app: App, holder: Holder | None, code: str, **more: Any) -> requests.Response:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": app.redirect_uri,
        "code_verifier": app.verifier,
    }
    return token_request(app, holder, form, **more)


def tokens(app: App, holder: Holder | None, **more: Any) -> dict[str, Any]:
    """Through the pages to tokens that are bound to the holder's key."""
    answer = exchange(app, holder, app.code(), **more)
    assert answer.status_code == 200, answer.text
    given: dict[str, Any] = answer.json()
    return given


def read(app: App, scheme: str, token: str, *proofs: str, **more: Any) -> requests.Response:
    """The bank's accounts, with as many DPoP headers as there are proofs."""
    headers: dict[str, Any] = {
        "Authorization": f"{scheme} {token}",
        "x-fapi-interaction-id": "3f0c9b7e-6a51-4f0e-9a0e-2f6f7f1c8d10",
        "FDX-API-Actor-Type": "USER",
        "uuid": "3f0c9b7e-6a51-4f0e-9a0e-2f6f7f1c8d10",
        "client_id": app.client_id,
    }
    if proofs:
        headers["DPoP"] = ", ".join(proofs)
    return requests.get(app.base + app.bank.accounts_path, headers=headers, timeout=30, **more)


def prove(app: App, holder: Holder, token: str, **changes: Any) -> requests.Response:
    """The bank's accounts with a proof, sent again where the server wants a nonce."""
    url = app.base + app.bank.accounts_path
    answer = holder.listen(read(app, "DPoP", token, holder.proof("GET", url, token, **changes)))
    if "use_dpop_nonce" in answer.headers.get("WWW-Authenticate", "") and "nonce" not in changes:
        answer = holder.listen(read(app, "DPoP", token, holder.proof("GET", url, token, **changes)))
    return answer
