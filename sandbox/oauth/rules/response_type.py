"""Only the code flow is offered (RFC 9700 2.1.2), to clients that registered for it."""

from sandbox.oauth.rules.request import AuthorizationRequest


def response_type(request: AuthorizationRequest) -> None:
    asked = request.value("response_type")
    if not asked:
        request.refuse("invalid_request", "response_type is missing")
    if asked != "code":
        request.refuse("unsupported_response_type", "response_type has to be code", asked=asked)
    if not request.known_client.may_use("authorization_code"):
        request.refuse("unauthorized_client", "the client did not register for the code flow")
    mode = request.value("response_mode")
    if mode not in ("", "query"):
        request.refuse("invalid_request", "response_mode has to be query", asked=mode)
