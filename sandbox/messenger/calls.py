"""The last calls to the Graph API, as they came and as they were answered, for whoever looks at the wire. Tokens are
not kept."""

import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from sandbox.dialect.call import WORLD
from sandbox.http.message import Request, Response
from sandbox.http.onion import Layer, Respond
from sandbox.kernel import ids
from sandbox.kernel.clock import iso
from sandbox.kernel.errors import SandbankError, WorldNotFound
from sandbox.ledger import codec
from sandbox.messenger.desk import Caller, Desk
from sandbox.messenger.errors import GraphError
from sandbox.messenger.front import CALLER, OPEN, PREFIX, WHATSAPP
from sandbox.worlds.worlds import DEFAULT, World

CALL = "call"
CAME = "came"
"""The note of a request that holds how it came."""
KEPT = 500
"""Of a world; older ones are forgotten, a batch at a time."""
BATCH = 50
LONGEST = 16_000
"""Bytes of a query, a body or an answer."""
SECRETS = re.compile(
    r"""((?:access_token|appsecret_proof|input_token|client_secret)\\*["']?(?:%22)?\s*(?:=|:|%3D|%3A)"""
    r"""[\s+]*\\*["']?(?:%22)?)(?:[^&"'\s,}%\\]|%(?!2[26C]|7D)[0-9A-F]{2})+""",
    re.IGNORECASE,
)
"""What follows such a name, up to what ends it in a form, in JSON, and in either within the other."""

Before = Callable[[], Awaitable[None]]

log = logging.getLogger("sandbank")


@dataclass(frozen=True, slots=True)
class Heard:
    call_id: str
    at: str
    method: str
    path: str
    query: str
    body: str
    page_id: str
    """Of the token; empty where it was not known."""
    status: int
    code: int | None
    """Of a refusal, by the platform's table."""
    message: str
    trace: str
    took_ms: int
    channel: str = "messenger"
    """messenger, or whatsapp."""
    content_type: str = ""
    answer: str = ""
    cut: bool = False
    """Whether body or answer were longer than what is kept of them."""


@dataclass(frozen=True, slots=True)
class Came:
    """A call before the front wrote it anew."""

    method: str
    path: str
    query: bytes
    body: bytes
    content_type: str
    at: int
    """Milliseconds of the machine's clock."""


def watch(desk: Desk) -> Layer:
    """Stands outside of who words refusals, so that it hears them as the bot does; also of those that come about while
    the answer waits for something."""

    def layer(inner: Respond) -> Respond:
        def respond(request: Request) -> Response:
            path = request.path
            if not path.startswith((f"{PREFIX}/", f"{WHATSAPP}/")) or path in OPEN:
                return inner(request)
            kind = request.headers.get("content-type", "").partition(";")[0].strip()
            came = Came(request.method, path, request.query, request.body, kind, desk.hooks.wall())
            request.notes.setdefault(CAME, came)
            response = inner(request)
            if response.before is None:
                _note(desk, request, response)
            else:
                response.before = _noted(desk, request, response, response.before)
            return response

        return respond

    return layer


def _noted(desk: Desk, request: Request, response: Response, before: Before) -> Before:
    """The same, and that it came about. What it raises is answered, and noted, in place of this."""

    async def noted() -> None:
        await before()
        _note(desk, request, response)

    return noted


def _note(desk: Desk, request: Request, response: Response) -> None:
    world, came = _world(desk, request), request.notes[CAME]
    if world is None:
        return
    caller, refusal = request.notes.get(CALLER), request.notes.get("error")
    heard = Heard(
        call_id="",
        at=iso(world.now),
        method=came.method,
        path=came.path,
        query=_legible(came.query),
        body=_legible(came.body),
        page_id=caller.page.page_id if isinstance(caller, Caller) else "",
        status=response.status,
        code=refusal.code if isinstance(refusal, GraphError) else None,
        message=refusal.detail if isinstance(refusal, SandbankError) else "",
        trace=request.trace_id,
        took_ms=desk.hooks.wall() - came.at,
        channel="whatsapp" if request.path.startswith(f"{WHATSAPP}/") else "messenger",
        content_type=came.content_type,
        answer=_legible(response.body),
        cut=max(len(came.body), len(response.body)) > LONGEST,
    )
    try:
        _keep(desk, world, heard)
    except Exception as error:  # a full disk, say: the answer itself must get through
        log.error("the call %s could not be kept: %s", request.trace_id, error)


def latest(desk: Desk, world: World, most: int) -> list[Heard]:
    """Newest first."""
    return [codec.decode(text, Heard) for _, text in desk.chats.before(world.world_id, CALL, "", most=most)]


def _keep(desk: Desk, world: World, heard: Heard) -> None:
    chats, world_id = desk.chats, world.world_id
    with chats.database.transaction():
        place = chats.next_place(world_id, CALL, "")
        named = replace(heard, call_id="call_" + ids.short("graph call", world_id, place, length=24))
        chats.append(world_id, CALL, named.call_id, codec.encode(named), owner="", place=place)
        if place % BATCH == 0:
            chats.forget_before(world_id, CALL, "", place - KEPT)


def _legible(data: bytes) -> str:
    return SECRETS.sub(r"\1…", data[:LONGEST].decode("utf-8", "replace").replace("\0", "\ufffd"))


def _world(desk: Desk, request: Request) -> World | None:
    """The token's; the default one where the token names none."""
    known = request.notes.get(WORLD)
    if isinstance(known, World):
        return known
    try:
        return desk.worlds.world(DEFAULT)
    except WorldNotFound:
        return None
