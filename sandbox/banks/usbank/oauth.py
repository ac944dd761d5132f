"""U.S. Bank's OAuth habits; all reconstructed (us_banks 3.3 knows that there is consent, not how)."""

from collections.abc import Mapping
from datetime import timedelta

from sandbox.dialect import commerce
from sandbox.dialect.policy import Issued, OAuthPolicy, Skin
from sandbox.ledger.clusters import Cluster

BASE = "/auth/oauth2/v1"

SCOPES: Mapping[str, tuple[Cluster, ...]] = {
    "openid": (),
    "accounts": (Cluster.ACCOUNT_BASIC, Cluster.ACCOUNT_DETAILED, Cluster.BALANCES, Cluster.INVESTMENTS),
    "transactions": (Cluster.TRANSACTIONS,),
    "statements": (Cluster.STATEMENTS,),
    "identity": (Cluster.CUSTOMER_CONTACT, Cluster.CUSTOMER_PERSONAL),
    "payment-networks": (Cluster.PAYMENT_SUPPORT,),
}

CLUSTERS = tuple(cluster for covered in SCOPES.values() for cluster in covered)


def token_members(_issued: Issued) -> Mapping[str, object]:
    return {}


POLICY = OAuthPolicy(
    authorization_path=f"{BASE}/authorize",
    token_path=f"{BASE}/token",
    revocation_path=f"{BASE}/revoke",
    pushed_authorization_path=f"{BASE}/par",
    registration_path=f"{BASE}/register",
    introspection_path=f"{BASE}/introspect",
    jwks_path=f"{BASE}/jwks",
    userinfo_path=f"{BASE}/userinfo",
    scopes={**SCOPES, **commerce.SCOPES},
    default_scope=f"accounts transactions statements identity payment-networks {commerce.DEFAULT_SCOPE}",
    token_members=token_members,
    access_lifetime=timedelta(minutes=30),
    refresh_lifetime=timedelta(days=365),
    rotates_refresh_tokens=True,
    consent_lifetime=timedelta(days=365),
    lookback=timedelta(days=731),
)

SKIN = Skin(
    accent="#4a4382",
    accent_dark="#bdb6f4",
    ink="#1d1b2e",
    paper="#f4f3f9",
    emblem="weave",
    tagline="Every thread accounted for",
    dashboard="My controls",
)
