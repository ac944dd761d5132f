"""Levers: what one request asks for itself, in `Prefer` (RFC 7240) or in the query, where no header can be set.

Preferences are separated by commas or semicolons. Others than these are nobody's business here and pass by; so do
these where the server is told to heed no levers.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote_plus

from sandbox.kernel.errors import LeverMisused
from sandbox.ledger.faults import Fault, FaultKind, Latency

KEYS = ("code", "delay", "fault", "example", "scenario", "seed", "dynamic")
TWINS = {f"__{key}".encode(): key for key in KEYS}
"""What each is called in the query."""
LONGEST_DELAY = 60_000
"""Milliseconds. A lever is for one request, which nobody lets wait for longer."""
PREFERENCE = re.compile(r"""\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*(?:=\s*("(?:[^"\\]|\\.)*"|[^,;"]*))?\s*(?:[,;]|$)""")
SLOW_BYTES = 256
"""Bytes a second of an answer that comes slowly, where nobody says how slowly."""


@dataclass(frozen=True, slots=True)
class Lever:
    name: str
    value: str

    def __str__(self) -> str:
        return f"{self.name}={self.value}" if self.value else self.name


def read(prefer: str, query: bytes) -> tuple[Lever, ...]:
    """The header's levers, then those of the query. Of several with one name the first counts (RFC 7240 2), but for
    faults, of which there may be many."""
    found: dict[tuple[str, str], Lever] = {}
    for lever in (*_of_header(prefer), *_of_query(query)):
        found.setdefault((lever.name, lever.value if lever.name == "fault" else ""), lever)
    return tuple(found.values())


def _of_header(prefer: str) -> Iterator[Lever]:
    for name, value in PREFERENCE.findall(prefer):
        if name.lower() in KEYS:
            yield Lever(name.lower(), re.sub(r"\\(.)", r"\1", value[1:-1]) if value[:1] == '"' else value.strip())


def _of_query(query: bytes) -> Iterator[Lever]:
    for part in query.split(b"&"):
        name, _, value = part.partition(b"=")
        if name in TWINS:
            yield Lever(TWINS[name], unquote_plus(value.decode("latin-1")))


def without(query: bytes) -> bytes:
    """The query without its levers: no document knows them."""
    return b"&".join(part for part in query.split(b"&") if part.partition(b"=")[0] not in TWINS)


# --- What they ask for ----------------------------------------------------------------------------------------------


def number(lever: Lever, highest: int) -> int:
    """Raises LeverMisused."""
    if not lever.value.isdecimal() or len(lever.value) > 18 or int(lever.value) > highest:
        raise LeverMisused(f"{lever.name} takes a whole number up to {highest}, not {lever.value[:40]!r}")
    return int(lever.value)


def latency(lever: Lever) -> Fault:
    """`delay`, in milliseconds. Raises LeverMisused."""
    return Fault("prefer", FaultKind.LATENCY, latency=Latency(milliseconds=number(lever, LONGEST_DELAY)))


def on_the_line(lever: Lever) -> Fault | None:
    """A `fault` of the connection, which needs no operation; None for another."""
    try:
        kind = FaultKind(lever.value)
    except ValueError:
        return None
    if kind not in (FaultKind.RESET, FaultKind.EMPTY, FaultKind.TRUNCATED, FaultKind.DRIBBLE):
        return None
    return Fault("prefer", kind, acted=True, bytes_per_second=SLOW_BYTES)
