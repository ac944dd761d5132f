"""Strict clients push their authorization request over the back channel, where the bank demands it (RFC 9126)."""

from sandbox.oauth.rules.request import AuthorizationRequest


def pushed_request(request: AuthorizationRequest) -> None:
    if request.strict and request.bank.oauth.strict_par and not request.pushed:
        request.refuse("invalid_request", "this client has to push its request: request_uri is missing")
