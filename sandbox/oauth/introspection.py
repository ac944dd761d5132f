"""Token introspection (RFC 7662)."""

from typing import NamedTuple

from authlib.oauth2.rfc7662 import IntrospectionEndpoint

from sandbox.dialect.policy import METHODS
from sandbox.dialect.step_up import class_of
from sandbox.kernel import ids
from sandbox.kernel.clock import to_millis
from sandbox.ledger.consents import Consent, authorized_at
from sandbox.oauth import access_tokens
from sandbox.oauth.binding import confirmation, token_type
from sandbox.oauth.faces import ClientFace
from sandbox.oauth.refusals import refuse
from sandbox.oauth.server import TokenServer
from sandbox.oauth.token_request import TokenRequest
from sandbox.store.grants import StoredToken


class Shown(NamedTuple):
    """A live token that was shown."""

    text: str
    issuer: str
    stored: StoredToken
    consent: Consent | None
    """None of a client's own token."""


class Introspection(IntrospectionEndpoint):  # type: ignore[misc]
    """For the client's own tokens; any other is inactive to it."""

    CLIENT_AUTH_METHODS = METHODS
    server: TokenServer

    def check_params(self, request: TokenRequest, client: ClientFace) -> None:
        """A hint, right or wrong, changes nothing: every token is found by its fingerprint (RFC 7662 2.1)."""
        if not request.form.get("token"):
            refuse("invalid_request", "token is missing")

    def authenticate_token(self, request: TokenRequest, client: ClientFace) -> Shown | None:
        self.check_params(request, client)
        text = request.form["token"]
        live = self.server.live(text, request.world.now)
        if live is None or live[0].client_id != client.client_id:
            return None
        return Shown(text, request.call.base_url, *live)

    def create_introspection_payload(self, token: Shown | None) -> dict[str, object]:
        if token is None:
            return {"active": False}
        stored = token.stored
        payload: dict[str, object] = {
            "active": True,
            "iss": token.issuer,
            "aud": token.issuer,
            "jti": _jti(token),
            "scope": stored.scope,
            "client_id": stored.client_id,
            "sub": stored.client_id,
            "token_type": "refresh_token"
            if stored.kind == "refresh"
            else token_type(self.server.bank, stored.bound_to),
            "iat": to_millis(stored.issued_at) // 1000,
            "nbf": to_millis(stored.issued_at) // 1000,
        }
        if stored.bound_to:
            payload["cnf"] = confirmation(stored.bound_to)
        if stored.expires_at is not None:
            payload["exp"] = to_millis(stored.expires_at) // 1000
        return payload | (self._of_consent(stored, token.consent) if token.consent else {})

    def _of_consent(self, stored: StoredToken, consent: Consent) -> dict[str, object]:
        told: dict[str, object] = {
            "sub": consent.customer_id,
            "scope": " ".join(word for word in stored.scope.split() if word in consent.scope.split()),
            "fdxConsentId": consent.consent_id,
            "acr": class_of(consent),
            "auth_time": to_millis(authorized_at(consent)) // 1000,
        }
        granted = self.server.tokens.granted_details(self.server.bank, stored.world_id, consent)
        return told | ({"authorization_details": granted} if granted else {})


def _jti(token: Shown) -> str:
    """The token's own where it is a JWT; of an opaque one, a name that only it has."""
    if token.stored.kid:
        return str(access_tokens.read(token.text, 1)["jti"])
    return ids.stable_uuid("token", token.stored.token_hash)
