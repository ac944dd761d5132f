"""The client's nonce comes back in the ID token to the letter (OIDC Core 3.1.2.1), whoever looks at it then."""

from sandbox.oauth.rules.request import AuthorizationRequest

LONGEST = 4_096


def nonce(request: AuthorizationRequest) -> None:
    value = request.value("nonce")
    if len(value) > LONGEST:
        request.refuse("invalid_request", f"nonce is longer than {LONGEST} characters", length=len(value))
    request.nonce = value
