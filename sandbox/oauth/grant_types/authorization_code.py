"""A code for tokens (RFC 6749 4.1.3), with PKCE by S256 alone (RFC 7636)."""

from dataclasses import replace
from typing import Any

from authlib.oauth2.rfc6749.errors import OAuth2Error
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc7636 import CodeChallenge, create_s256_code_challenge

from sandbox.dialect.policy import METHODS
from sandbox.kernel.clock import to_millis
from sandbox.ledger import codec
from sandbox.ledger.consents import Consent, ConsentStatus, status_at
from sandbox.oauth.codes import CodeDocument
from sandbox.oauth.faces import ClientFace, CodeFace
from sandbox.oauth.refusals import Because, refuse
from sandbox.oauth.rules.redirect_uri import first_difference
from sandbox.oauth.server import TokenServer
from sandbox.oauth.token_request import TokenRequest


class S256Only(CodeChallenge):  # type: ignore[misc]
    DEFAULT_CODE_CHALLENGE_METHOD = "S256"
    SUPPORTED_CODE_CHALLENGE_METHOD = ("S256",)

    def validate_code_verifier(self, grant: "CodeGrant", result: object) -> None:
        """Authlib judges; here its refusal gets what it was made of. Both sides are hashes, and no secret."""
        verifier, code = grant.request.form.get("code_verifier", ""), grant.request.authorization_code
        try:
            super().validate_code_verifier(grant, result)
        except OAuth2Error as error:
            facts = {"challenge_expected": code.code_challenge or "none", "verifier_length": len(verifier)}
            if verifier.isascii() and verifier:
                facts["challenge_of_the_verifier_that_came"] = create_s256_code_challenge(verifier)
            raise Because(error.error, error.description, facts) from None


class CodeGrant(AuthorizationCodeGrant):  # type: ignore[misc]
    TOKEN_ENDPOINT_AUTH_METHODS = METHODS
    server: TokenServer
    request: TokenRequest

    def query_authorization_code(self, code: str, client: ClientFace) -> CodeFace | None:
        """Takes the code, whatever comes after: a wrong verifier or redirect URI burns it."""
        now, grants = self.request.world.now, self.server.grants
        code_hash = self.server.fingerprint(code)
        found = grants.take_code(code_hash, now)
        if found is None:
            refuse("invalid_grant", "the code is not one that this bank gave")
        won, expires_at, text = found
        document = codec.decode(text, CodeDocument)
        if not won:
            grants.set_code(code_hash, codec.encode(replace(document, replayed_at=to_millis(now))))
            ended = grants.end_family(code_hash, now)
            refuse("invalid_grant", "the code was used before; what it gave is revoked", tokens_revoked=ended)
        if document.client_id != client.client_id or document.bank != self.server.bank.slug:
            refuse("invalid_grant", "the code was given to another client", given_at=document.bank)
        if expires_at <= now:
            refuse("invalid_grant", "the code has run out", expired_at=expires_at, now=now)
        self._repeated(document, self.request.payload.redirect_uri or "")
        if document.dpop_jkt and self.request.bound_to != f"jkt:{document.dpop_jkt}":
            refuse(
                "invalid_grant",
                "the code was given to another key than the request is proven by",
                expected=document.dpop_jkt,
                got=self.request.bound_to,
            )
        return CodeFace(document, code_hash)

    @staticmethod
    def _repeated(document: CodeDocument, redirect_uri: str) -> None:
        """The redirect URI, where one was asked with, comes again to the letter (RFC 6749 4.1.3)."""
        asked = document.redirect_uri
        if asked and redirect_uri != asked:
            refuse(
                "invalid_grant",
                "redirect_uri is not the one that the code was asked for with",
                asked_with=asked,
                came=redirect_uri or "none",
                differs_at=first_difference(redirect_uri, asked),
            )

    def delete_authorization_code(self, authorization_code: CodeFace) -> None:
        """It was taken when it was asked for."""

    def authenticate_user(self, authorization_code: CodeFace) -> Consent | None:
        found = self.server.grants.consent(authorization_code.document.consent_id)
        status = status_at(found[2], self.request.world.now) if found is not None else None
        if found is None or status is not ConsentStatus.ACTIVE:
            held = status is ConsentStatus.SUSPENDED
            refuse("invalid_grant", f"the consent behind the code {'is suspended' if held else 'has ended'}")
        return found[2]

    def generate_token(
        self,
        user: Any = None,
        scope: Any = None,
        grant_type: Any = None,
        expires_in: Any = None,
        include_refresh_token: bool = True,
    ) -> dict[str, object]:
        code = self.request.authorization_code
        return self.server.issue(self.request, user, scope=scope, family=code.family, code=code.document)
