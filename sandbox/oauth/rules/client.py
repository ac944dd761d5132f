"""The client is registered at this bank (RFC 6749 2.2)."""

from sandbox.oauth.rules.request import AuthorizationRequest


def known_client(request: AuthorizationRequest) -> None:
    client_id = request.value("client_id")
    if not client_id:
        request.refuse("invalid_request", "client_id is missing")
    request.client = request.find_client(request.bank.slug, client_id)
    if request.client is None:
        request.refuse(
            "invalid_client",
            f"no client {client_id!r} is registered at {request.bank.name}",
            client_id=client_id,
        )
