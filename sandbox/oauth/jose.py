"""What is asked of joserfc for keys of our own. Imported when the first key is needed, since it takes longer to load
than the rest of the server."""

import json
from functools import lru_cache
from typing import Any

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

Key = RSAKey | ECKey


def make(kty: str) -> tuple[str, str, str]:
    """(kid, public JWK, private JWK) of a new key; the `kid` is its thumbprint (RFC 7638)."""
    key: Key = RSAKey.generate_key(2048) if kty == "RSA" else ECKey.generate_key("P-256")
    kid = key.thumbprint()
    named = {"kid": kid, "use": "sig"} | ({"alg": "ES256"} if kty == "EC" else {})
    return kid, json.dumps({**key.as_dict(private=False), **named}), json.dumps({**key.as_dict(private=True), **named})


def sign(private_jwk: str, alg: str, kid: str, typ: str, claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": alg, "kid": kid, "typ": typ}, claims, _key(private_jwk), algorithms=[alg])


def signed_by(public_jwk: str, alg: str, text: str) -> bool:
    """Whether that key has made the signature of a JWT, whatever the JWT says of itself."""
    try:
        jws.deserialize_compact(text, _key(public_jwk), algorithms=[alg])
    except (JoseError, ValueError):
        return False
    return True


@lru_cache(maxsize=64)
def _key(jwk: str) -> Key:
    members = json.loads(jwk)
    return RSAKey.import_key(members) if members["kty"] == "RSA" else ECKey.import_key(members)
