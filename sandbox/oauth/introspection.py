"""Token introspection (RFC 7662)."""

from authlib.oauth2.rfc7662 import IntrospectionEndpoint

from sandbox.dialect.policy import METHODS
from sandbox.kernel.clock import to_millis
from sandbox.ledger.consents import Consent
from sandbox.oauth.faces import ClientFace
from sandbox.oauth.server import TokenServer
from sandbox.oauth.token_request import TokenRequest
from sandbox.oauth.tokens import granted_details
from sandbox.store.grants import StoredToken


class Introspection(IntrospectionEndpoint):  # type: ignore[misc]
    """For the client's own tokens; any other is inactive to it."""

    CLIENT_AUTH_METHODS = METHODS
    server: TokenServer

    def authenticate_token(self, request: TokenRequest, client: ClientFace) -> tuple[StoredToken, Consent] | None:
        self.check_params(request, client)
        live = self.server.live(request.form["token"], request.world.now)
        return live if live is not None and live[0].client_id == client.client_id else None

    def create_introspection_payload(self, token: tuple[StoredToken, Consent] | None) -> dict[str, object]:
        if token is None:
            return {"active": False}
        stored, consent = token
        payload: dict[str, object] = {
            "active": True,
            "scope": " ".join(word for word in stored.scope.split() if word in consent.scope.split()),
            "client_id": stored.client_id,
            "token_type": self.server.bank.oauth.token_type if stored.kind == "access" else "refresh_token",
            "iat": to_millis(stored.issued_at) // 1000,
            "sub": consent.customer_id,
            "fdxConsentId": consent.consent_id,
        }
        granted = granted_details(self.server.bank, consent, self.server.worlds.world(stored.world_id).now)
        if granted:
            payload["authorization_details"] = granted
        if stored.expires_at is not None:
            payload["exp"] = to_millis(stored.expires_at) // 1000
        return payload
