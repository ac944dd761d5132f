"""JWTs that clients signed, and the keys that check them, as joserfc reads them.

Imported when the first of them comes, since joserfc and cryptography take long to load and a start can do without them.
"""

import json
from collections.abc import Mapping
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, OKPKey, RSAKey

from sandbox.oauth.client_keys import CURVES, SHORTEST_RSA, KeysUnfit, names

SigningKey = RSAKey | ECKey | OKPKey


class Registry(jws.JWSRegistry):
    """joserfc's own would not take a header that holds an RSA key, and warns of `EdDSA`, which RFC 9864 renames."""

    max_header_length = 8_192

    def get_alg(self, name: str) -> Any:
        """Of an algorithm that has been found good."""
        return self.algorithms[name]


REGISTRY = Registry()


def header(text: str) -> Mapping[str, Any]:
    """Not yet believed. Raises ValueError for what is no signed JWT."""
    try:
        return jws.extract_compact(text.encode(), registry=REGISTRY).headers()
    except JoseError as error:
        raise ValueError(str(error)) from None


def unverified(text: str) -> Any:
    """What it says, whoever made it. Raises ValueError."""
    try:
        return json.loads(jws.extract_compact(text.encode(), registry=REGISTRY).payload)
    except JoseError as error:
        raise ValueError(str(error)) from None


def signed_by(key: SigningKey, text: str) -> bool:
    """Whether the key has made the signature, by the algorithm that the header names, which was found good."""
    try:
        jws.deserialize_compact(text.encode(), key, registry=REGISTRY)
    except (JoseError, ValueError):
        return False
    return True


def public_key(member: Mapping[str, Any]) -> SigningKey:
    """Of a JWK (RFC 7517 4). Raises KeysUnfit."""
    if {"d", "k", "p", "q"} & set(member):
        raise KeysUnfit("it has private members, and only public keys are shown")
    try:
        (key,) = KeySet.import_key_set({"keys": [dict(member)]}).keys
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise KeysUnfit(f"it cannot be read: {error}") from None
    if isinstance(key, RSAKey) and key.raw_value.key_size >= SHORTEST_RSA:
        return key
    if isinstance(key, ECKey | OKPKey) and key.curve_name in CURVES.values():
        return key
    raise KeysUnfit(f"it has to be RSA of {SHORTEST_RSA} bits or more, or of P-256 or Ed25519")


def fits(key: SigningKey, alg: str) -> bool:
    """Whether a key can have made a signature of that algorithm."""
    if key.get("alg") not in (None, *names(alg)):
        return False
    if alg in CURVES:
        return isinstance(key, ECKey | OKPKey) and key.curve_name == CURVES[alg]
    return isinstance(key, RSAKey)
