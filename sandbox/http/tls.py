"""HTTPS on a second port: the same application, to clients that may show a certificate of their own (RFC 8705).

Uvicorn keeps the certificate of whoever is connected to itself; here it is told to the application, as ASGI's extension
`tls` has it.
"""

import asyncio
import ssl
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from sandbox.http.whole import WholeProtocol
from sandbox.oauth.authority import Pair

Registered = Callable[[], Iterable[bytes]]
"""The certificates, DER, that clients signed themselves and registered."""


class TlsProtocol(WholeProtocol):
    shown: dict[str, Any]

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        der = transport.get_extra_info("ssl_object").getpeercert(True)
        self.shown = {"tls": {"client_cert_chain": [ssl.DER_cert_to_PEM_cert(der)] if der else []}}

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["extensions"] = self.shown


def context(server: Pair, authority: str, registered: Registered) -> ssl.SSLContext:
    """Clients may show a certificate, and one that they show has to be good: signed by the `authority` (PEM), or
    registered. What is registered is looked up at every handshake, since any process may have registered it."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    made.verify_mode = ssl.CERT_OPTIONAL
    made.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN  # a registered certificate is its own anchor
    made.load_verify_locations(cadata=authority)
    made.set_alpn_protocols(["http/1.1"])
    with tempfile.TemporaryDirectory(prefix="sandbank-tls-") as folder:  # the library reads files alone
        chain = Path(folder) / "chain.pem"
        chain.touch(mode=0o600)
        chain.write_text(server.private_key + server.certificate)
        made.load_cert_chain(chain)
    trusted: set[bytes] = set()

    def take_in(_socket: object, _name: str | None, here: ssl.SSLContext) -> None:
        for certificate in registered():
            if certificate not in trusted:
                trusted.add(certificate)
                here.load_verify_locations(cadata=certificate)

    made.sni_callback = take_in
    return made
