"""Fetching a small document from another machine: behind the guard, in a few seconds, without following anybody."""

import socket
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPConnection, HTTPException
from threading import Timer

from sandbox.outbound.guard import Guard, Target

LONGEST = 64 * 1024
"""Bytes of a body."""
PATIENCE = 3.0
"""Seconds for everything: connecting, the handshake, the last byte."""


class Unreachable(Exception):
    """Nothing of use came back; the text says what did."""


@dataclass(frozen=True, slots=True)
class Heard:
    """An answer, whatever it says."""

    status: int
    reason: str
    headers: Message
    body: bytes
    """Its first LONGEST bytes, and one more where there are more."""


class _Pinned(HTTPConnection):
    """A connection to one address that the guard has seen, whatever its name points to by now."""

    def __init__(self, target: Target, address: str, patience: float) -> None:
        host = f"[{target.host}]" if ":" in target.host else target.host
        super().__init__(host, target.port, timeout=patience)
        self.target = target
        self.address = address
        self.patience = patience
        self.opened: socket.socket | None = None
        """What http.client lets go of once it has read the head of an answer."""
        self.was_cut = False

    def connect(self) -> None:
        self.opened = self.sock = socket.create_connection((self.address, self.target.port), self.patience)
        if self.target.scheme == "https":
            context = ssl.create_default_context()
            self.opened = self.sock = context.wrap_socket(self.sock, server_hostname=self.target.host)


def fetch(guard: Guard, url: str) -> bytes:
    """The body that stands at the URL. Raises guard.Refused or Unreachable."""
    heard = ask(guard, url, {"Accept": "application/json", "User-Agent": "Sandbank"})
    if 300 <= heard.status < 400:
        raise Unreachable(f"it redirects to {heard.headers.get('Location', 'nowhere')[:200]}, which is not followed")
    if heard.status != 200:
        raise Unreachable(f"it answers {heard.status}")
    if len(heard.body) > LONGEST:
        raise Unreachable(f"its body is longer than {LONGEST} bytes")
    return heard.body


def ask(
    guard: Guard,
    url: str,
    headers: Mapping[str, str],
    *,
    method: str = "GET",
    body: bytes | None = None,
    patience: float = PATIENCE,
) -> Heard:
    """What is answered at the URL, within `patience` seconds for everything. Raises guard.Refused or Unreachable."""
    target = guard.target(url)
    try:
        address = guard.addresses(target)[0]
    except OSError as error:
        raise Unreachable(f"{target.host} cannot be found: {error}") from None
    connection = _Pinned(target, address, patience)
    late = Timer(patience, _cut, (connection,))
    late.daemon = True
    late.start()
    heard, problem = None, ""
    try:
        connection.request(method, target.path, body=body, headers=dict(headers))
        response = connection.getresponse()
        heard = Heard(response.status, response.reason, response.headers, response.read(LONGEST + 1))
    except (OSError, HTTPException) as error:
        problem = str(error) or type(error).__name__
    finally:
        late.cancel()
        connection.close()
    if connection.was_cut or heard is None:
        why = f"it takes longer than {patience:.0f} s" if connection.was_cut else problem
        raise Unreachable(f"{target.host}:{target.port} did not answer: {why}")
    return heard


def _cut(connection: _Pinned) -> None:
    """Whoever drips its answer byte by byte is cut off."""
    connection.was_cut = True
    if connection.opened is not None:
        with suppress(OSError):
            connection.opened.shutdown(socket.SHUT_RDWR)
