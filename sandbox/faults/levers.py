"""Levers: what one request asks for itself, in `Prefer` (RFC 7240) or in the query, where no header can be set.

Preferences are separated by commas or semicolons. Others than these are nobody's business here and pass by; so do
these where the server is told to heed no levers.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote_plus

from sandbox.faults.kinds import EVERY, LEGAL
from sandbox.kernel.errors import LeverMisused
from sandbox.ledger.faults import Fault, FaultKind, Latency

KEYS = ("code", "delay", "fault", "example", "scenario", "seed", "dynamic")
TWINS = {f"__{key}".encode(): key for key in KEYS}
"""What each is called in the query."""
LONGEST = 1000
"""Characters of a header that are looked at."""
LONGEST_DELAY = 60_000
"""Milliseconds. A lever is for one request, which nobody lets wait for longer."""
PREFERENCE = re.compile(r"""\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*(?:=\s*("(?:[^"\\]|\\.)*"|[^,;"]*))?\s*(?:[,;]|$)""")
BY_LEVER = "prefer"
"""What stands for the id of a fault that no rule ordered."""
ON_THE_LINE = ("reset", "empty", "truncated", "dribble", "gateway")
"""Faults of the connection, which need no operation."""
FAMILIES = ("drift", "surprise")
BAD_GATEWAY = 502
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
    for name, value in PREFERENCE.findall(prefer[:LONGEST]):
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
    if re.fullmatch("[0-9]{1,18}", lever.value) is None or int(lever.value) > highest:
        raise LeverMisused(f"{lever.name} takes a whole number up to {highest}, not {lever.value[:40]!r}")
    return int(lever.value)


def on_the_line(lever: Lever) -> Fault | None:
    """A fault of the connection, which needs no operation; None for another."""
    if lever.name != "fault" or lever.value not in ON_THE_LINE:
        return None
    kind = FaultKind(lever.value)
    status = BAD_GATEWAY if kind is FaultKind.GATEWAY else 0
    return Fault(BY_LEVER, kind, acted=True, bytes_per_second=SLOW_BYTES, status=status)


def fault_of(lever: Lever) -> Fault | None:
    """What else a lever asks for; None for one that asks for nothing by itself. Raises LeverMisused."""
    match lever.name:
        case "delay":
            return Fault(BY_LEVER, FaultKind.LATENCY, latency=Latency(milliseconds=number(lever, LONGEST_DELAY)))
        case "code":
            return Fault(BY_LEVER, FaultKind.STATUS, status=number(lever, 599))
        case "fault" if lever.value not in ON_THE_LINE:
            return _named(lever.value)
    return None


def _named(value: str) -> Fault:
    """A change of content (`drift`, `surprise:empty-page`, or a kind by itself), or an error by its name."""
    family, _, name = value.rpartition(":")
    if value in FAMILIES:
        return Fault(BY_LEVER, FaultKind(value))
    if name in EVERY and family in ("", *FAMILIES):
        legally = FaultKind.SURPRISE if name in LEGAL else FaultKind.DRIFT
        return Fault(BY_LEVER, FaultKind(family) if family else legally, kinds=(name,))
    return Fault(BY_LEVER, FaultKind.STATUS, error=value)


def seed_of(levers: Iterable[Lever]) -> str:
    return next((lever.value for lever in levers if lever.name == "seed"), "")
