"""A bank's OAuth habits and its looks, as data: values that the authorization server reads and no bank codes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sandbox.ledger.consents import Cluster


@dataclass(frozen=True, slots=True)
class Issued:
    """What a token response is made of."""

    access_token: str
    refresh_token: str | None
    scope: str
    expires_in: int
    refresh_expires_in: int | None
    consent_id: str
    consented_at: datetime


@dataclass(frozen=True, slots=True)
class OAuthPolicy:
    """Paths are below the bank's prefix. Lifetimes run on the sandbox clock."""

    authorization_path: str
    token_path: str
    revocation_path: str
    scopes: Mapping[str, tuple[Cluster, ...]]
    """What each scope lets a client read; a scope that stands for no data (openid) maps to ()."""
    default_scope: str
    token_members: Callable[[Issued], Mapping[str, object]]
    """The bank's token response beyond access_token, token_type, expires_in, refresh_token and scope."""
    token_type: str = "Bearer"
    code_lifetime: timedelta = timedelta(seconds=60)
    access_lifetime: timedelta = timedelta(minutes=30)
    refresh_lifetime: timedelta | None = timedelta(days=365)
    refresh_path: str = ""
    """A token endpoint of its own for refreshing, at banks that have one."""
    introspection_path: str = ""
    pushed_authorization_path: str = ""
    jwks_path: str = ""
    client_token_path: str = ""
    """Where a client gets a token of its own (client_credentials), at banks that have it."""
    client_scopes: tuple[str, ...] = ()
    """What such a token may carry; no scope of it opens a customer's data."""
    rotates_refresh_tokens: bool = True
    consent_lifetime: timedelta | None = timedelta(days=365)
    """None: the consent rolls on while it is used."""
    lookback: timedelta = timedelta(days=730)
    one_redirect_uri: bool = False
    internal_error: str = "server_error"
    """The `error` of a failure of ours, where a bank has a word of its own for it."""
    strict_pkce: bool = True
    """Whether strict clients have to bring a code challenge; easy ones may always."""
    strict_par: bool = False
    """Whether strict clients have to push their authorization requests."""
    refresh_scope: str = ""
    """The scope without which there is no refresh token, at banks that have one (offline_access)."""


@dataclass(frozen=True, slots=True)
class Skin:
    """How a bank's consent pages look: our own artwork and colours, no bank's logo."""

    accent: str
    accent_dark: str
    ink: str
    paper: str
    emblem: str
    """Name of an SVG symbol in oauth/templates/emblems.svg."""
    tagline: str
    dashboard: str
    """What the bank calls the page on which a person stops sharing."""
