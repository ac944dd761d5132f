"""HTTPS, as the settings want it: whom the server is to its clients, and whose certificates it takes."""

import ssl
from pathlib import Path
from urllib.parse import urlsplit

from sandbox.cli.ports import EVERYWHERE
from sandbox.control.services import Services
from sandbox.http import tls
from sandbox.http.hosts import GRAPH
from sandbox.oauth.authority import Pair
from sandbox.oauth.certificates import registered


def contexts(services: Services) -> list[ssl.SSLContext]:
    """Of settings that have been checked: for each of their ports, in the order in which `serve` takes them."""
    settings = services.settings
    made = [_context(services, _of_server(services))] if settings.tls_port is not None else []
    if settings.messenger_tls is not None:
        made.append(_context(services, services.authority.of_server((*GRAPH, *_names(services)))))
    return made


def _of_server(services: Services) -> Pair:
    settings = services.settings
    if settings.tls_cert and settings.tls_key:
        return Pair(Path(settings.tls_cert).read_text(), Path(settings.tls_key).read_text())
    return services.authority.of_server(_names(services))


def _names(services: Services) -> list[str]:
    """What the server is called, beside this machine's own names."""
    settings = services.settings
    public = urlsplit(settings.public_url).hostname if settings.public_url else None
    return [host for host in (settings.host, public) if host and host not in EVERYWHERE]


def _context(services: Services, server: Pair) -> ssl.SSLContext:
    grants = services.grants
    return tls.context(
        server,
        services.authority.certificate,
        lambda: [der for client in grants.self_signed() for der in registered(client.jwks)],
    )
