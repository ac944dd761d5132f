"""ID tokens (OpenID Connect Core 2, 3.1.3.3, 12.2): who signed in, told to the client that asked.

They are read at once, by clients that know no clock but their machine's; so their times are the machine's.
"""

from base64 import urlsafe_b64encode
from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256
from typing import Any

from sandbox.dialect.policy import Demands
from sandbox.dialect.step_up import ONE_FACTOR, TWO_FACTORS
from sandbox.ledger.clients import Client
from sandbox.ledger.consents import Consent
from sandbox.oauth.codes import CodeDocument

SCOPE = "openid"
LIFETIME = timedelta(minutes=10)


def claims(
    issuer: str,
    client: Client,
    consent: Consent,
    code: CodeDocument,
    *,
    access_token: str,
    now: int,
    refreshed: bool,
) -> dict[str, Any]:
    """`now` is the machine's time in milliseconds. One that comes with a refresh repeats when the customer signed in,
    and has no nonce (Core 12.2)."""
    seconds = now // 1000
    told: dict[str, Any] = {
        "iss": issuer,
        "sub": consent.customer_id,
        "aud": client.client_id,
        "iat": seconds,
        "exp": seconds + int(LIFETIME.total_seconds()),
        "auth_time": code.auth_time,
        "acr": class_of(code.amr),
        "amr": list(code.amr),
        "at_hash": half_hash(access_token),
    }
    return told | ({"nonce": code.nonce} if code.nonce and not refreshed else {})


def algorithm(client: Client, demands: Demands) -> str:
    """What the client registered, where its profile lets it; else the first that its profile lets it."""
    wanted, allowed = client.id_token_signed_response_alg, demands.id_token_algs
    return wanted if wanted in allowed else allowed[0]


def class_of(amr: Sequence[str]) -> str:
    return TWO_FACTORS if "mfa" in amr else ONE_FACTOR


def half_hash(token: str) -> str:
    """`at_hash` (Core 3.1.3.6): all our algorithms hash by SHA-256."""
    return urlsafe_b64encode(sha256(token.encode()).digest()[:16]).decode().rstrip("=")
