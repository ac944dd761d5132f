"""PKCE with S256 (RFC 7636, RFC 9700 2.1.1): for public clients always, for others as their profile demands."""

import re

from sandbox.oauth.rules.request import AuthorizationRequest

CHALLENGE = re.compile(r"[A-Za-z0-9\-._~]{43,128}")


def code_challenge(request: AuthorizationRequest) -> None:
    challenge, method = request.value("code_challenge"), request.value("code_challenge_method")
    if not challenge:
        if method:
            request.refuse("invalid_request", "code_challenge_method is given without code_challenge")
        if request.demands.code_challenge or not request.known_client.confidential:
            request.refuse("invalid_request", "code_challenge is missing, and this client needs PKCE")
        return
    if method != "S256":
        request.refuse("invalid_request", "code_challenge_method has to be S256", asked=method)
    if not CHALLENGE.fullmatch(challenge):
        request.refuse("invalid_request", "code_challenge has to be 43 to 128 characters of base64url")
    request.code_challenge = challenge
