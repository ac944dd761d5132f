"""DPoP proofs (RFC 9449): short JWTs by which a client shows, request by request, that it holds its key.

A proof goes at once from one machine to another, so its times are the machine's and not the world's: genuine clients
know no other clock.
"""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from datetime import timedelta
from hmac import compare_digest
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from sandbox.dialect.call import Asked
from sandbox.kernel.clock import from_millis, iso
from sandbox.kernel.errors import PROOF_ALGORITHMS, ProofInvalid, ProofNonceWanted
from sandbox.oauth.client_keys import KeysUnfit
from sandbox.oauth.nonces import SLOT, Nonces
from sandbox.store.once import Once

if TYPE_CHECKING:
    from sandbox.oauth.jwts import SigningKey

NONCE = "dpop_nonce"
"""The note under which a request carries the nonce that its answer tells."""
OLDEST = 60
"""Seconds since `iat`, for a proof without a nonce of ours: one with a nonce is dated by it (RFC 9449 11.1)."""
AHEAD = 10
"""Seconds by which the client's clock may be ahead of ours."""
LONGEST = 16_384
"""Characters of a proof, and of its `jti` a sixteenth: more is no proof but an attack."""
LATEST = 1e11
"""Seconds since 1970 that an `iat` can be at most."""
PORTS = {"http": 80, "https": 443}


class Proofs:
    """`wall` is the machine's clock in milliseconds."""

    def __init__(self, once: Once, nonces: Nonces, wall: Callable[[], int]) -> None:
        self.once = once
        self.nonces = nonces
        self.wall = wall

    def thumbprint(self, asked: Asked, world_id: str, *, nonce_wanted: bool, access_token: str = "") -> str:
        """Of the key by which the request is proven (RFC 7638), once all of RFC 9449 4.3 holds. With an
        `access_token` the proof has to name it. Raises ProofInvalid or ProofNonceWanted; the answer to the request
        carries the next nonce in any case."""
        asked.notes[NONCE] = self.nonces.latest()
        claims, key = _read(asked.headers.get("dpop", ""))
        _check_target(asked, claims)
        if access_token:
            _check_token(claims, access_token)
        dated = self._check_nonce(claims, wanted=nonce_wanted)
        self._check_age(claims, dated=dated)
        thumbprint = key.thumbprint()
        self._use(world_id, thumbprint, claims)
        return thumbprint

    def _check_nonce(self, claims: Mapping[str, Any], *, wanted: bool) -> bool:
        """Whether the proof has a nonce of ours."""
        nonce = claims.get("nonce")
        if nonce is None:
            if wanted:
                raise ProofNonceWanted("the proof has no nonce, and this client needs one")
            return False
        if not isinstance(nonce, str) or not self.nonces.good(nonce):
            raise ProofNonceWanted("the proof's nonce is not one that this server gave, or is too old")
        return True

    def _check_age(self, claims: Mapping[str, Any], *, dated: bool) -> None:
        age = self.wall() / 1000 - claims["iat"]
        clocks = {"our_clock": iso(from_millis(self.wall())), "age": round(age, 1)}
        if age < -AHEAD:
            raise ProofInvalid(f"`iat` lies {-age:.0f} s in the future: the client's clock is ahead", **clocks)
        if age > OLDEST and not dated:
            raise ProofInvalid(
                f"`iat` lies {age:.0f} s in the past, and a proof is good for {OLDEST} s",
                hint="Make a proof for each request; a clock that is behind can be helped with the DPoP-Nonce.",
                **clocks,
            )

    def _use(self, world_id: str, thumbprint: str, claims: Mapping[str, Any]) -> None:
        """A proof is good once, in whichever process. It is remembered until neither its time nor its nonce holds."""
        now = from_millis(self.wall())
        until = now + timedelta(seconds=OLDEST + AHEAD, milliseconds=2 * SLOT)
        if not self.once.take(world_id, "dpop", thumbprint, claims["jti"], until=until, now=now):
            raise ProofInvalid("the proof's `jti` was used before: each request needs a proof of its own")


def _read(text: str) -> "tuple[Mapping[str, Any], SigningKey]":
    """(claims, key) of a proof whose signature holds. Raises ProofInvalid."""
    from sandbox.oauth import jwts  # noqa: PLC0415 (takes long to load)

    if not text:
        raise ProofInvalid("the DPoP header is missing")
    if "," in text:
        raise ProofInvalid("there is more than one DPoP header")
    try:
        if len(text) > LONGEST:
            raise ValueError("it is too long")
        header = jwts.header(text)
    except ValueError as error:
        raise ProofInvalid(f"the DPoP header is no signed JWT: {error}") from None
    if header.get("typ") != "dpop+jwt":
        raise ProofInvalid(f"`typ` is {str(header.get('typ'))[:40]!r}, and has to be 'dpop+jwt'")
    alg = header.get("alg")
    if alg not in PROOF_ALGORITHMS:
        raise ProofInvalid(f"`alg` is {str(alg)[:20]!r}, and has to be {' or '.join(PROOF_ALGORITHMS)}")
    jwk = header.get("jwk")
    if not isinstance(jwk, dict):
        raise ProofInvalid("`jwk` is missing: the header holds the public key")
    try:
        key = jwts.public_key(jwk)
    except KeysUnfit as error:
        raise ProofInvalid(f"`jwk`: {error}") from None
    if not jwts.fits(key, alg):
        raise ProofInvalid(f"`alg` is {alg}, and that is not what the key is for")
    if not jwts.signed_by(key, text):
        raise ProofInvalid("the signature is not by the key in `jwk`")
    try:
        claims = jwts.unverified(text)
    except ValueError:
        raise ProofInvalid("the proof holds no JSON") from None
    return _checked(claims), key


def _checked(claims: Any) -> Mapping[str, Any]:
    """The claims that every proof has, each of its type."""
    if not isinstance(claims, dict):
        raise ProofInvalid("the proof's payload is no JSON object")
    for name in ("jti", "htm", "htu"):
        if not isinstance(claims.get(name), str) or not claims[name] or len(claims[name]) > LONGEST // 16:
            raise ProofInvalid(f"`{name}` is missing, or is no text of up to {LONGEST // 16} characters")
    if type(claims.get("iat")) not in (int, float) or not 0 <= claims["iat"] <= LATEST:
        raise ProofInvalid("`iat` is missing, or is no number of seconds since 1970")
    return claims


def _check_target(asked: Asked, claims: Mapping[str, Any]) -> None:
    if claims["htm"] != asked.method:
        raise ProofInvalid(f"`htm` is {claims['htm'][:20]!r}, and this request is a {asked.method}")
    if _normal(claims["htu"]) != _normal(asked.url):
        raise ProofInvalid(
            "`htu` is not the address of this request",
            expected=asked.url,
            got=claims["htu"],
            hint="The URL as the client calls it, without query and fragment.",
        )


def _check_token(claims: Mapping[str, Any], access_token: str) -> None:
    told = claims.get("ath")
    if not isinstance(told, str):
        raise ProofInvalid("`ath` is missing: with an access token the proof names its SHA-256")
    digest = urlsafe_b64encode(hashlib.sha256(access_token.encode()).digest()).rstrip(b"=")
    if not compare_digest(told.encode(), digest):
        raise ProofInvalid("`ath` is not the SHA-256 of this access token")


def _normal(url: str) -> tuple[str, str, int | None, str]:
    """A URL as RFC 3986 6.2 compares it, without query and fragment. An escaped slash stays what it is."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ProofInvalid("`htu` cannot be read as a URL") from None
    path = "%2F".join(unquote(part) for part in parts.path.replace("%2f", "%2F").split("%2F"))
    return parts.scheme, parts.hostname or "", port or PORTS.get(parts.scheme), path or "/"
