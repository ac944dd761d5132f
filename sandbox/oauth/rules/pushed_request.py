"""Clients push their authorization requests over the back channel, where their profile or they themselves demand it
(RFC 9126)."""

from sandbox.oauth.rules.request import AuthorizationRequest


def pushed_request(request: AuthorizationRequest) -> None:
    wanted = request.demands.pushed_request or request.known_client.require_pushed_authorization_requests
    if wanted and not request.pushed:
        request.refuse("invalid_request", "this client has to push its request: request_uri is missing")
