"""The last calls to the Graph API, as they came and as they were answered, for whoever looks at the wire."""

from dataclasses import dataclass
from itertools import islice

import orjson

from sandbox.kernel.clock import iso
from sandbox.ledger.exchanges import Exchange
from sandbox.store.journal import Journal
from sandbox.worlds.worlds import World

CHANNELS = ("messenger", "whatsapp")
LONGEST = 16_000
"""Bytes of a body or an answer that are shown."""


@dataclass(frozen=True, slots=True)
class Heard:
    call_id: str
    at: str
    channel: str
    method: str
    path: str
    query: str
    content_type: str
    body: str
    answer: str
    cut: bool
    """Whether body or answer were longer than what is shown of them."""
    page_id: str | None
    """Of the token; None where it was not known."""
    status: int
    code: int | None
    """Of a refusal, by the platform's table."""
    message: str
    trace: str
    took_ms: int


def latest(journal: Journal, world: World, most: int) -> list[Heard]:
    """Newest first."""
    found = journal.backwards(world.world_id, bodies=True, among=CHANNELS)
    return [_heard(one) for one in islice(found, most)]


def _heard(one: Exchange) -> Heard:
    return Heard(
        call_id=one.id,
        at=iso(one.at),
        channel=one.channel,
        method=one.method,
        path=one.path,
        query=one.query,
        content_type=one.request_headers.get("content-type", "").partition(";")[0].strip(),
        body=_legible(one.request_body),
        answer=_legible(one.response_body),
        cut=bool(one.cut) or max(len(one.request_body), len(one.response_body)) > LONGEST,
        page_id=one.page or None,
        status=one.status,
        code=_code(one),
        message=one.detail,
        trace=one.trace,
        took_ms=one.took // 1000,
    )


def _code(one: Exchange) -> int | None:
    """A refusal's code, as it was told."""
    try:
        code = orjson.loads(one.response_body)["error"]["code"]
    except (ValueError, KeyError, TypeError):
        return None
    return code if isinstance(code, int) else None


def _legible(data: bytes) -> str:
    return data[:LONGEST].decode("utf-8", "replace").replace("\0", "\ufffd")
