"""Where a request may go: to the hosts that the setting names, and of their addresses to none inside somebody's walls.

A URL that a client wrote could lead to this machine's own services, a cloud's metadata or a router (SSRF; RFC 7591 5,
RFC 9101 10.4). So nothing is reached unless `--allow-outbound` names its host; and what answers to that name is looked
at once more, address by address, for a name may point anywhere and change between two looks.
"""

import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import NamedTuple
from urllib.parse import urlsplit

PORTS = {"http": 80, "https": 443}
ANY = "*"

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Iterable[str]]


class Refused(Exception):
    """The guard does not let a request go there; the text says why and what would."""


class Target(NamedTuple):
    scheme: str
    host: str
    port: int
    path: str
    """With its query."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """One entry of the setting: `HOST`, `HOST:PORT`, or `*` for every public host."""

    host: str
    port: int | None

    def admits(self, host: str, port: int) -> bool:
        return self.port in (None, port) and self.host in (ANY, host)


def allowed(setting: str) -> tuple[Allowed, ...]:
    """Raises ValueError for an entry that is no host."""
    return tuple(_entry(part.strip()) for part in setting.split(",") if part.strip())


def _entry(text: str) -> Allowed:
    parts = urlsplit(f"//{text}")
    if parts.hostname is None or parts.netloc != text or parts.username is not None:
        raise ValueError(f"{text!r} is not HOST or HOST:PORT")
    return Allowed(parts.hostname, parts.port)


def resolve(host: str, port: int) -> list[str]:
    return [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


class Guard:
    def __init__(self, setting: str = "", lookup: Resolve = resolve) -> None:
        self.entries = allowed(setting)
        self.lookup = lookup

    def target(self, url: str) -> Target:
        """What a URL leads to. Raises Refused for one that may not be asked, whatever its name points to."""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port
        except ValueError as error:
            raise Refused(f"the URL cannot be read: {error}") from None
        if parts.scheme not in PORTS or not host or not url.isascii() or not url.isprintable() or " " in url:
            raise Refused("the URL has to be an absolute https URL")
        if parts.username is not None or parts.password is not None:
            raise Refused("the URL must not hold credentials")
        if _is_odd_number(host):
            raise Refused(f"the host {host!r} is an IP address in disguise")
        target = Target(parts.scheme, host, port or PORTS[parts.scheme], _path(parts.path, parts.query))
        if not any(entry.admits(target.host, target.port) for entry in self.entries):
            raise Refused(
                f"no request goes to {target.host}:{target.port}, "
                "unless the server is started with --allow-outbound naming it"
            )
        if target.scheme == "http" and not self._is_named(target.host, target.port):
            raise Refused("the URL has to be https; http is for hosts that --allow-outbound names")
        return target

    def addresses(self, target: Target) -> list[str]:
        """The addresses that may be connected to. Raises Refused, and OSError where the name is not known."""
        found = list(dict.fromkeys(self.lookup(target.host, target.port)))
        good = [text for text in found if self._may_reach(target, ip_address(text.partition("%")[0]))]
        if not good:
            raise Refused(f"{target.host} is {' and '.join(found)}, inside somebody's walls")
        return good

    def check(self, url: str) -> None:
        """Raises Refused. A name that nobody knows yet is let pass: it is looked up again when it is asked."""
        target = self.target(url)
        try:
            self.addresses(target)
        except OSError:
            return

    def _may_reach(self, target: Target, address: Address) -> bool:
        address = getattr(address, "ipv4_mapped", None) or address
        if address.is_global and not address.is_multicast:
            return True
        # An inner address is reached where the setting names it, or calls it localhost; a name is not enough.
        return self._is_named(str(address), target.port) or (
            address.is_loopback and target.host == "localhost" and self._is_named("localhost", target.port)
        )

    def _is_named(self, host: str, port: int) -> bool:
        return any(entry.host != ANY and entry.admits(host, port) for entry in self.entries)


def _is_odd_number(host: str) -> bool:
    """Whether a host is a number that some libraries take for an address: 2130706433, 0x7f.1, 0177.0.0.1."""
    try:
        ip_address(host.partition("%")[0])
    except ValueError:
        last = host.rstrip(".").rpartition(".")[2]
        return last.isdigit() or last.startswith("0x")
    return False


def _path(path: str, query: str) -> str:
    return (path or "/") + (f"?{query}" if query else "")
