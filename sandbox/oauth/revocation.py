"""Token revocation (RFC 7009)."""

from authlib.oauth2.rfc7009 import RevocationEndpoint

from sandbox.dialect.policy import METHODS
from sandbox.oauth.faces import ClientFace
from sandbox.oauth.server import TokenServer
from sandbox.oauth.token_request import TokenRequest
from sandbox.store.grants import StoredToken


class Revocation(RevocationEndpoint):  # type: ignore[misc]
    """A token that is unknown, or another client's, is answered 200 and left alone. Ending one token ends its pair."""

    CLIENT_AUTH_METHODS = METHODS
    server: TokenServer

    def authenticate_token(self, request: TokenRequest, client: ClientFace) -> StoredToken | None:
        self.check_params(request, client)
        token = self.server.grants.token(self.server.fingerprint(request.form["token"]))
        own = token is not None and token.client_id == client.client_id and token.bank == self.server.bank.slug
        return token if own else None

    def revoke_token(self, token: StoredToken, request: TokenRequest) -> None:
        self.server.grants.end_token(token.token_hash, request.world.now)
        if token.family:
            self.server.grants.end_family(token.family, request.world.now)
