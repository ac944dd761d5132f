"""The token endpoint and its kin, on Authlib: one server per bank, fed with our storage and the bank's policy.

What Authlib leaves to storage is done atomically here: a code is taken before it is looked at, a rotating refresh token
is ended before its successor is made; whoever comes second gets `invalid_grant`, and what the first got is revoked
(RFC 6749 4.1.2, RFC 9700 4.14.2).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hmac import compare_digest
from typing import Any

from authlib.oauth2.rfc6749 import AuthorizationServer, OAuth2Request
from authlib.oauth2.rfc6749.errors import (
    InvalidClientError,
    InvalidGrantError,
    InvalidRequestError,
    InvalidScopeError,
    OAuth2Error,
    UnsupportedGrantTypeError,
)
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant, ClientCredentialsGrant, RefreshTokenGrant
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc7662 import IntrospectionEndpoint

from sandbox.dialect.bank import Bank
from sandbox.dialect.call import Call, Reply
from sandbox.kernel import ids
from sandbox.kernel.clock import to_millis
from sandbox.ledger import codec
from sandbox.ledger.clients import Client, Profile
from sandbox.ledger.consents import Consent, ConsentStatus, status_at
from sandbox.oauth.journeys import CodeDocument
from sandbox.oauth.tokens import Tokens, response_members
from sandbox.store.grants import Grants, StoredToken
from sandbox.worlds.worlds import World, Worlds

METHODS = ("client_secret_basic", "client_secret_post", "none")
NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}
PRINTABLE = re.compile(r"[^\x20-\x21\x23-\x5b\x5d-\x7e]")
"""What RFC 6749 5.2 does not let an error_description hold."""


class ClientFace:
    """A client in the words that Authlib asks in."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.client_id = client.client_id

    def get_client_id(self) -> str:
        return self.client_id

    def check_client_secret(self, secret: str) -> bool:
        return compare_digest(ids.fingerprint(secret), self.client.secret_hash)

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return (method != "none") is self.client.confidential

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type != "client_credentials" or self.client.confidential

    def get_allowed_scope(self, scope: str | None) -> str:
        return scope or ""


@dataclass(frozen=True, slots=True)
class RefreshFace:
    """A refresh token in the words that Authlib asks in."""

    token: StoredToken
    consent: Consent
    text: str

    def check_client(self, client: ClientFace) -> bool:
        return client.client_id == self.token.client_id

    def get_scope(self) -> str:
        return self.token.scope


@dataclass(frozen=True, slots=True)
class CodeFace:
    document: CodeDocument
    family: str

    @property
    def code_challenge(self) -> str:
        return self.document.code_challenge

    @property
    def code_challenge_method(self) -> str:
        return self.document.code_challenge_method

    def get_redirect_uri(self) -> str:
        return self.document.redirect_uri

    def get_scope(self) -> str:
        return self.document.scope


class TokenRequest(OAuth2Request):  # type: ignore[misc]
    """A call's form as Authlib reads it."""

    grant_types: tuple[str, ...] = ()
    """What the endpoint serves that was called."""

    def __init__(self, call: Call, bank: Bank) -> None:
        # The sandbox speaks plain HTTP on loopback; Authlib's check of the scheme is about servers on the net.
        super().__init__("POST", "https://sandbank.invalid", headers=_canonical(call.headers))
        form: Mapping[str, str] = call.body or {}
        self.payload = BasicOAuth2Payload(form)
        self._form = form
        self.bank = bank
        self.world: World | None = None
        self.base_url = call.base_url

    @property
    def form(self) -> Mapping[str, str]:
        return self._form

    @property
    def args(self) -> Mapping[str, str]:
        return {}


class S256Only(CodeChallenge):  # type: ignore[misc]
    DEFAULT_CODE_CHALLENGE_METHOD = "S256"
    SUPPORTED_CODE_CHALLENGE_METHOD = ("S256",)


class TokenServer(AuthorizationServer):  # type: ignore[misc]
    """One bank's token, revocation and introspection endpoints."""

    def __init__(self, bank: Bank, grants: Grants, worlds: Worlds, tokens: Tokens) -> None:
        super().__init__(scopes_supported=list(bank.oauth.scopes))
        self.bank = bank
        self.grants = grants
        self.worlds = worlds
        self.tokens = tokens
        self.register_grant(CodeGrant, [S256Only(required=True)])
        self.register_grant(RefreshGrant)
        self.register_endpoint(Revocation)
        self.register_endpoint(Introspection)
        if bank.oauth.client_token_path:
            self.register_grant(ClientGrant)

    # What Authlib asks of its host.

    def query_client(self, client_id: str) -> ClientFace | None:
        client = self.grants.client(self.bank.slug, client_id)
        return ClientFace(client) if client else None

    def create_oauth2_request(self, request: Any) -> TokenRequest:
        return request if isinstance(request, TokenRequest) else TokenRequest(request, self.bank)

    def handle_response(self, status: int, body: Any, headers: Any) -> Reply:
        extra = {name: value for name, value in headers if name.lower() != "content-type"}
        return Reply(body, status, headers={**extra, **NO_STORE})

    def handle_error_response(self, request: TokenRequest, error: OAuth2Error) -> Reply:
        if error.description:
            error.description = PRINTABLE.sub("'", error.description)
        reply: Reply = super().handle_error_response(request, error)
        return reply

    def get_token_grant(self, request: TokenRequest) -> Any:
        if request.payload.grant_type not in request.grant_types:
            raise UnsupportedGrantTypeError(request.payload.grant_type or "")
        return super().get_token_grant(request)

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Nobody listens."""

    def save_token(self, token: Any, request: TokenRequest) -> None:
        """Tokens are stored as they are made."""

    def authenticate_client(self, request: TokenRequest, methods: list[str], endpoint: str = "token") -> ClientFace:
        has_header = request.headers.get("Authorization", "").lower().startswith("basic ")
        if has_header and request.form.get("client_secret"):
            raise InvalidRequestError("the client authenticates in two ways at once")
        try:
            client: ClientFace = super().authenticate_client(request, METHODS, endpoint)
        except InvalidClientError as error:
            # Authlib's own words list Python's names for the ways to authenticate.
            known = error.description and "methods" not in error.description
            why = error.description if known else "the client has to prove itself with its client_id and client_secret"
            raise InvalidClientError(status_code=401, description=why) from error
        except ValueError as error:  # authlib expects credentials, if any, to be Base64 of UTF-8
            raise InvalidClientError(status_code=401, description="the Basic credentials cannot be read") from error
        if has_header and request.form.get("client_id") not in (None, "", client.client_id):
            raise InvalidRequestError("client_id in the form is not the client that authenticates")
        request.world = self.worlds.world(client.client.world_id)
        return client

    # Our own.

    def token(self, call: Call, *grant_types: str) -> Reply:
        """`grant_types` are what the endpoint serves. In one transaction, so that a second use of a code or token
        sees all or nothing of the first."""
        request = TokenRequest(call, self.bank)
        request.grant_types = grant_types
        if not request.payload.grant_type:
            return self.handle_error_response(request, InvalidRequestError("grant_type is missing"))
        with self.grants.database.transaction():
            reply: Reply = self.create_token_response(request)
        return reply

    def revoke(self, call: Call) -> Reply:
        """The answer to a revocation has no body (RFC 7009 2.2)."""
        reply: Reply = self.create_endpoint_response(Revocation.ENDPOINT_NAME, call)
        return replace(reply, body=None) if reply.status == 200 else reply

    def introspect(self, call: Call) -> Reply:
        reply: Reply = self.create_endpoint_response(Introspection.ENDPOINT_NAME, call)
        return reply

    def live(self, text: str, now: datetime) -> tuple[StoredToken, Consent] | None:
        """A token of this bank that works now, with its consent."""
        token = self.grants.token(ids.fingerprint(text))
        if token is None or token.bank != self.bank.slug or token.ended_at is not None:
            return None
        if token.expires_at is not None and token.expires_at <= now:
            return None
        found = self.grants.consent(token.consent_id)
        if found is None or status_at(found[2], now) is not ConsentStatus.ACTIVE:
            return None
        return token, found[2]


def _canonical(headers: Mapping[str, str]) -> dict[str, str]:
    return {"Authorization": headers["authorization"]} if "authorization" in headers else {}


class CodeGrant(AuthorizationCodeGrant):  # type: ignore[misc]
    TOKEN_ENDPOINT_AUTH_METHODS = METHODS
    server: TokenServer
    request: TokenRequest

    def query_authorization_code(self, code: str, client: ClientFace) -> CodeFace | None:
        """Takes the code, whatever comes after: a wrong verifier or redirect URI burns it."""
        assert self.request.world is not None
        now, grants = self.request.world.now, self.server.grants
        code_hash = ids.fingerprint(code)
        found = grants.take_code(code_hash, now)
        if found is None:
            return None
        won, expires_at, text = found
        if not won:
            grants.end_family(code_hash, now)
            raise InvalidGrantError("the code was used before; what it gave is revoked")
        document = codec.decode(text, CodeDocument)
        if document.client_id != client.client_id or document.bank != self.server.bank.slug:
            raise InvalidGrantError("the code was given to another client")
        if expires_at <= now:
            raise InvalidGrantError("the code has run out")
        return CodeFace(document, code_hash)

    def delete_authorization_code(self, authorization_code: CodeFace) -> None:
        """It was taken when it was asked for."""

    def authenticate_user(self, authorization_code: CodeFace) -> Consent | None:
        found = self.server.grants.consent(authorization_code.document.consent_id)
        assert self.request.world is not None
        if found is None or status_at(found[2], self.request.world.now) is not ConsentStatus.ACTIVE:
            return None
        return found[2]

    def generate_token(
        self,
        user: Any = None,
        scope: Any = None,
        grant_type: Any = None,
        expires_in: Any = None,
        include_refresh_token: bool = True,
    ) -> dict[str, object]:
        world, code = self.request.world, self.request.authorization_code
        assert world is not None
        issued = self.server.tokens.issue(
            world.world_id, self.server.bank, user, scope=scope, now=world.now, family=code.family
        )
        return response_members(self.server.bank, issued)


class RefreshGrant(RefreshTokenGrant):  # type: ignore[misc]
    TOKEN_ENDPOINT_AUTH_METHODS = METHODS
    server: TokenServer
    request: TokenRequest

    def authenticate_refresh_token(self, refresh_token: str) -> RefreshFace | None:
        assert self.request.world is not None
        self._at_the_right_place()
        now, grants = self.request.world.now, self.server.grants
        stored = grants.token(ids.fingerprint(refresh_token))
        if stored is None or stored.kind != "refresh" or stored.bank != self.server.bank.slug:
            raise InvalidGrantError("the refresh token is not one that this bank issued")
        if stored.ended_at is not None:
            if stored.client_id == self.request.client.client_id:
                grants.end_family(stored.family, now)
            raise InvalidGrantError("the refresh token has ended")
        live = self.server.live(refresh_token, now)
        if live is None:
            raise InvalidGrantError("the refresh token or the consent behind it has run out or was withdrawn")
        return RefreshFace(live[0], live[1], refresh_token)

    def _at_the_right_place(self) -> None:
        """At a bank with a refresh endpoint of its own, strict clients have to use it; easy ones may do as is usual."""
        strict = self.request.client.client.profile is Profile.STRICT
        if strict and self.server.bank.oauth.refresh_path and "authorization_code" in self.request.grant_types:
            raise UnsupportedGrantTypeError("refresh_token")

    def authenticate_user(self, refresh_token: RefreshFace) -> Consent:
        return refresh_token.consent

    def issue_token(self, user: Consent, refresh_token: RefreshFace) -> dict[str, object]:
        world, bank, token = self.request.world, self.server.bank, refresh_token.token
        assert world is not None
        scope = " ".join(dict.fromkeys((self.request.payload.scope or token.scope).split()))
        with self.server.grants.database.transaction():
            if bank.oauth.rotates_refresh_tokens and not self.server.grants.end_token(token.token_hash, world.now):
                raise InvalidGrantError("the refresh token was used just now")
            issued = self.server.tokens.issue(
                world.world_id,
                bank,
                user,
                scope=scope,
                now=world.now,
                family=token.family,
                refresh_token=None if bank.oauth.rotates_refresh_tokens else refresh_token.text,
                refresh_ends=None if bank.oauth.rotates_refresh_tokens else token.expires_at,
            )
        return response_members(bank, issued)

    def revoke_old_credential(self, refresh_token: RefreshFace) -> None:
        """It ended before its successor was made."""


class ClientGrant(ClientCredentialsGrant):  # type: ignore[misc]
    TOKEN_ENDPOINT_AUTH_METHODS = METHODS
    server: TokenServer
    request: TokenRequest

    def validate_requested_scope(self) -> None:
        unknown = set((self.request.payload.scope or "").split()) - set(self.server.bank.oauth.client_scopes)
        if unknown:
            raise InvalidScopeError(f"a client's own token cannot carry {min(unknown)[:80]}")

    def generate_token(
        self,
        user: Any = None,
        scope: Any = None,
        grant_type: Any = None,
        expires_in: Any = None,
        include_refresh_token: bool = True,
    ) -> dict[str, object]:
        world, bank = self.request.world, self.server.bank
        assert world is not None
        carried = scope or " ".join(bank.oauth.client_scopes)
        token = self.server.tokens.issue_to_client(
            world.world_id, bank, self.request.client.client_id, carried, world.now
        )
        seconds = int(bank.oauth.access_lifetime.total_seconds())
        return {
            "access_token": token,
            "token_type": bank.oauth.token_type,
            "expires_in": seconds,
            "scope": carried,
        }


class Revocation(RevocationEndpoint):  # type: ignore[misc]
    """RFC 7009. A token that is unknown, or another client's, is answered 200 and left alone. Ending one token ends its
    pair."""

    CLIENT_AUTH_METHODS = METHODS
    server: TokenServer

    def authenticate_token(self, request: TokenRequest, client: ClientFace) -> StoredToken | None:
        self.check_params(request, client)
        token = self.server.grants.token(ids.fingerprint(request.form["token"]))
        return (
            token
            if token is not None and token.client_id == client.client_id and token.bank == self.server.bank.slug
            else None
        )

    def revoke_token(self, token: StoredToken, request: TokenRequest) -> None:
        assert request.world is not None
        self.server.grants.end_token(token.token_hash, request.world.now)
        if token.family:
            self.server.grants.end_family(token.family, request.world.now)


class Introspection(IntrospectionEndpoint):  # type: ignore[misc]
    """RFC 7662, for the client's own tokens; any other is inactive to it."""

    CLIENT_AUTH_METHODS = METHODS
    server: TokenServer

    def authenticate_token(self, request: TokenRequest, client: ClientFace) -> tuple[StoredToken, Consent] | None:
        self.check_params(request, client)
        assert request.world is not None
        live = self.server.live(request.form["token"], request.world.now)
        return live if live is not None and live[0].client_id == client.client_id else None

    def create_introspection_payload(self, token: tuple[StoredToken, Consent] | None) -> dict[str, object]:
        if token is None:
            return {"active": False}
        stored, consent = token
        payload: dict[str, object] = {
            "active": True,
            "scope": stored.scope,
            "client_id": stored.client_id,
            "token_type": self.server.bank.oauth.token_type if stored.kind == "access" else "refresh_token",
            "iat": to_millis(stored.issued_at) // 1000,
            "sub": consent.customer_id,
            "fdxConsentId": consent.consent_id,
        }
        if stored.expires_at is not None:
            payload["exp"] = to_millis(stored.expires_at) // 1000
        return payload
