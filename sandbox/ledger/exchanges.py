"""Exchanges: what a client asked of a bank, or of a messenger, and what it was answered, as the journal keeps it.

Everything that is said about a client (verified, counted, judged, reported) is a function of its exchanges.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec


class Exchange(msgspec.Struct, omit_defaults=True):
    """A request with its answer. Secrets are left out of it: of a token its scheme stays, and a fingerprint by which it
    can be told from others (`Bearer …3fa9c1`)."""

    world: str
    at: datetime
    """When the request had come, by the world's clock."""
    wall: int
    """The same by the machine's, in milliseconds since the epoch."""
    channel: str
    """A bank's slug, `messenger` or `whatsapp`."""
    method: str
    path: str
    """Without the query, as it was asked."""
    status: int
    took: int = 0
    """Microseconds until the answer was ready; an injected delay is not among them."""
    operation: str = ""
    """Its operationId; empty where no operation has such a path: a page for people, or nothing at all."""
    document: str = ""
    """The document that has the operation, with its version: `chase 4.0.0`, `chase/commerce 1.0.0`."""
    query: str = ""
    request_headers: Mapping[str, str] = {}
    """Lower-case names."""
    response_headers: Mapping[str, str] = {}
    client: str = ""
    """The client_id; at a messenger the app's id."""
    page: str = ""
    """The messenger's page, or number, whose token came."""
    consent: str = ""
    persona: str = ""
    error: str = ""
    """The name of the rule that refused it; empty for what was answered."""
    detail: str = ""
    """That rule's case in words."""
    violations: tuple[Mapping[str, Any], ...] = ()
    """Every way in which the request broke its document."""
    broken: bool = False
    """Whether the answer broke its document: the sandbox's own fault."""
    faults: tuple[str, ...] = ()
    """Faults, levers and surprises that acted on it."""
    distortions: tuple[Mapping[str, Any], ...] = ()
    """What drift and surprises changed in the answer: kind, at (a JSON pointer), was, now, legal."""
    delay: int = 0
    """Milliseconds that the answer was held back for."""
    trace: str = ""
    """Under which a refusal is explained."""
    request_size: int = 0
    """Bytes of the body as it came, which may be more than what is kept."""
    response_size: int = 0
    cut: tuple[str, ...] = ()
    """Of `request` and `response` those whose body is not kept whole."""
    number: int = 0
    """Its place in the journal. This and the bodies are the store's to fill in."""
    request_body: bytes = b""
    response_body: bytes = b""

    @property
    def id(self) -> str:
        return f"{PREFIX}{self.number}"

    @property
    def contract(self) -> str:
        """The name of that document; the channel where no operation was meant."""
        return self.document.rpartition(" ")[0] or self.channel

    @property
    def matched(self) -> bool:
        return bool(self.operation)


class Cut(msgspec.Struct, frozen=True):
    """What a world's journal has lost, oldest first, because it was full."""

    exchanges: int = 0
    size: int = 0
    """Bytes."""
    upto: int = 0
    """The number of the last one that was lost."""

    def __bool__(self) -> bool:
        return self.exchanges > 0


PREFIX = "req_"
encode = msgspec.json.Encoder().encode
decode_all = msgspec.json.Decoder(list[Exchange]).decode


def number_of(exchange_id: str) -> int | None:
    """The number in an id; None for what is no id of an exchange."""
    digits = exchange_id.removeprefix(PREFIX)
    return int(digits) if digits != exchange_id and digits.isdecimal() and len(digits) <= 18 else None
