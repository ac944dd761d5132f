"""Chase's OAuth habits: one scope, one redirect URI, no end to a consent that is used. Source: us_banks 3.1."""

from collections.abc import Mapping
from datetime import timedelta

from sandbox.dialect import commerce
from sandbox.dialect.policy import Issued, OAuthPolicy, Skin
from sandbox.kernel.clock import to_millis
from sandbox.ledger.clusters import Cluster

BASE = "/aggregator-oauth/v1"


CLUSTERS = (
    Cluster.ACCOUNT_BASIC,
    Cluster.ACCOUNT_DETAILED,
    Cluster.BALANCES,
    Cluster.TRANSACTIONS,
    Cluster.STATEMENTS,
    Cluster.CUSTOMER_CONTACT,
    Cluster.CUSTOMER_PERSONAL,
    Cluster.PAYMENT_SUPPORT,
    Cluster.INVESTMENTS,
    Cluster.REWARDS,
)
"""What the bank's one scope opens."""


def token_members(issued: Issued) -> Mapping[str, object]:
    """`consented_on` in seconds since 1970, and how long the refresh token lives."""
    return {
        "consented_on": to_millis(issued.consented_at) // 1000,
        "refresh_token_expires_in": issued.refresh_expires_in,
    }


POLICY = OAuthPolicy(
    authorization_path=f"{BASE}/authorize",
    app_path=f"{BASE}/mobile/authorize",
    token_path=f"{BASE}/token",
    revocation_path=f"{BASE}/revoke",
    pushed_authorization_path=f"{BASE}/par",
    registration_path=f"{BASE}/register",
    introspection_path=f"{BASE}/introspect",
    jwks_path=f"{BASE}/jwks",
    scopes={"aggregator": CLUSTERS, **commerce.SCOPES},
    default_scope=f"aggregator {commerce.DEFAULT_SCOPE}",
    token_members=token_members,
    token_type="bearer",
    code_lifetime=timedelta(seconds=60),
    access_lifetime=timedelta(minutes=15),
    refresh_lifetime=timedelta(days=365),
    rotates_refresh_tokens=False,
    consent_lifetime=None,
    lookback=timedelta(days=731),
    one_redirect_uri=True,
    internal_error="internal_server_error",
)

SKIN = Skin(
    accent="#0f5a73",
    accent_dark="#84cbe2",
    ink="#11242c",
    paper="#eff5f7",
    emblem="tide",
    tagline="Your money, in plain view",
    dashboard="Linked apps and websites",
)
