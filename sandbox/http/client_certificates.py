"""Clients' certificates that a proxy in front has seen and passes on in a header (RFC 9440).

Anybody can send a header: this one is believed only where the server was told its name, and only from a proxy that is
trusted. Such a proxy takes the header out of what clients send.
"""

import ssl
from base64 import b64decode
from collections.abc import Callable
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from urllib.parse import unquote

from sandbox.http.message import Request, Response
from sandbox.kernel.errors import BadRequest
from sandbox.oauth.certificates import read

Respond = Callable[[Request], Response]
Networks = tuple[IPv4Network | IPv6Network, ...]

LOOPBACK = "127.0.0.0/8,::1"


class CertificateUnreadable(BadRequest):
    rule = "A proxy passes a client's certificate on as RFC 9440 writes it, or as PEM in percent encoding."


def networks(text: str) -> Networks:
    """Of ADDRESS[/BITS],… Raises ValueError."""
    return tuple(ip_network(one.strip(), strict=False) for one in text.split(","))


def client_certificates(header: str, proxies: str | None) -> Callable[[Respond], Respond]:
    name, trusted = header.lower(), networks(proxies or LOOPBACK)

    def layer(inner: Respond) -> Respond:
        def respond(request: Request) -> Response:
            shown = request.headers.get(name)
            if shown and request.certificate is None and _within(request.peer, trusted):
                request.certificate = der(shown)
            return inner(request)

        return respond

    return layer


def _within(peer: str, trusted: Networks) -> bool:
    try:
        address = ip_address(peer.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None) or address
    return any(mapped in network for network in trusted)


def der(shown: str) -> bytes:
    """A certificate from a header: `:base64:` (RFC 9440 2.1), or PEM in percent encoding, as nginx has it. Raises
    CertificateUnreadable."""
    try:
        made = b64decode(shown[1:-1], validate=True) if shown[0] == ":" else ssl.PEM_cert_to_DER_cert(unquote(shown))
        read(made)
    except ValueError:
        raise CertificateUnreadable("the header with the client's certificate cannot be read") from None
    return made
