"""A client's own token (RFC 6749 4.4), for no customer's data."""

from typing import Any

from authlib.oauth2.rfc6749.grants import ClientCredentialsGrant

from sandbox.dialect.policy import METHODS
from sandbox.oauth.refusals import refuse
from sandbox.oauth.server import TokenServer
from sandbox.oauth.token_request import TokenRequest


class ClientGrant(ClientCredentialsGrant):  # type: ignore[misc]
    TOKEN_ENDPOINT_AUTH_METHODS = METHODS
    server: TokenServer
    request: TokenRequest

    def validate_requested_scope(self) -> None:
        offered = self.offered
        unknown = set((self.request.payload.scope or "").split()) - set(offered)
        if unknown or not offered:
            refuse(
                "invalid_scope", "a client's own token cannot carry that scope", asked=sorted(unknown), offered=offered
            )

    def generate_token(
        self,
        user: Any = None,
        scope: Any = None,
        grant_type: Any = None,
        expires_in: Any = None,
        include_refresh_token: bool = True,
    ) -> dict[str, object]:
        return self.server.issue_to_client(self.request, scope or " ".join(self.offered))

    @property
    def offered(self) -> tuple[str, ...]:
        return self.request.registration.may_ask(self.server.bank.oauth.client_scopes)
