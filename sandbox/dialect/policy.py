"""A bank's OAuth habits and its looks, as data: values that the authorization server reads and no bank codes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sandbox.ledger.accounts import Account
from sandbox.ledger.clients import BY_SECRET, Client, Profile
from sandbox.ledger.clusters import Cluster
from sandbox.ledger.consents import Consent


@dataclass(frozen=True, slots=True)
class Issued:
    """What a token response is made of."""

    access_token: str
    refresh_token: str | None
    scope: str
    expires_in: int
    refresh_expires_in: int | None
    consent: Consent
    authorization_details: list[dict[str, object]]
    """What was granted, where it was asked for in that way (RFC 9396 7)."""

    bound_to: str = ""
    """The key or certificate without which the access token does not work; empty: whoever bears it."""

    @property
    def consent_id(self) -> str:
        return self.consent.consent_id

    @property
    def consented_at(self) -> datetime:
        return self.consent.created_at


SECRETS_OR_NONE = (*BY_SECRET, "none")
KEYS = ("private_key_jwt", "tls_client_auth", "self_signed_tls_client_auth")
METHODS = (*SECRETS_OR_NONE, *KEYS)
"""Every way to prove oneself at the token endpoint that there is here (RFC 6749 2.3, OIDC Core 9, RFC 8705 2)."""


@dataclass(frozen=True, slots=True)
class Demands:
    """What is asked of a client beyond RFC 6749, by the profile under which it is registered."""

    code_challenge: bool = False
    """PKCE; of public clients it is asked always."""
    pushed_request: bool = False
    state: bool = False
    """A request without a code challenge needs a state."""
    auth_methods: tuple[str, ...] = METHODS
    sender_constrained: bool = False
    """Tokens work only with the key (DPoP) or the certificate (mTLS) that they were given to."""
    dpop_nonce: bool = False
    """DPoP proofs carry a nonce of the server's (RFC 9449 8); to others it is offered."""
    issuer_audience: bool = False
    """An assertion's `aud` is the issuer and nothing else."""
    own_refresh_path: bool = False
    """Refreshing works at the bank's refresh path only, where it has one."""
    rotates_refresh_tokens: bool | None = None
    """None: as the bank does."""
    unattended_reads: int | None = None
    """How often a day a consent may be read while its customer is away; None: as often as one likes."""
    longest_code: timedelta = timedelta(minutes=10)
    id_token_algs: tuple[str, ...] = ("RS256", "PS256", "ES256")
    """By what an ID token may be signed; by the first where the client registered none of them."""
    longest_assertion: timedelta = timedelta(hours=1)
    """For how long what a client signs may be good: its assertions, and its request objects."""
    dated_request_objects: bool = False
    """A request object says from when and until when it is good (`nbf`, `exp`)."""


EASY = Demands()
STRICT = Demands(code_challenge=True, state=True, dpop_nonce=True, own_refresh_path=True, unattended_reads=200)
FAPI2 = Demands(
    code_challenge=True,
    pushed_request=True,
    auth_methods=KEYS,
    sender_constrained=True,
    dpop_nonce=True,
    issuer_audience=True,
    rotates_refresh_tokens=False,
    longest_code=timedelta(seconds=60),
    id_token_algs=("PS256", "ES256"),
    longest_assertion=timedelta(minutes=10),
    dated_request_objects=True,
)
"""FAPI 2.0 Security Profile, 5.3."""


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
    app_path: str = ""
    """The authorization endpoint that opens the bank's own app (app-to-app), at banks that have one."""
    refresh_path: str = ""
    """A token endpoint of its own for refreshing, at banks that have one."""
    introspection_path: str = ""
    pushed_authorization_path: str = ""
    registration_path: str = ""
    """Where clients register themselves; below it, by its id, each has its registration."""
    registration_members: tuple[str, ...] = ()
    """What the bank lets a client say of itself beyond RFC 7591; it comes back as it was said."""
    registration_status: Mapping[str, str] = field(default_factory=dict)
    """What the bank adds to the answer."""
    jwks_path: str = ""
    userinfo_path: str = ""
    """At banks that have the scope `openid`."""
    access_token_alg: str = ""
    """By which access tokens are signed at banks where they are JWTs (RFC 9068); empty where they are opaque."""
    client_token_path: str = ""
    """Where a client gets a token of its own (client_credentials), at banks that have it."""
    client_scopes: tuple[str, ...] = ()
    """What such a token may carry; no scope of it opens a customer's data."""
    rotates_refresh_tokens: bool = True
    consent_lifetime: timedelta | None = timedelta(days=365)
    """None: the consent rolls on while it is used."""
    lookback: timedelta = timedelta(days=730)
    one_redirect_uri: bool = False
    second_factor_by_risk: bool = False
    """Whether the bank may do without a second factor; a login with `+trusted` is one of which it sees no risk."""
    internal_error: str = "server_error"
    """The `error` of a failure of ours, where a bank has a word of its own for it."""
    strict: Demands = STRICT
    """What the bank itself demands; `easy` and `fapi2` are the same everywhere."""
    refresh_scope: str = ""
    """The scope without which there is no refresh token, at banks that have one (offline_access)."""

    authorization_details: Mapping[str, Callable[[Consent, Sequence[Account], datetime], Mapping[str, object]]] = field(
        default_factory=dict
    )
    """The types of `authorization_details` that the bank knows (RFC 9396), each with how it tells at an instant what
    was granted; with the accounts of the consent."""

    @property
    def grant_types(self) -> tuple[str, ...]:
        own = ("client_credentials",) if self.client_token_path else ()
        return ("authorization_code", "refresh_token", *own)

    @property
    def back_channel(self) -> list[str]:
        """The paths at which clients prove themselves."""
        paths = (
            self.token_path,
            self.refresh_path,
            self.client_token_path,
            self.pushed_authorization_path,
            self.introspection_path,
            self.revocation_path,
        )
        return [path for path in paths if path]

    def demands(self, client: Client) -> Demands:
        return {Profile.EASY: EASY, Profile.STRICT: self.strict, Profile.FAPI2: FAPI2}[client.profile]

    def unattended_reads(self, client: Client) -> int | None:
        return self.demands(client).unattended_reads if client.unattended_reads is None else client.unattended_reads

    def rotates(self, client: Client) -> bool:
        """Whether a refresh token works once. RFC 9700 4.14 wants it of public clients; FAPI 2.0 wants none of it."""
        told = self.demands(client).rotates_refresh_tokens
        return self.rotates_refresh_tokens if told is None else told


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
