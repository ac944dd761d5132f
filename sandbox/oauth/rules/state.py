"""The client's state comes back to the letter, however odd, or not at all (RFC 6749 4.1.1)."""

from sandbox.oauth.rules.request import AuthorizationRequest

LONGEST = 16_384


def state(request: AuthorizationRequest) -> None:
    value = request.value("state")
    if len(value) > LONGEST:
        request.refuse("invalid_request", f"state is longer than {LONGEST} characters")
    request.state = value
    if request.demands.state and not value and not request.value("code_challenge"):
        request.refuse("invalid_request", "a request without code_challenge needs a state")
