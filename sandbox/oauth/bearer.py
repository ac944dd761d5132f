"""From an Authorization header to who it stands for: one query, and nothing remembered that could be stale."""

from datetime import datetime
from hmac import compare_digest

from authlib.oauth2.rfc6749.util import extract_basic_authorization

from sandbox.dialect.bank import Bank
from sandbox.dialect.call import Asked, Grant
from sandbox.kernel import ids
from sandbox.kernel.clock import from_millis
from sandbox.kernel.errors import (
    ClientUnproven,
    ConsentExpired,
    ConsentRevoked,
    ConsentSuspended,
    TokenExpired,
    TokenInvalid,
    TokenMisplaced,
    TokenMissing,
)
from sandbox.ledger import codec
from sandbox.ledger.clients import Client
from sandbox.ledger.consents import Consent, ConsentStatus, status_at
from sandbox.oauth import access_tokens
from sandbox.oauth.binding import Bindings
from sandbox.oauth.keys import Keys
from sandbox.store.grants import Bearing, Grants, StoredToken
from sandbox.store.keys import KeyState
from sandbox.worlds.worlds import World, Worlds

KEPT = 10_000
SCHEMES = ("bearer", "dpop")
FORM = "application/x-www-form-urlencoded"


class Bearers:
    def __init__(self, grants: Grants, worlds: Worlds, keys: Keys, bindings: Bindings) -> None:
        self.grants = grants
        self.keys = keys
        self.worlds = worlds
        self.bindings = bindings
        self._consents: dict[tuple[str, int], Consent] = {}

    def grant(self, bank: Bank, asked: Asked) -> tuple[World, Grant]:
        """Raises TokenMissing, TokenMisplaced, TokenInvalid and its kin."""
        scheme, text = _shown(asked)
        token_hash = ids.fingerprint(text)
        found = self.grants.bearing(token_hash)
        if found is None:
            world, grant, token = self._of_client(bank, text, token_hash)
        else:
            world, grant, token = self._of_customer(bank, token_hash, found)
        if token.bound_to or scheme != "bearer":
            self.bindings.check(bank, token, asked, scheme, text)
        return world, grant

    def _of_customer(self, bank: Bank, token_hash: str, found: Bearing) -> tuple[World, Grant, StoredToken]:
        _of_bank(found.token, bank)
        key = (found.consent_id, found.consent_version)
        consent = self._consents.get(key)
        if consent is None:
            if len(self._consents) > KEPT:
                self._consents.clear()
            consent = self._consents[key] = codec.decode(found.consent_document, Consent)
        world = World(found.world, found.world.clock.millis(self.worlds.wall()))
        now = from_millis(world.now_millis)
        status = status_at(consent, now)
        if status is ConsentStatus.REVOKED:
            raise ConsentRevoked(f"consent {consent.consent_id} was withdrawn", consent_id=consent.consent_id)
        if status is ConsentStatus.EXPIRED:
            raise ConsentExpired(f"consent {consent.consent_id} has run out", consent_id=consent.consent_id)
        if status is ConsentStatus.SUSPENDED:
            raise ConsentSuspended(
                f"the bank holds consent {consent.consent_id} back for a while",
                hint="Wait, and keep the tokens: they work again when consent.updated says that the consent goes on.",
                consent_id=consent.consent_id,
                reason=consent.suspensions[-1].reason.value,
            )
        self._alive(found.token, now, hint="Refresh it at the token endpoint.")
        token = found.token
        return world, Grant(consent, found.consent_version, token.client_id, token.scope, token_hash), token

    def behind(self, authorization: str) -> tuple[World, Consent] | None:
        """Whose token came, whether it works or not: for the record."""
        found = self.grants.bearing(ids.fingerprint(authorization.partition(" ")[2].strip()))
        if found is None:
            return None
        world = World(found.world, found.world.clock.millis(self.worlds.wall()))
        return world, codec.decode(found.consent_document, Consent)

    def _of_client(self, bank: Bank, text: str, token_hash: str) -> tuple[World, Grant, StoredToken]:
        """A client's own token stands for a consent to nothing: it opens what needs neither customer nor account."""
        token = self.grants.token(token_hash)
        if token is None or token.kind != "client":
            doubt = access_tokens.doubt(self.keys, bank, text)
            raise TokenInvalid(doubt.text, **doubt.facts)
        _of_bank(token, bank)
        world = self.worlds.world(token.world_id)
        self._alive(token, world.now, hint="Ask for another one.")
        nothing = Consent(
            consent_id="",
            bank=bank.slug,
            client_id=token.client_id,
            customer_id="",
            account_ids=(),
            clusters=(),
            purposes=(),
            scope=token.scope,
            created_at=token.issued_at,
            expires_at=token.expires_at,
        )
        return world, Grant(nothing, 0, token.client_id, token.scope, token_hash), token

    def client(self, bank: Bank, authorization: str) -> tuple[World, Client]:
        """A client that calls in its own name, with HTTP Basic. Raises ClientUnproven."""
        try:
            client_id, secret = extract_basic_authorization({"Authorization": authorization})
        except ValueError as error:
            raise ClientUnproven("the Basic credentials cannot be read") from error
        client = self.grants.client(bank.slug, client_id) if client_id else None
        if client is None or not client.confidential:
            raise ClientUnproven(f"{bank.name} has no client of that id that has a secret")
        if not compare_digest(ids.fingerprint(secret or ""), client.secret_hash):
            raise ClientUnproven("the client_secret is not the client's", client_id=client_id)
        return self.worlds.world(client.world_id), client

    def _alive(self, token: StoredToken, now: datetime, *, hint: str) -> None:
        if token.ended_at is not None:
            key = self.keys.get(token.kid) if token.kid else None
            if key is not None and key.state is KeyState.RETIRED:
                raise TokenInvalid("the key that signed the access token was retired", kid=key.kid, hint=hint)
            raise TokenInvalid("the access token was revoked")
        if token.expires_at is not None and token.expires_at <= now:
            raise TokenExpired("the access token is older than its lifetime", hint=hint)


def _shown(asked: Asked) -> tuple[str, str]:
    """(scheme, token), the scheme in lower case. Raises TokenMissing or TokenMisplaced."""
    if asked.query and b"access_token=" in asked.query:
        raise TokenMisplaced("the access token came in the query, where logs and histories keep it")
    if asked.body and b"access_token=" in asked.body and FORM in asked.headers.get("content-type", ""):
        raise TokenMisplaced("the access token came in the body")
    authorization = asked.headers.get("authorization")
    if not authorization:
        raise TokenMissing("the Authorization header is missing")
    scheme, _, token = authorization.partition(" ")
    scheme, token = scheme.lower(), token.strip()
    if scheme not in SCHEMES or not token:
        raise TokenMissing("the Authorization header has to read `Bearer <access token>`", scheme=scheme[:20])
    return scheme, token


def _of_bank(token: StoredToken, bank: Bank) -> None:
    if token.bank != bank.slug:
        raise TokenInvalid(f"the access token was issued by {token.bank}, not by {bank.slug}")
