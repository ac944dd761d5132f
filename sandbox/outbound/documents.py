"""Fetching a small document from another machine: behind the guard, in a few seconds, without following anybody."""

import socket
import ssl
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from threading import Timer

from sandbox.outbound.guard import Guard, Target

LONGEST = 64 * 1024
"""Bytes of a body."""
PATIENCE = 3.0
"""Seconds for everything: connecting, the handshake, the last byte."""


class Unreachable(Exception):
    """Nothing of use came back; the text says what did."""


class _Pinned(HTTPConnection):
    """A connection to one address that the guard has seen, whatever its name points to by now."""

    def __init__(self, target: Target, address: str) -> None:
        host = f"[{target.host}]" if ":" in target.host else target.host
        super().__init__(host, target.port, timeout=PATIENCE)
        self.target = target
        self.address = address
        self.opened: socket.socket | None = None
        """What http.client lets go of once it has read the head of an answer."""
        self.was_cut = False

    def connect(self) -> None:
        self.opened = self.sock = socket.create_connection((self.address, self.target.port), PATIENCE)
        if self.target.scheme == "https":
            context = ssl.create_default_context()
            self.opened = self.sock = context.wrap_socket(self.sock, server_hostname=self.target.host)


def fetch(guard: Guard, url: str) -> bytes:
    """The body that stands at the URL. Raises guard.Refused or Unreachable."""
    target = guard.target(url)
    try:
        address = guard.addresses(target)[0]
    except OSError as error:
        raise Unreachable(f"{target.host} cannot be found: {error}") from None
    connection = _Pinned(target, address)
    late = Timer(PATIENCE, _cut, (connection,))
    late.daemon = True
    late.start()
    try:
        body, problem = _body(connection, target), ""
    except (OSError, HTTPException) as error:
        body, problem = b"", str(error) or type(error).__name__
    finally:
        late.cancel()
        connection.close()
    if connection.was_cut or problem:
        why = f"it takes longer than {PATIENCE:.0f} s" if connection.was_cut else problem
        raise Unreachable(f"{target.host}:{target.port} did not answer: {why}")
    return body


def _body(connection: _Pinned, target: Target) -> bytes:
    connection.request("GET", target.path, headers={"Accept": "application/json", "User-Agent": "Sandbank"})
    response = connection.getresponse()
    if 300 <= response.status < 400:
        raise Unreachable(f"it redirects to {response.headers.get('Location', 'nowhere')[:200]}, which is not followed")
    if response.status != 200:
        raise Unreachable(f"it answers {response.status}")
    body = response.read(LONGEST + 1)
    if len(body) > LONGEST:
        raise Unreachable(f"its body is longer than {LONGEST} bytes")
    return body


def _cut(connection: _Pinned) -> None:
    """Whoever drips its answer byte by byte is cut off."""
    connection.was_cut = True
    if connection.opened is not None:
        with suppress(OSError):
            connection.opened.shutdown(socket.SHUT_RDWR)
