"""Who may use the control API: whoever sits at this machine, or shows the control token.

A web page in a browser on this machine is not whoever sits at it. Two things give such a page away: it was loaded from
a name of its own that points here (DNS rebinding: the Host header), or it says where it comes from (the Origin header).
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from hmac import compare_digest
from ipaddress import ip_address
from urllib.parse import urlsplit

from sandbox.http.message import Request, Response
from sandbox.http.onion import Layer, Respond
from sandbox.kernel.errors import ControlForbidden
from sandbox.settings import Settings

OPEN = ("/_sandbox/assets/", "/_sandbox/docs", "/_sandbox/openapi.")
READS = ("GET", "HEAD", "OPTIONS")
HINT = "Start the server with --control-token, and send it as `Sandbank-Control-Token` or `Authorization: Bearer`."


def guard(settings: Settings) -> Layer:
    token = settings.control_token
    own_host = urlsplit(settings.public_url).hostname if settings.public_url else None

    def is_ours(host: str) -> bool:
        return host == own_host or is_loopback(host)

    def layer(inner: Respond) -> Respond:
        def respond(request: Request) -> Response:
            if request.path.startswith("/_sandbox") and not request.path.startswith(OPEN):
                check(request, token, is_ours)
            return inner(request)

        return respond

    return layer


def check(request: Request, token: str | None, is_ours: Callable[[str], bool]) -> None:
    """Raises ControlForbidden."""
    headers = request.headers
    if token and shows(headers, token):
        return
    if request.peer == "":  # in process, or by a UNIX socket
        return
    for address in (request.peer, *forwarded_for(headers.get("x-forwarded-for", ""))):
        if not is_loopback(address):
            raise ControlForbidden(f"the call came from {address[:60]}", hint=HINT)
    if not is_ours(hostname(headers.get("host", "localhost"))):
        raise ControlForbidden(
            f"the call was addressed to {headers['host'][:100]!r}, a name that is not this machine's",
            hint="Call it 127.0.0.1 or localhost, or start the server with --public-url.",
        )
    origin = headers.get("origin")
    if origin is not None and request.method not in READS and not is_ours(urlsplit(origin).hostname or ""):
        raise ControlForbidden(f"a page of {origin[:100]!r} may not change the sandbox", hint=HINT)


def shows(headers: Mapping[str, str], token: str) -> bool:
    scheme, _, bearer = headers.get("authorization", "").partition(" ")
    shown = [headers.get("sandbank-control-token", ""), bearer.strip() if scheme.lower() == "bearer" else ""]
    return any(compare_digest(one.encode("utf-8", "replace"), token.encode()) for one in shown)


def forwarded_for(header: str) -> list[str]:
    return [part.strip() for part in header.split(",") if part.strip()]


def hostname(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


@lru_cache(maxsize=1000)
def is_loopback(host: str) -> bool:
    """A loopback address, `localhost`, or a name below it."""
    host = host.strip("[]").lower().rstrip(".")
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback
