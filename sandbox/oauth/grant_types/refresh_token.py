"""A refresh token for fresh ones (RFC 6749 6); whether it works once or on and on is the client's policy."""

from authlib.oauth2.rfc6749.grants import RefreshTokenGrant

from sandbox.dialect.policy import METHODS
from sandbox.ledger.consents import Consent
from sandbox.oauth.faces import RefreshFace
from sandbox.oauth.refusals import refuse
from sandbox.oauth.server import TokenServer
from sandbox.oauth.token_request import TokenRequest


class RefreshGrant(RefreshTokenGrant):  # type: ignore[misc]
    TOKEN_ENDPOINT_AUTH_METHODS = METHODS
    server: TokenServer
    request: TokenRequest

    def authenticate_refresh_token(self, refresh_token: str) -> RefreshFace | None:
        self._at_the_right_place()
        now, grants, bank = self.request.world.now, self.server.grants, self.server.bank
        stored = grants.token(self.server.fingerprint(refresh_token))
        if stored is None or stored.bank != bank.slug:
            refuse("invalid_grant", "the refresh token is not one that this bank issued")
        if stored.kind != "refresh":
            refuse("invalid_grant", f"this is no refresh token but an {stored.kind} token")
        if stored.client_id != self.request.registration.client_id:
            refuse("invalid_grant", "the refresh token is another client's")
        if stored.ended_at is not None:
            ended = grants.end_family(stored.family, now)
            refuse("invalid_grant", "the refresh token has ended", ended_at=stored.ended_at, tokens_revoked=ended)
        if self.server.held_back(stored, now):
            # RFC 6749 5.2 has no other code for a grant that does not work, be it for a while; OBIE and FDX name none.
            # The token is not touched by this: once the bank lets the consent go on it works, and is used up as ever.
            refuse("invalid_grant", "the consent is suspended for a while; the refresh token stays good for later")
        live = self.server.live(refresh_token, now)
        if live is None or live[1] is None:
            refuse("invalid_grant", "the refresh token or the consent behind it has run out or was withdrawn")
        if stored.bound_to and stored.bound_to != self.request.bound_to:
            refuse(
                "invalid_grant",
                "the refresh token was given to another key or certificate than the request is proven by",
                expected=stored.bound_to,
                got=self.request.bound_to,
            )
        return RefreshFace(live[0], live[1], refresh_token)

    def _at_the_right_place(self) -> None:
        """At a bank with a refresh endpoint of its own, strict clients have to use it; easy ones may do as is usual."""
        policy = self.server.bank.oauth
        asked_elsewhere = policy.refresh_path and "authorization_code" in self.request.grant_types
        if asked_elsewhere and policy.demands(self.request.registration).own_refresh_path:
            refuse("unsupported_grant_type", f"refreshing works at {policy.refresh_path}")

    def authenticate_user(self, refresh_token: RefreshFace) -> Consent:
        return refresh_token.consent

    def issue_token(self, user: Consent, refresh_token: RefreshFace) -> dict[str, object]:
        token, once = refresh_token.token, self.server.bank.oauth.rotates(self.request.registration)
        scope = " ".join(dict.fromkeys((self.request.payload.scope or token.scope).split()))
        with self.server.grants.database.transaction():
            if once and not self.server.grants.end_token(token.token_hash, self.request.world.now):
                refuse("invalid_grant", "the refresh token was used just now")
            return self.server.issue(
                self.request, user, scope=scope, family=token.family, refreshed=None if once else refresh_token
            )

    def revoke_old_credential(self, refresh_token: RefreshFace) -> None:
        """It ended before its successor was made."""
