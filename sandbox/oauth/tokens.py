"""Issuing, refreshing and ending tokens: 256 random bits, opaque or in a JWT, kept as fingerprints."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sandbox.dialect.bank import Bank
from sandbox.dialect.policy import Issued
from sandbox.kernel import ids
from sandbox.ledger.consents import ONE_TIME, Consent, DurationType
from sandbox.oauth import access_tokens
from sandbox.oauth.binding import confirmation, token_type
from sandbox.oauth.keys import Keys, Signed
from sandbox.store.grants import Grants, StoredToken
from sandbox.worlds.worlds import Worlds

Secret = Callable[[], str]


class Tokens:
    def __init__(self, grants: Grants, worlds: Worlds, keys: Keys, secret: Secret = ids.secret) -> None:
        self.grants = grants
        self.worlds = worlds
        self.keys = keys
        self.secret = secret

    def issue(
        self,
        world_id: str,
        bank: Bank,
        consent: Consent,
        *,
        issuer: str,
        scope: str,
        now: datetime,
        family: str,
        refresh_token: str | None = None,
        refresh_ends: datetime | None = None,
        refreshable: bool = True,
        bound_to: str = "",
        refresh_bound_to: str = "",
    ) -> Issued:
        """An access token and, unless the old one goes on (`refresh_token`, until `refresh_ends`), a new refresh token
        of the family. Each may be bound to a key or certificate. `issuer` is the bank as the client sees it."""
        policy, once = bank.oauth, consent.duration is DurationType.ONE_TIME
        scope = " ".join(word for word in scope.split() if word in consent.scope.split())
        expires_at = now + (ONE_TIME if once else policy.access_lifetime)
        expires_at = _earlier(expires_at, consent.expires_at) or expires_at
        signed = self._signed(bank, issuer, consent, scope, now, expires_at, bound_to)
        access, token = self._made("access", world_id, bank, consent, scope, now, expires_at, family, bound_to, signed)
        tokens = [token]
        refreshable = refreshable and not once and policy.refresh_scope in ("", *consent.scope.split())
        if refreshable and refresh_token is None:
            lifetime = policy.refresh_lifetime
            refresh_ends = _earlier(now + lifetime if lifetime else None, consent.expires_at)
            refresh_token, token = self._made(
                "refresh", world_id, bank, consent, consent.scope, now, refresh_ends, family, refresh_bound_to
            )
            tokens.append(token)
        self.grants.add_tokens(tokens)
        return Issued(
            access_token=access,
            refresh_token=refresh_token,
            scope=scope,
            expires_in=_seconds(expires_at - now),
            refresh_expires_in=_seconds(refresh_ends - now) if refresh_ends else None,
            consent=consent,
            authorization_details=self.granted_details(bank, world_id, consent) if consent.detailed else [],
            bound_to=bound_to,
        )

    def granted_details(self, bank: Bank, world_id: str, consent: Consent) -> list[dict[str, object]]:
        """What a consent grants, as the `authorization_details` of a token response or an introspection (RFC 9396 7,
        9)."""
        if not (kinds := bank.oauth.authorization_details):
            return []
        world = self.worlds.world(world_id)
        accounts = self.worlds.shared(world, consent)
        return [{"type": kind, **granted(consent, accounts, world.now)} for kind, granted in kinds.items()]

    def issue_to_client(
        self, world_id: str, bank: Bank, client_id: str, scope: str, now: datetime, *, bound_to: str = ""
    ) -> str:
        """A client's own token, for no customer's data."""
        token = self.secret()
        expires_at = now + bank.oauth.access_lifetime
        stored = StoredToken(
            ids.fingerprint(token),
            "client",
            bank.slug,
            world_id,
            client_id,
            "",
            scope,
            "",
            now,
            expires_at,
            bound_to=bound_to,
        )
        self.grants.add_token(stored)
        return token

    def _signed(  # noqa: PLR0917 (what the token says)
        self,
        bank: Bank,
        issuer: str,
        consent: Consent,
        scope: str,
        issued_at: datetime,
        expires_at: datetime,
        bound_to: str,
    ) -> Signed:
        """An access token in the bank's form."""
        alg = bank.oauth.access_token_alg
        if not alg:
            return Signed(self.secret(), "")
        told = access_tokens.claims(
            issuer,
            consent,
            jti=self.secret(),
            scope=scope,
            issued_at=issued_at,
            expires_at=expires_at,
            confirmation=confirmation(bound_to) if bound_to else None,
        )
        return self.keys.sign(bank.slug, alg, access_tokens.TYPE, told)

    def _made(  # noqa: PLR0917 (a row, in the order of its columns)
        self,
        kind: str,
        world_id: str,
        bank: Bank,
        consent: Consent,
        scope: str,
        now: datetime,
        expires_at: datetime | None,
        family: str,
        bound_to: str,
        signed: Signed | None = None,
    ) -> tuple[str, StoredToken]:
        """(its text, what is kept of it)."""
        text, kid = signed or Signed(self.secret(), "")
        return text, StoredToken(
            token_hash=ids.fingerprint(text),
            kind=kind,
            bank=bank.slug,
            world_id=world_id,
            client_id=consent.client_id,
            consent_id=consent.consent_id,
            scope=scope,
            family=family,
            issued_at=now,
            expires_at=expires_at,
            kid=kid,
            bound_to=bound_to,
        )


def response_members(bank: Bank, issued: Issued) -> dict[str, object]:
    """The token endpoint's answer: RFC 6749 5.1 and the bank's own members."""
    members: dict[str, object] = {
        "access_token": issued.access_token,
        "token_type": token_type(bank, issued.bound_to),
        "expires_in": issued.expires_in,
        "scope": issued.scope,
    }
    if issued.refresh_token is not None:
        members["refresh_token"] = issued.refresh_token
    if issued.consent.managed:
        members["grant_id"] = issued.consent_id
    if issued.authorization_details:
        members["authorization_details"] = issued.authorization_details
    members.update({name: value for name, value in bank.oauth.token_members(issued).items() if value is not None})
    return members


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    known = [instant for instant in (one, other) if instant is not None]
    return min(known) if known else None


def _seconds(left: timedelta) -> int:
    return max(int(left.total_seconds()), 0)
