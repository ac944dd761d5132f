"""What the banks ask of a client: by profile, and side by side."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import timedelta

from docs.parts.banks import banks, length
from docs.parts.markdown import code, table
from sandbox.dialect.policy import EASY, FAPI2, METHODS, Demands, OAuthPolicy

DEMANDS: Mapping[str, str] = {
    "code_challenge": "PKCE (S256), of confidential clients as well",
    "pushed_request": "authorization requests are pushed (PAR)",
    "state": "a `state` where there is no PKCE",
    "auth_methods": "ways to prove oneself",
    "sender_constrained": "tokens are bound to a key (DPoP) or a certificate (mTLS)",
    "dpop_nonce": "DPoP proofs carry the server's nonce",
    "issuer_audience": "`aud` of an assertion is the issuer alone",
    "own_refresh_path": "refreshing at the bank's refresh path only, where it has one",
    "rotates_refresh_tokens": "refresh tokens rotate",
    "unattended_reads": "reads a day of a consent while its customer is away",
    "longest_code": "a code lives at most",
    "id_token_algs": "ID tokens are signed by",
    "longest_assertion": "what a client signs is good for at most",
    "dated_request_objects": "request objects have `nbf` and `exp`",
}
"""Every demand in words. One that is missing here fails the build."""


def profiles() -> str:
    columns = [EASY, *(bank.oauth.strict for bank in banks().values()), FAPI2]
    head = ("What is asked for", "`easy`", *(f"`strict`, {bank.name}" for bank in banks().values()), "`fapi2`")
    rows = (
        (DEMANDS[field.name], *(_said(field.name, getattr(column, field.name)) for column in columns))
        for field in fields(Demands)
    )
    return table(head, rows)


def _said(name: str, value: object) -> str:
    if name == "auth_methods":
        return "any" if value == METHODS else "by key or certificate"
    if name == "rotates_refresh_tokens" and value is None:
        return "as the bank does"
    if value is None:
        return "any number"
    if isinstance(value, bool):
        return "yes" if value else "–"
    if isinstance(value, timedelta):
        return length(value)
    return ", ".join(map(code, value)) if isinstance(value, tuple) else str(value)


POLICIES: Mapping[str, Callable[[OAuthPolicy], str]] = {
    "Scopes": lambda policy: ", ".join(map(code, policy.scopes)),
    "A code lives": lambda policy: length(policy.code_lifetime),
    "An access token lives": lambda policy: length(policy.access_lifetime),
    "An access token is": lambda policy: (
        f"a JWT (RFC 9068), {policy.access_token_alg}" if policy.access_token_alg else "opaque"
    ),
    "A refresh token lives": lambda policy: length(policy.refresh_lifetime),
    "A refresh token": lambda policy: "works once" if policy.rotates_refresh_tokens else "goes on",
    "Refreshing at": lambda policy: code(policy.refresh_path or policy.token_path),
    "A consent lasts": lambda policy: length(policy.consent_lifetime) if policy.consent_lifetime else "as it is used",
    "It looks back": lambda policy: length(policy.lookback),
    "Redirect URIs": lambda policy: "one" if policy.one_redirect_uri else "any number",
    "ID tokens, userinfo": lambda policy: "with `openid`" if policy.userinfo_path else "–",
    "`authorization_details`": lambda policy: ", ".join(map(code, policy.authorization_details)) or "–",
    "A client's own token": lambda policy: ", ".join(map(code, policy.client_scopes)) or "–",
    "Opens the bank's app": lambda policy: code(policy.app_path) if policy.app_path else "–",
    "Second factor": lambda policy: "when the bank sees a risk" if policy.second_factor_by_risk else "always",
}


def side_by_side() -> str:
    head = ("", *(bank.name for bank in banks().values()))
    return table(head, ((name, *(said(bank.oauth) for bank in banks().values())) for name, said in POLICIES.items()))
