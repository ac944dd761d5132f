"""A request may name the key to which its code is bound, by the key's thumbprint (RFC 9449 10). The proof that comes
with a pushed request names it as well (10.1)."""

import re

from sandbox.oauth.rules.request import AuthorizationRequest

THUMBPRINT = re.compile(r"[A-Za-z0-9_-]{43}")


def dpop_jkt(request: AuthorizationRequest) -> None:
    named, proven = request.value("dpop_jkt"), request.proven_key
    if named and not THUMBPRINT.fullmatch(named):
        request.refuse("invalid_request", "dpop_jkt has to be a SHA-256 thumbprint in base64url", asked=named[:100])
    if named and proven and named != proven:
        request.refuse("invalid_dpop_proof", "dpop_jkt is another key than the proof's", dpop_jkt=named, proof=proven)
    request.dpop_jkt = named or proven
    if proven:
        request.values = {**request.values, "dpop_jkt": [proven]}
