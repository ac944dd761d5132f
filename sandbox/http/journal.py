"""Every exchange with a bank or a messenger, kept for whoever asks later what a client did."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from time import perf_counter_ns

from sandbox.contract.documents import Document, Operation
from sandbox.dialect.call import BEARING, WORLD
from sandbox.http import redaction
from sandbox.http.message import Request, Response
from sandbox.http.onion import Layer, Respond
from sandbox.kernel.errors import ContractBroken, SandbankError
from sandbox.ledger.exchanges import Exchange
from sandbox.store.journal import Journal
from sandbox.worlds.worlds import World, Worlds

log = logging.getLogger("sandbank")

FAULTS = "faults"
"""The note of a request that lists what acted on it: faults, levers, surprises."""
DISTORTIONS = "distortions"
"""The note of one that lists what was changed in the answer, and where."""
PAGE = "text/html"
"""Pages are for people, and full of keys to forms: of those no body is kept."""
CLIENT_ID, PAGE_ID = "client_id", "page_id"
"""The notes of a request that hold whose token came; a page is a messenger's."""


class Came:
    """A request as it came: the layers inside write some of it anew."""

    __slots__ = ("began", "body", "headers", "method", "path", "query", "wall")

    def __init__(self, request: Request, wall: int, began: int) -> None:
        self.method, self.path, self.query, self.body = request.method, request.path, request.query, request.body
        self.headers = request.headers
        self.wall, self.began = wall, began


FindOut = Callable[[str, Request], tuple[str, World] | None]
"""From a bank's slug and a request without a token that works to the client that it names, and its world."""


def journal(
    kept: Journal, worlds: Worlds, documents: Mapping[str, Document], find_out: FindOut, default_world: str
) -> Layer:
    """`documents` by channel: whatever is below another first segment, the control API for one, is nobody's exchange.
    Nor are pages and documents, which are no operation, and no attempt at one."""
    known: dict[tuple[str, str], str] = {}

    def contract(channel: str, document: Document | None) -> str:
        """`chase 4.0.0`, or `chase/commerce 1.0.0` for what stands below a bank's own paths."""
        if document is None:
            return ""
        named = known.get((channel, document.slug))
        if named is None:
            name = channel if document.slug == channel else f"{channel}/{document.slug}"
            named = known[channel, document.slug] = f"{name} {document.version}"
        return named

    def layer(inner: Respond) -> Respond:
        if not kept.most:
            return inner

        def respond(request: Request) -> Response:
            came = Came(request, worlds.wall(), perf_counter_ns())
            response = inner(request)
            channel = _channel(request)
            if channel not in documents or not ("operation" in request.notes or "error" in request.notes):
                return response
            took = (perf_counter_ns() - came.began) // 1000

            def keep() -> None:
                try:
                    note(came, channel, took, request, response)
                except Exception:  # without its database, say, a server answers all the same
                    log.exception("%s %s could not be kept in the journal", came.method, came.path)

            if response.before is None:
                keep()
            else:
                response.before = _kept_once(response.before, keep)
            return response

        return respond

    def note(came: Came, channel: str, took: int, request: Request, response: Response) -> None:
        notes, path = request.notes, came.path
        client, world = _whose(request, find_out)
        world = world or worlds.world(default_world)
        one = Exchange(
            world=world.world_id,
            at=world.now,
            wall=came.wall,
            channel=channel,
            method=came.method,
            # At a bank's own host, and at the platform's, the first segment is not in the path that was asked.
            path=path if path.startswith((f"/{channel}/", "/messenger/")) else request.path,
            status=response.status,
            took=took,
            operation=notes.get("operation", ""),
            document=contract(channel, notes.get("document")),
            query=redaction.text(came.query.decode("latin-1")) if came.query else "",
            request_headers=redaction.headers(came.headers),
            response_headers=redaction.headers(response.lowered()),
            client=client,
            consent=_consent(request),
            persona=notes.get("persona", ""),
            page=notes.get(PAGE_ID, ""),
            faults=tuple(notes.get(FAULTS, ())),
            distortions=tuple(one.as_dict() for one in notes.get(DISTORTIONS, ())),
            delay=round(response.delay * 1000),
        )
        error = notes.get("error")
        if isinstance(error, SandbankError):
            _explain(one, error)
        if response.status >= 400 or error is not None:
            one.trace = request.trace_id
        one.broken = one.broken or response.header("Sandbank-Contract") == "broken"
        kept.add(one, redaction.body(came.body) if came.body else b"", _answer(notes.get("matched"), response))

    return layer


def _kept_once(before: Callable[[], Awaitable[None]], keep: Callable[[], None]) -> Callable[[], Awaitable[None]]:
    """What an answer waits for, and then keeps the exchange: if it fails, another answer is given, and kept."""

    async def first() -> None:
        await before()
        keep()

    return first


def _channel(request: Request) -> str:
    """Known once the layers inside have looked at the host: they put the bank's slug, or the platform's, in front."""
    return request.path.split("/", 2)[1] if request.path.startswith("/") else ""


def _whose(request: Request, find_out: FindOut) -> tuple[str, World | None]:
    """Of the token that came, dead or alive; else as far as it can be found out."""
    notes = request.notes
    if notes.get(BEARING) is not None:
        world, consent = notes[BEARING]
        return consent.client_id, world
    if notes.get(WORLD) is not None:
        return notes.get(CLIENT_ID, ""), notes[WORLD]
    return find_out(request.bank, request) or ("", None)


def _consent(request: Request) -> str:
    """Also of a token that works no more: who goes on with it is told by that."""
    notes = request.notes
    return notes.get("consent_id") or (notes[BEARING][1].consent_id if notes.get(BEARING) is not None else "")


def _explain(one: Exchange, error: SandbankError) -> None:
    one.error, one.detail = error.name, error.detail
    one.violations = tuple(violation.as_dict() for violation in error.violations)
    one.broken = isinstance(error, ContractBroken)


def _answer(operation: Operation | None, response: Response) -> bytes:
    """What is kept of the body. A bank's data are no secret here: they need not be looked through."""
    if response.stream is not None or not response.body or (response.header("content-type") or "").startswith(PAGE):
        return b""
    if operation is not None and operation.data_clusters and response.status < 300:
        return response.body
    return redaction.body(response.body)
