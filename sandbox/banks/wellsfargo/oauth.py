"""Wells Fargo's OAuth habits, all reconstructed: a scope per data cluster, short access tokens, refresh tokens that
work once, pushed requests for strict clients. Source: us_banks 2.4 and 6 B."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from sandbox.banks.wellsfargo import consents
from sandbox.dialect import commerce
from sandbox.dialect.policy import STRICT, Issued, OAuthPolicy, Skin
from sandbox.ledger.clusters import Cluster

BASE = "/oauth2/v1"

SCOPES = {
    Cluster.ACCOUNT_BASIC: "fdx:accountbasic:read",
    Cluster.ACCOUNT_DETAILED: "fdx:accountdetailed:read",
    Cluster.BALANCES: "fdx:balances:read",
    Cluster.TRANSACTIONS: "fdx:transactions:read",
    Cluster.STATEMENTS: "fdx:statements:read",
    Cluster.IMAGES: "fdx:images:read",
    Cluster.CUSTOMER_CONTACT: "fdx:customercontact:read",
    Cluster.CUSTOMER_PERSONAL: "fdx:customerpersonal:read",
    Cluster.PAYMENT_SUPPORT: "fdx:paymentsupport:read",
    Cluster.BILLS: "fdx:bills:read",
    Cluster.REWARDS: "fdx:rewards:read",
    Cluster.TERMS_AND_CONDITIONS: "fdx:termsandconditions:read",
    Cluster.INVESTMENTS: "fdx:investments:read",
}
OFFLINE = "offline_access"
FDX_REGISTRATION = (
    "description",
    "duration_type",
    "duration_period",
    "lookback_period",
    "registry_references",
    "intermediaries",
)
"""FDX recipient registration (us_banks 2.6); the word for its status is reconstructed."""


def token_members(issued: Issued) -> Mapping[str, object]:
    """`grant_id` is the id of the consent."""
    return {"grant_id": issued.consent_id}


POLICY = OAuthPolicy(
    authorization_path=f"{BASE}/authorize",
    token_path=f"{BASE}/token",
    revocation_path=f"{BASE}/revoke",
    introspection_path=f"{BASE}/introspect",
    pushed_authorization_path=f"{BASE}/par",
    registration_path=f"{BASE}/register",
    registration_members=FDX_REGISTRATION,
    registration_status={"status": "APPROVED"},
    jwks_path=f"{BASE}/jwks",
    userinfo_path=f"{BASE}/userinfo",
    access_token_alg="ES256",
    scopes={"openid": (), OFFLINE: (), **{scope: (cluster,) for cluster, scope in SCOPES.items()}, **commerce.SCOPES},
    default_scope=" ".join(("openid", OFFLINE, *SCOPES.values(), *commerce.SCOPES)),
    token_members=token_members,
    access_lifetime=timedelta(seconds=900),
    refresh_lifetime=timedelta(days=365),
    rotates_refresh_tokens=True,
    refresh_scope=OFFLINE,
    consent_lifetime=timedelta(days=365),
    strict=replace(STRICT, pushed_request=True),
    authorization_details={"fdx_v1.0": consents.granted_details},
)

SKIN = Skin(
    accent="#8a3b1f",
    accent_dark="#f2ae92",
    ink="#2a1a14",
    paper="#f9f4ef",
    emblem="mesa",
    tagline="Steady ground, every day",
    dashboard="Control Tower",
)
