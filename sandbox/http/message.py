"""A request and a response as values."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.kernel import ids
from sandbox.ledger.faults import FaultKind

CALL = "call"
"""The note under which the contract layer leaves (handler, call) for Flask to run."""
FURNITURE = "furniture"
"""The note of a request that is for the sandbox's furniture, though an API's path would have it."""


@dataclass(slots=True)
class Request:
    method: str
    path: str
    """Decoded, beginning with the bank's prefix (`/chase/...`), whichever way the client addressed it."""
    query: bytes
    headers: Mapping[str, str]
    """Lower-case names; repeated ones joined with a comma."""
    body: bytes
    scheme: str = "http"
    peer: str = ""
    """The address of whoever is connected; empty in process."""
    certificate: bytes | None = None
    """The client's, DER, where the connection or a trusted proxy shows one."""
    local: tuple[str, int | None] | None = None
    """The server's own (host, port) at which it came in; None in process."""
    public_prefix: str | None = None
    """What stands before the bank's paths in the client's eyes, where it is not the slug: "" for {slug}.localhost."""
    bank: str = ""
    """Slug of the addressed bank; empty for the sandbox's own paths."""
    notes: dict[str, Any] = field(default_factory=dict)
    """What the layers learn on the way: operation, world, client, consent, violations."""
    _trace_id: str = ""

    @property
    def trace_id(self) -> str:
        """Made when it is first asked for: most answers name none. It goes into commands, where a hyphen in front would
        make an option of it."""
        if not self._trace_id:
            self._trace_id = ids.secret(9).replace("-", "0")
        return self._trace_id

    @property
    def url(self) -> str:
        """As the client sees it, without the query. Known once the bank is."""
        base_url: str = self.notes["base_url"]
        return base_url + self.path.removeprefix(f"/{self.bank}")


@dataclass(slots=True)
class Response:
    status: int
    headers: list[tuple[str, str]]
    body: bytes = b""
    delay: float = 0.0
    """Seconds to wait before the first byte, without holding up anybody else."""
    stream: Callable[[], AsyncIterator[bytes]] | None = None
    """What is sent in place of the body, as it comes."""
    before: Callable[[], Awaitable[None]] | None = None
    """What has to come about first, without holding up anybody else. What it raises is answered in its place."""
    line: FaultKind | None = None
    """What becomes of the connection, where it does not stay whole: a reset, an empty or a truncated answer."""
    bytes_per_second: int = 0
    """How slowly the body comes, where it comes slowly."""

    def header(self, name: str) -> str | None:
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)

    def with_headers(self, extra: Mapping[str, str]) -> "Response":
        """Adds headers that are not there yet."""
        if not extra:
            return self
        present = {key.lower() for key, _ in self.headers}
        self.headers.extend((key, value) for key, value in extra.items() if key.lower() not in present)
        return self


def lowered(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    """By lower-case names; of a header that comes twice both values, with a comma between them."""
    found: dict[str, str] = {}
    for key, value in headers:
        name = key.lower()
        found[name] = f"{found[name]}, {value}" if name in found else value
    return found
