"""No parameter more than once (RFC 6749 3.1)."""

from sandbox.oauth.rules.request import AuthorizationRequest


def single_values(request: AuthorizationRequest) -> None:
    for name, values in request.values.items():
        if len(values) > 1 and name != "resource":  # RFC 8707 lets `resource` be repeated
            request.refuse("invalid_request", f"{name} is given {len(values)} times", parameter=name)
