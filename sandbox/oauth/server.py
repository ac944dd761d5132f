"""The token endpoint and its kin, on Authlib: one server per bank, fed with our storage and the bank's policy."""

import logging
from dataclasses import replace
from datetime import datetime
from typing import Any

from authlib.oauth2.rfc6749 import AuthorizationServer
from authlib.oauth2.rfc6749.errors import InvalidRequestError, OAuth2Error, UnsupportedGrantTypeError

from sandbox.dialect.bank import Bank
from sandbox.dialect.call import WORLD, Call, Reply
from sandbox.kernel import ids
from sandbox.ledger import codec
from sandbox.ledger.consents import Consent, ConsentStatus, status_at
from sandbox.oauth import authentication, id_tokens
from sandbox.oauth.authentication import shown
from sandbox.oauth.authority import Authority
from sandbox.oauth.binding import Bindings, token_type
from sandbox.oauth.codes import CodeDocument
from sandbox.oauth.faces import ClientFace, RefreshFace
from sandbox.oauth.refusals import NO_STORE, OAuthRefused
from sandbox.oauth.signed import Signatures
from sandbox.oauth.token_request import TokenRequest
from sandbox.oauth.tokens import Tokens, response_members
from sandbox.store.grants import Grants, StoredToken
from sandbox.worlds.worlds import Worlds

# Its debug lines hold whole tokens.
logging.getLogger("authlib").setLevel(logging.INFO)


class TokenServer(AuthorizationServer):  # type: ignore[misc]
    """One bank's token, revocation and introspection endpoints. What they refuse is raised as OAuthRefused."""

    def __init__(  # noqa: PLR0917 (whom it works with)
        self,
        bank: Bank,
        grants: Grants,
        worlds: Worlds,
        tokens: Tokens,
        signatures: Signatures,
        bindings: Bindings,
        authority: Authority,
    ) -> None:
        super().__init__(scopes_supported=list(bank.oauth.scopes))
        self.bank = bank
        self.grants = grants
        self.worlds = worlds
        self.tokens = tokens
        self.signatures = signatures
        self.bindings = bindings
        self.authority = authority

    # What Authlib asks of its host.

    def create_oauth2_request(self, request: Any) -> TokenRequest:
        return request if isinstance(request, TokenRequest) else TokenRequest(request, self.bank)

    def handle_response(self, status: int, body: Any, headers: Any) -> Reply:
        extra = {name: value for name, value in headers if name.lower() != "content-type"}
        return Reply(body, status, headers={**extra, **NO_STORE})

    def handle_error_response(self, request: TokenRequest, error: OAuth2Error) -> OAuthRefused:
        return OAuthRefused(error)

    def get_token_grant(self, request: TokenRequest) -> Any:
        if request.payload.grant_type not in request.grant_types:
            raise UnsupportedGrantTypeError(request.payload.grant_type or "")
        return super().get_token_grant(request)

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Nobody listens."""

    def save_token(self, token: Any, request: TokenRequest) -> None:
        """Tokens are stored as they are made."""

    def authenticate_client(self, request: TokenRequest, methods: Any = (), endpoint: str = "token") -> ClientFace:
        if request.client is not None:
            return request.client
        presented = shown.read(self.grants, self.signatures, self.authority, request.call, request.form)
        request.auth_method = authentication.prove(presented)
        request.client = ClientFace(presented.client)
        world = request.proven_world = self.worlds.world(presented.client.world_id)
        request.call.asked.notes.update({"client_id": presented.client.client_id, WORLD: world})
        return request.client

    # Our own.

    def token(self, call: Call, *grant_types: str) -> Reply:
        """`grant_types` are what the endpoint serves. In one transaction, so that a second use of a code or token
        sees all or nothing of the first; what a refused request used up stays used up."""
        request = TokenRequest(call, self.bank)
        request.grant_types = grant_types
        if not request.payload.grant_type:
            raise OAuthRefused(InvalidRequestError("grant_type is missing"))
        try:
            # Before the transaction, which nobody else can write beside: a client's keys may lie on another machine.
            self.authenticate_client(request)
            request.bound_to = self.bindings.of_request(self.bank, request.registration, call.asked)
        except OAuth2Error as error:
            raise OAuthRefused(error) from error
        with self.grants.database.transaction():
            outcome = self.create_token_response(request)
        return _answer(outcome)

    def pushed_key(self, request: TokenRequest) -> str:
        """The key by which a pushed request is proven, and its code bound; empty where no proof came
        (RFC 9449 10.1)."""
        if "dpop" not in request.call.headers:
            return ""
        return self.bindings.proven_key(self.bank, request.registration, request.call.asked)

    def revoke(self, call: Call) -> Reply:
        """The answer to a revocation has no body (RFC 7009 2.2)."""
        return replace(_answer(self.create_endpoint_response("revocation", call)), body=None)

    def introspect(self, call: Call) -> Reply:
        return _answer(self.create_endpoint_response("introspection", call))

    def live(self, text: str, now: datetime) -> tuple[StoredToken, Consent | None] | None:
        """A token of this bank that works now, with its consent; a client's own has none."""
        token = self.grants.token(self.fingerprint(text))
        if token is None or token.bank != self.bank.slug or token.ended_at is not None:
            return None
        if token.expires_at is not None and token.expires_at <= now:
            return None
        if token.kind == "client":
            return token, None
        found = self.grants.consent(token.consent_id)
        if found is None or status_at(found[2], now) is not ConsentStatus.ACTIVE:
            return None
        return token, found[2]

    def held_back(self, token: StoredToken, now: datetime) -> bool:
        """Whether the bank holds back the consent behind a token."""
        found = self.grants.consent(token.consent_id) if token.consent_id else None
        return found is not None and status_at(found[2], now) is ConsentStatus.SUSPENDED

    def issue(
        self,
        request: TokenRequest,
        consent: Consent,
        *,
        scope: str,
        family: str,
        code: CodeDocument | None = None,
        refreshed: RefreshFace | None = None,
    ) -> dict[str, object]:
        """The members of a token response. `refreshed` is a refresh token that goes on."""
        world = request.world
        issued = self.tokens.issue(
            world.world_id,
            self.bank,
            consent,
            issuer=request.call.base_url,
            scope=scope,
            now=world.now,
            family=family,
            refresh_token=refreshed.text if refreshed else None,
            refresh_ends=refreshed.token.expires_at if refreshed else None,
            refreshable=request.registration.may_use("refresh_token"),
            bound_to=request.bound_to,
            refresh_bound_to="" if request.registration.confidential else request.bound_to,
        )
        members = response_members(self.bank, issued)
        if id_tokens.SCOPE in issued.scope.split():
            members |= self._id_token(request, consent, issued.access_token, family, code)
        return members

    def _id_token(
        self, request: TokenRequest, consent: Consent, access_token: str, family: str, code: CodeDocument | None
    ) -> dict[str, object]:
        """Nothing where nobody signed in: for a consent that the control API gave. `family` is the code's
        fingerprint."""
        first = None if code else self.grants.code(family)
        signed_in = code or (codec.decode(first[2], CodeDocument) if first else None)
        if signed_in is None:
            return {}
        client = request.registration
        told = id_tokens.claims(
            request.call.base_url,
            client,
            consent,
            signed_in,
            access_token=access_token,
            now=self.worlds.wall(),
            refreshed=code is None,
        )
        alg = id_tokens.algorithm(client, self.bank.oauth.demands(client))
        return {"id_token": self.tokens.keys.sign(self.bank.slug, alg, "JWT", told).text}

    def issue_to_client(self, request: TokenRequest, scope: str) -> dict[str, object]:
        """The members of a response with a client's own token."""
        world, policy = request.world, self.bank.oauth
        token = self.tokens.issue_to_client(
            world.world_id, self.bank, request.registration.client_id, scope, world.now, bound_to=request.bound_to
        )
        seconds = int(policy.access_lifetime.total_seconds())
        return {
            "access_token": token,
            "token_type": token_type(self.bank, request.bound_to),
            "expires_in": seconds,
            "scope": scope,
        }

    @staticmethod
    def fingerprint(text: str) -> str:
        return ids.fingerprint(text)


def _answer(outcome: Reply | OAuthRefused) -> Reply:
    if isinstance(outcome, OAuthRefused):
        raise outcome
    return outcome
