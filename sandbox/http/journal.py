"""Every exchange with a bank or a messenger, kept for whoever asks later what a client did."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from time import perf_counter_ns

from sandbox.contract.documents import Document, Operation
from sandbox.dialect.call import BEARING, WORLD
from sandbox.http import redaction
from sandbox.http.message import Request, Response, lowered
from sandbox.http.onion import Layer, Respond
from sandbox.kernel.errors import ContractBroken, SandbankError
from sandbox.ledger.exchanges import Exchange
from sandbox.store.journal import NONE, Body, Journal, Noted
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

    __slots__ = ("body", "headers", "method", "path", "query", "wall")

    def __init__(self, request: Request, wall: int) -> None:
        self.method, self.path, self.query, self.body = request.method, request.path, request.query, request.body
        self.headers = request.headers
        self.wall = wall


class Went:
    """What is noted of an answer. Of a long one the body itself goes, so that the memory is free for the next."""

    __slots__ = ("at", "client", "delay", "headers", "kept", "status", "took", "unseen", "world_id")

    def __init__(self, response: Response, took: int, client: str, world: World) -> None:
        self.status, self.headers, self.delay = response.status, response.headers, response.delay
        self.took = took
        self.client, self.world_id, self.at = client, world.world_id, world.now
        self.kept: Body | None = None
        self.unseen = b""
        """A body that may have secrets in it."""


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
            came, began = Came(request, worlds.wall()), perf_counter_ns()
            response = inner(request)
            channel = _channel(request)
            if channel not in documents or not ("operation" in request.notes or "error" in request.notes):
                return response
            took = (perf_counter_ns() - began) // 1000

            def keep() -> None:
                try:
                    client, world = _whose(request, find_out)
                    went = Went(response, took, client, world or worlds.world(default_world))
                except Exception:  # without its database, say, a server answers all the same
                    log.exception("%s %s could not be kept in the journal", came.method, came.path)
                    return
                if _is_data(request.notes.get("matched"), response):
                    went.kept = kept.body(response.body, came.wall)
                elif not _is_page(response):
                    went.unseen = response.body
                kept.add(lambda: noted(came, went, channel, request))

            if response.before is None:
                keep()
            else:
                response.before = _kept_once(response.before, keep)
            return response

        return respond

    def noted(came: Came, went: Went, channel: str, request: Request) -> Noted:
        notes, path = request.notes, came.path
        headers = lowered(went.headers)
        one = Exchange(
            world=went.world_id,
            at=went.at,
            wall=came.wall,
            channel=channel,
            method=came.method,
            # At a bank's own host, and at the platform's, the first segment is not in the path that was asked.
            path=path if path.startswith((f"/{channel}/", "/messenger/")) else request.path,
            status=went.status,
            took=went.took,
            operation=notes.get("operation", ""),
            document=contract(channel, notes.get("document")),
            query=redaction.text(came.query.decode("latin-1")) if came.query else "",
            request_headers=redaction.headers(came.headers),
            response_headers=redaction.headers(headers),
            client=went.client,
            consent=_consent(request),
            persona=notes.get("persona", ""),
            page=notes.get(PAGE_ID, ""),
            faults=tuple(notes.get(FAULTS, ())),
            distortions=tuple(one.as_dict() for one in notes.get(DISTORTIONS, ())),
            delay=round(went.delay * 1000),
        )
        error = notes.get("error")
        if isinstance(error, SandbankError):
            _explain(one, error)
        if one.status >= 400 or error is not None:
            one.trace = request.trace_id
        one.broken = one.broken or headers.get("sandbank-contract") == "broken"
        asked = kept.body(redaction.body(came.body), came.wall) if came.body else NONE
        return one, asked, went.kept or kept.body(redaction.body(went.unseen), came.wall)

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


def _is_page(response: Response) -> bool:
    return (response.header("content-type") or "").startswith(PAGE)


def _is_data(operation: Operation | None, response: Response) -> bool:
    """A bank's data are no secret here: they need not be looked through, nor kept until they are."""
    return operation is not None and bool(operation.data_clusters) and response.status < 300
