"""A request may name the key to which its code is bound, by the key's thumbprint (RFC 9449 10)."""

import re

from sandbox.oauth.rules.request import AuthorizationRequest

THUMBPRINT = re.compile(r"[A-Za-z0-9_-]{43}")


def dpop_jkt(request: AuthorizationRequest) -> None:
    value = request.value("dpop_jkt")
    if value and not THUMBPRINT.fullmatch(value):
        request.refuse("invalid_request", "dpop_jkt has to be a SHA-256 thumbprint in base64url", asked=value[:100])
    request.dpop_jkt = value
