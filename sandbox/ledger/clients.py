"""Clients: the applications that customers let read their data. RFC 6749 and RFC 7591 name the members."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sandbox.ledger.purposes import ASSISTANT, Purpose

BY_SECRET = ("client_secret_basic", "client_secret_post")
"""The ways in which a client proves itself by its secret. Who registered neither by name may use both."""


class Profile(StrEnum):
    EASY = "easy"
    """A plain OAuth client with PKCE works."""
    STRICT = "strict"
    """As the bank demands."""
    FAPI2 = "fapi2"
    """As the FAPI 2.0 Security Profile demands, whatever the bank's own habits."""


@dataclass(frozen=True, slots=True)
class Client:
    """One registration at one bank, in one world. `secret_hash` is empty where it has no secret."""

    client_id: str
    bank: str
    world_id: str
    name: str
    redirect_uris: tuple[str, ...]
    created_at: datetime
    secret_hash: str = ""
    profile: Profile = Profile.EASY
    purposes: tuple[Purpose, ...] = (ASSISTANT,)
    scope: str = ""
    """What it may ask for; empty: whatever the bank offers."""
    unattended_reads: int | None = None
    """How often a day it may read under one consent while the customer is away; None: as its profile says."""
    asks_for_marketing: bool = False
    """Whether the customer is asked, apart from the rest, if it may use their data for offers."""
    client_uri: str = ""
    logo_uri: str = ""
    policy_uri: str = ""
    tos_uri: str = ""
    contacts: tuple[str, ...] = ()
    token_endpoint_auth_method: str = ""
    """Empty: by its secret, either way; without a secret: none."""
    jwks: str = ""
    """Its public keys, as the JSON text of a JWK set (RFC 7517)."""
    jwks_uri: str = ""
    request_object_signing_alg: str = ""
    """Where it is set, authorization requests must be signed by it (RFC 9101)."""
    id_token_signed_response_alg: str = ""
    require_pushed_authorization_requests: bool = False
    dpop_bound_access_tokens: bool = False
    tls_client_certificate_bound_access_tokens: bool = False
    tls_client_auth_subject_dn: str = ""
    tls_client_auth_san_dns: str = ""
    grant_types: tuple[str, ...] = ()
    """By which it may get tokens; empty: all that the bank serves."""
    registration_hash: str = ""
    """Of the registration access token (RFC 7592); empty where it was registered by the control API."""
    documents: str = ""
    """What else was registered and comes back as it was said: JSON text."""

    @property
    def auth_methods(self) -> tuple[str, ...]:
        """The ways in which it may prove itself at the token endpoint."""
        if self.token_endpoint_auth_method:
            return (self.token_endpoint_auth_method,)
        return BY_SECRET if self.secret_hash else ("none",)

    @property
    def confidential(self) -> bool:
        return self.auth_methods != ("none",)

    def may_use(self, grant_type: str) -> bool:
        """A client's own token is for those only who can prove who they are (RFC 6749 4.4)."""
        if grant_type == "client_credentials" and not self.confidential:
            return False
        return not self.grant_types or grant_type in self.grant_types

    def may_ask(self, offered: Iterable[str]) -> tuple[str, ...]:
        """Of the scopes on offer, those that it registered for."""
        own = self.scope.split()
        return tuple(scope for scope in offered if not own or scope in own)
