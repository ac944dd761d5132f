"""The port, taken before anything else: whoever cannot have it is told at once."""

import errno
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from sandbox.cli.failures import Unusable

Socket = socket.socket
EVERYWHERE = ("0.0.0.0", "::", "")


@contextmanager
def bound(host: str, port: int) -> Iterator[Socket]:
    """A socket that has the address but does not listen yet. Raises Unusable."""
    try:
        found = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (socket.gaierror, UnicodeError) as error:
        raise Unusable(f"--host {host!r} is no address of this machine: {error}") from None
    family, kind, protocol, _, address = min(found, key=lambda one: one[0] != socket.AF_INET)
    taken = socket.socket(family, kind, protocol)
    try:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(address)
    except OSError as error:
        taken.close()
        raise Unusable(_explained(host, port, error)) from None
    with taken:
        yield taken


def _explained(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        other = port + 1 if port < 65535 else 8080
        return (
            f"port {port} on {host} is in use by another program. "
            f"Choose another with --port {other} (or SANDBANK_PORT), or --port 0 for any free one."
        )
    if error.errno == errno.EACCES:
        return f"port {port} may not be used without privileges. Choose one above 1023 with --port."
    if error.errno == errno.EADDRNOTAVAIL:
        return f"--host {host} is not an address of this machine; 127.0.0.1 is, and 0.0.0.0 means all of them."
    return f"cannot listen on {host}:{port}: {error}"


def url(host: str, taken: Socket) -> str:
    """How to call the server from this machine."""
    port = taken.getsockname()[1]
    if host in EVERYWHERE:
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
