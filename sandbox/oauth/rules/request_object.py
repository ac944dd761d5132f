"""A request may come as a JWT that the client signed (RFC 9101); then what it says counts, and nothing beside it."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sandbox.oauth.client_keys import ALGORITHMS, names
from sandbox.oauth.rules.redirect_uri import answer_to_client
from sandbox.oauth.rules.request import AuthorizationRequest
from sandbox.oauth.signed import Unproven

TYPES = ("", "jwt", "oauth-authz-req+jwt")
LONGEST = timedelta(hours=1)
"""From `nbf` to `exp`, where a profile wants both (FAPI 2.0 Message Signing 5.3.1)."""
ENVELOPE = ("iss", "sub", "aud", "exp", "nbf", "iat", "jti")
"""Claims about the object itself."""


def request_object(request: AuthorizationRequest) -> None:
    client, text = request.known_client, request.value("request")
    if request.signed:
        return
    if "request" not in request.values:
        if client.request_object_signing_alg:
            answer_to_client(request)
            request.refuse(
                "invalid_request_object",
                f"this client has to sign its requests with {client.request_object_signing_alg}: request is missing",
            )
        return
    algorithms = names(client.request_object_signing_alg) if client.request_object_signing_alg else ALGORITHMS
    try:
        claims = request.signatures.claims(client, text, algorithms=algorithms, types=TYPES)
        _check(request, claims)
        values = {name: _texts(name, value) for name, value in claims.items() if name not in ENVELOPE}
    except Unproven as flaw:
        answer_to_client(request)
        request.refuse("invalid_request_object", f"the request object: {flaw.description}", **flaw.facts)
    request.values, request.signed = values, True


def _check(request: AuthorizationRequest, claims: Mapping[str, Any]) -> None:
    client, audience = request.known_client, claims.get("aud")
    for name in ("iss", "client_id"):
        if claims.get(name) != client.client_id:
            raise Unproven(f"`{name}` was {claims.get(name)!r:.200}, expected the client_id {client.client_id!r}")
    if request.issuer not in (audience if isinstance(audience, list) else [audience]):
        raise Unproven(f"`aud` was {audience!r:.300}, expected the issuer {request.issuer}")
    nested = [name for name in ("request", "request_uri") if name in claims]
    if nested:
        raise Unproven(f"`{nested[0]}` cannot stand inside a request object")
    dated = request.demands.dated_request_objects
    request.signatures.check_times(claims, longest=None, needed=("nbf", "exp") if dated else ())
    if dated and claims["exp"] - claims["nbf"] > LONGEST.total_seconds():
        raise Unproven(f"`exp` lies more than {LONGEST.total_seconds():.0f} s after `nbf`")


def _texts(name: str, value: object) -> list[str]:
    """A claim as the parameter would have been written; `resource` may have several values (RFC 8707)."""
    if isinstance(value, str):
        return [value]
    if name == "resource" and isinstance(value, list) and all(isinstance(one, str) for one in value):
        return value
    return [json.dumps(value)]
