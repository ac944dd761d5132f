"""Citi's OAuth habits: the country in the token path, a path of its own for refreshing, tokens that end in pairs.
Sources: the portal's guide and FAQ (us_banks 3.4)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from sandbox.dialect import commerce
from sandbox.dialect.call import Call, Reply
from sandbox.dialect.policy import STRICT, Issued, OAuthPolicy, Skin
from sandbox.ledger.clusters import Cluster

BASE = "/gcb/api/authCode/oauth2"

SCOPES: Mapping[str, tuple[Cluster, ...]] = {
    "accounts_details_transactions": (
        Cluster.ACCOUNT_BASIC,
        Cluster.ACCOUNT_DETAILED,
        Cluster.BALANCES,
        Cluster.TRANSACTIONS,
        Cluster.STATEMENTS,
        Cluster.PAYMENT_SUPPORT,
        Cluster.INVESTMENTS,
    ),
    "customers_profiles": (Cluster.CUSTOMER_CONTACT,),
    "pay_with_points": (Cluster.REWARDS,),
}


def token_members(issued: Issued) -> Mapping[str, object]:
    return {"refresh_token_expires_in": issued.refresh_expires_in}


POLICY = OAuthPolicy(
    authorization_path=f"{BASE}/authorize",
    token_path=f"{BASE}/token/us/gcb",
    refresh_path=f"{BASE}/refresh",
    revocation_path=f"{BASE}/revoke",
    pushed_authorization_path=f"{BASE}/par",
    registration_path=f"{BASE}/register",
    introspection_path=f"{BASE}/introspect",
    jwks_path=f"{BASE}/jwks",
    client_token_path="/gcb/api/clientCredentials/oauth2/token/us/gcb",
    client_scopes=("/api",),
    scopes={**SCOPES, **commerce.SCOPES},
    default_scope=" ".join((*SCOPES, *commerce.SCOPES)),
    token_members=token_members,
    token_type="bearer",
    code_lifetime=timedelta(seconds=120),
    access_lifetime=timedelta(minutes=30),
    refresh_lifetime=timedelta(days=30),
    rotates_refresh_tokens=True,
    consent_lifetime=timedelta(days=365),
    lookback=timedelta(days=365),
    second_factor_by_risk=True,
    strict=replace(STRICT, code_challenge=False),
)


def exchange_elsewhere(call: Call) -> Reply:
    """The token path of another country, which a common mistake leads to: never a token, whatever is sent."""
    country, business = call.path["countryCode"], call.path["businessCode"]
    asked = f"{country}/{business}" if f"{country}{business}".isalnum() and f"{country}{business}".isascii() else "that"
    return Reply(
        {
            "error": "invalid_request",
            "error_description": f"No token is issued for {asked} here; use /authCode/oauth2/token/us/gcb.",
        },
        400,
        headers={"Cache-Control": "no-store", "Pragma": "no-cache"},
    )


SKIN = Skin(
    accent="#1a5f48",
    accent_dark="#8fd4b6",
    ink="#15261f",
    paper="#f1f6f2",
    emblem="grove",
    tagline="Room to grow",
    dashboard="Connected third parties",
)
