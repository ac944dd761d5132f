"""HTTPS, as the settings want it: whom the server is to its clients, and whose certificates it takes."""

import ssl
from pathlib import Path
from urllib.parse import urlsplit

from sandbox.cli.ports import EVERYWHERE
from sandbox.control.services import Services
from sandbox.http import tls
from sandbox.oauth.authority import Pair
from sandbox.oauth.certificates import registered


def context(services: Services) -> ssl.SSLContext:
    """Of settings that have been checked."""
    settings, grants = services.settings, services.grants
    if settings.tls_cert and settings.tls_key:
        server = Pair(Path(settings.tls_cert).read_text(), Path(settings.tls_key).read_text())
    else:
        public = urlsplit(settings.public_url).hostname if settings.public_url else None
        named = (settings.host, public)
        server = services.authority.of_server([host for host in named if host and host not in EVERYWHERE])
    return tls.context(
        server,
        services.authority.certificate,
        lambda: [der for client in grants.self_signed() for der in registered(client.jwks)],
    )
