"""The redirect URI is one of the client's, to the letter (RFC 9700 2.1, 4.1.3).

One exception: where a loopback IP address is registered, any port of it will do (RFC 8252 7.3). The demo client's
registration, `http://localhost`, stands for every loopback URL, so that it serves whatever a developer runs.
"""

from urllib.parse import SplitResult, urlsplit

from sandbox.ledger.clients import Client
from sandbox.oauth.rules.request import AuthorizationRequest

ANY_LOOPBACK = "loopback:*"
"""A registration that only the sandbox's own demo client has."""
LOOPBACK_ADDRESSES = ("127.0.0.1", "::1")


def registered_redirect_uri(request: AuthorizationRequest) -> None:
    client = request.known_client
    asked = request.value("redirect_uri")
    if asked:
        if not allowed(client, asked):
            request.refuse(
                "invalid_request",
                "redirect_uri is not one that the client registered",
                asked=asked,
                registered=list(client.redirect_uris),
                differs_at=max(first_difference(asked, one) for one in client.redirect_uris),
            )
        request.redirect_uri = request.asked_redirect_uri = asked
    elif len(client.redirect_uris) == 1 and client.redirect_uris[0] != ANY_LOOPBACK:
        request.redirect_uri = client.redirect_uris[0]
    else:
        request.refuse("invalid_request", "redirect_uri is missing, and the client registered more than one")


def answer_to_client(request: AuthorizationRequest) -> None:
    """Lets a refusal go to the client before its request is read, where the redirect URI beside it is a good one."""
    asked = request.value("redirect_uri")
    if asked and allowed(request.known_client, asked):
        request.redirect_uri, request.state = asked, request.value("state")


def allowed(client: Client, asked: str) -> bool:
    return any(asked == registered or _same_loopback(registered, asked) for registered in client.redirect_uris)


def _same_loopback(registered: str, asked: str) -> bool:
    if registered == ANY_LOOPBACK:
        return _is_loopback(asked, (*LOOPBACK_ADDRESSES, "localhost"))
    if not _is_loopback(registered, LOOPBACK_ADDRESSES) or not _is_loopback(asked, LOOPBACK_ADDRESSES):
        return False
    return _without_port(urlsplit(registered)) == _without_port(urlsplit(asked))


def _is_loopback(uri: str, hosts: tuple[str, ...]) -> bool:
    try:
        parts = urlsplit(uri)
        _ = parts.port  # raises for what is no port
    except ValueError:
        return False
    plain = parts.username is None and parts.password is None and not parts.fragment and "#" not in uri
    return parts.scheme == "http" and parts.hostname in hosts and plain and uri.isascii() and uri.isprintable()


def _without_port(parts: SplitResult) -> tuple[str, str | None, str, str]:
    return parts.scheme, parts.hostname, parts.path, parts.query


def first_difference(one: str, other: str) -> int:
    """The first character, counted from 1, in which they differ."""
    pairs = enumerate(zip(one, other, strict=False), start=1)
    return next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)) + 1)
