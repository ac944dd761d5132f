"""A request may be named by the reference under which it was pushed; what was pushed counts, and nothing beside it
(RFC 9126 4). References to documents elsewhere are never fetched (RFC 9101 5.2.2, 10.4)."""

from urllib.parse import urlsplit

from sandbox.oauth.rules.redirect_uri import answer_to_client
from sandbox.oauth.rules.request import AuthorizationRequest


def request_uri(request: AuthorizationRequest) -> None:
    if "request_uri" not in request.values:
        return
    reference = request.value("request_uri")
    if urlsplit(reference).scheme in ("http", "https"):
        answer_to_client(request)
        request.refuse("request_uri_not_supported", "request_uri has to be one that was pushed here", asked=reference)
    if "request" in request.values:
        request.refuse("invalid_request", "request and request_uri exclude each other")
    pushed = request.pull(request.known_client, reference)
    if isinstance(pushed, str):
        request.refuse("invalid_request_uri", pushed)
    request.values, request.signed = pushed.values, pushed.signed
    request.request_uri, request.pushed = reference, True
