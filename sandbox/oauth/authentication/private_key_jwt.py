"""By a short JWT that the client signs with its own key (RFC 7523 2.2, OIDC Core 9).

`client_secret_jwt`, the same with a shared secret, is not offered.
"""

from sandbox.oauth.authentication.shown import ASSERTION_TYPE, Shown, unproven
from sandbox.oauth.signed import Claims, Unproven


def by_private_key(shown: Shown) -> None:
    kind = shown.form.get("client_assertion_type", "")
    if kind != ASSERTION_TYPE:
        raise unproven(f"client_assertion_type has to be {ASSERTION_TYPE}", shown=kind[:200])
    if not shown.form.get("client_assertion"):
        raise unproven("client_assertion is missing")
    try:
        claims = shown.signatures.claims(shown.client, shown.form["client_assertion"])
        _check_parties(shown, claims)
        shown.signatures.check_times(claims, longest=shown.demands.longest_assertion)
        shown.signatures.use(shown.client, "client assertion", claims)
    except Unproven as flaw:
        raise unproven(f"the client assertion: {flaw.description}", **flaw.facts) from None


def _check_parties(shown: Shown, claims: Claims) -> None:
    for name in ("iss", "sub"):
        if claims.get(name) != shown.client.client_id:
            raise Unproven(f"`{name}` was {claims.get(name)!r:.200}, expected the client_id {shown.client.client_id!r}")
    audience, expected = claims.get("aud"), audiences(shown)
    if shown.demands.issuer_audience:
        good = audience == shown.issuer
    else:
        good = any(one in expected for one in (audience if isinstance(audience, list) else [audience]))
    if not good:
        raise Unproven(
            f"`aud` was {audience!r:.300}, expected {' or '.join(expected)}", aud=audience, expected=expected
        )


def audiences(shown: Shown) -> list[str]:
    """How the bank may be called: by its issuer or, unless the profile says otherwise, by the address of one of the
    endpoints at which clients prove themselves (RFC 7523 3, RFC 9126 2)."""
    if shown.demands.issuer_audience:
        return [shown.issuer]
    return [shown.issuer, *(shown.issuer + path for path in shown.bank.oauth.back_channel)]
