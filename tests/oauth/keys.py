"""Keys of an application's own, and what it signs with them: joserfc, as its developer would use it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from sandbox.kernel import ids
from sandbox.kernel.clock import wall

MAKERS: dict[str, Callable[[], Any]] = {
    "RS256": lambda: RSAKey.generate_key(2048, auto_kid=True),
    "PS256": lambda: RSAKey.generate_key(2048, auto_kid=True),
    "ES256": lambda: ECKey.generate_key("P-256", auto_kid=True),
    "EdDSA": lambda: OKPKey.generate_key("Ed25519", auto_kid=True),
    "Ed25519": lambda: OKPKey.generate_key("Ed25519", auto_kid=True),
}
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def now() -> int:
    """Seconds since 1970 by the machine's clock, as a genuine client reads it."""
    return wall() // 1000


@dataclass(frozen=True)
class AppKey:
    """A private key, and the set that is registered for it."""

    alg: str = "ES256"
    key: Any = field(default=None)

    @classmethod
    def make(cls, alg: str = "ES256") -> "AppKey":
        return cls(alg, MAKERS[alg]())

    @property
    def jwks(self) -> dict[str, Any]:
        return {"keys": [self.key.as_dict(private=False, kid=self.key.kid)]}

    def sign(self, claims: Mapping[str, Any], **header: Any) -> str:
        told = {"alg": self.alg, "kid": self.key.kid, **header}
        return jwt.encode({k: v for k, v in told.items() if v is not None}, dict(claims), self.key, [told["alg"]])

    def assertion(self, client_id: str, audience: str, **changes: Any) -> str:
        """None leaves a claim out."""
        claims = {
            "iss": client_id,
            "sub": client_id,
            "aud": audience,
            "iat": now(),
            "exp": now() + 60,
            "jti": ids.secret(12),
            **changes,
        }
        return self.sign({name: value for name, value in claims.items() if value is not None})

    def proof(self, client_id: str, audience: str, **changes: Any) -> dict[str, str]:
        """The form members by which the client proves itself."""
        return {
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": self.assertion(client_id, audience, **changes),
        }


def signed_with_a_secret(secret: str, claims: Mapping[str, Any]) -> str:
    key = OctKey.import_key(secret)
    return jwt.encode({"alg": "HS256"}, dict(claims), key, ["HS256"])
