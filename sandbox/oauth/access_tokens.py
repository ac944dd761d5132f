"""JWT access tokens (RFC 9068), at banks that issue them.

A token is proven by its fingerprint, like an opaque one: what this server did not issue, it does not know, and no
signature is checked on a read. Its times are the world's, since what is granted lives and ends on that clock.
"""

import json
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sandbox.dialect.bank import Bank
from sandbox.dialect.step_up import class_of
from sandbox.kernel.clock import iso, to_millis
from sandbox.ledger.consents import Consent, authorized_at
from sandbox.oauth.keys import Keys
from sandbox.store.keys import KeyState

TYPE = "at+jwt"
FOREIGN = ("jku", "x5u", "x5c", "jwk")
"""Members of a header by which a token brings the key that it wants to be judged by (RFC 8725 3.10)."""


def claims(
    issuer: str,
    consent: Consent,
    *,
    jti: str,
    scope: str,
    issued_at: datetime,
    expires_at: datetime,
    confirmation: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """RFC 9068 2.2, with FDX's `fdxConsentId`. The bank's APIs are the audience, and stand below the issuer.
    `confirmation` is the key that the token is bound to (RFC 7800)."""
    told: dict[str, Any] = {
        "iss": issuer,
        "sub": consent.customer_id,
        "aud": issuer,
        "client_id": consent.client_id,
        "jti": jti,
        "iat": _seconds(issued_at),
        "exp": _seconds(expires_at),
        "scope": scope,
        "fdxConsentId": consent.consent_id,
        "auth_time": _seconds(authorized_at(consent)),
        "acr": class_of(consent),
    }
    return told | ({"cnf": dict(confirmation)} if confirmation else {})


class Doubt(NamedTuple):
    """Why nobody issued a token that came: for the developer, since the client hears only that it is invalid."""

    text: str
    facts: Mapping[str, Any] = {}


def doubt(keys: Keys, bank: Bank, token: str) -> Doubt:
    """About a token that this server does not know."""
    unknown = Doubt("the access token is not one that this server issued")
    header = read(token, 0)
    if not header:
        return unknown
    alg, kid = str(header.get("alg"))[:20], str(header.get("kid", ""))[:200]
    facts = {"alg": alg, "kid": kid}
    ours = bank.oauth.access_token_alg
    if not ours:
        return Doubt(f"the access token is a JWT, and {bank.name} issues opaque tokens", facts)
    if alg != ours:
        why = {"none": "it is not signed", "hs256": "a shared secret signs it, and what is published is no secret"}
        return Doubt(f"the JWT's alg is {alg}, not {ours}: {why.get(alg.lower(), 'it was not made here')}", facts)
    foreign = [name for name in FOREIGN if name in header]
    if foreign:
        return Doubt(f"the JWT brings a key of its own ({foreign[0]}), which is never looked at", facts)
    key = keys.get(kid)
    if key is None or key.bank != bank.slug:
        return Doubt("the JWT's kid is none of the bank's keys", facts)
    if key.state is KeyState.RETIRED and key.retired_at is not None:
        return Doubt(f"the JWT's key was retired at {iso(key.retired_at)}", facts)
    if not keys.verifies(kid, alg, token):
        return Doubt("the JWT's signature is not by the key it names: it was altered, or made elsewhere", facts)
    return Doubt("the bank signed the JWT but knows it no more: its world was reset or deleted", facts)


def read(token: str, part: int) -> dict[str, Any]:
    """The header (0) or the payload (1) of a JWT, whoever made it; empty where the text is none."""
    parts = token.split(".")
    if len(parts) != 3:
        return {}
    try:
        members = json.loads(urlsafe_b64decode(parts[part] + "=="))
    except ValueError:
        return {}
    return members if isinstance(members, dict) else {}


def _seconds(instant: datetime) -> int:
    return to_millis(instant) // 1000
