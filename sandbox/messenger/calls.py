"""The last calls to the Graph API, as they came, for whoever looks at the wire. Tokens are not kept."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

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
KEPT = 500
"""Of a world; older ones are forgotten, a batch at a time."""
BATCH = 50
LONGEST = 4000
"""Characters of a query or a body."""
SECRETS = re.compile(
    r"""((?:access_token|appsecret_proof|input_token)["']?\s*(?:=|:|%22%3A)\s*["']?(?:%22)?)[^&"'\s,}%]+"""
)


Before = Callable[[], Awaitable[None]]


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


def watch(desk: Desk) -> Layer:
    def layer(inner: Respond) -> Respond:
        def respond(request: Request) -> Response:
            path = request.path
            if not path.startswith((f"{PREFIX}/", f"{WHATSAPP}/")) or path in OPEN:
                return inner(request)
            query, body, method, began = request.query, request.body, request.method, desk.hooks.wall()

            def note(status: int, error: SandbankError | None = None) -> None:
                took = desk.hooks.wall() - began
                caller = request.notes.get(CALLER)
                page_id = caller.page.page_id if isinstance(caller, Caller) else ""
                world = _world(desk, request)
                if world is not None:
                    what = (method, path, _legible(query), _legible(body), page_id)
                    code = error.code if isinstance(error, GraphError) else None
                    _keep(desk, world, what, (status, code, error.detail if error else "", request.trace_id, took))

            try:
                response = inner(request)
            except SandbankError as error:
                note(error.status, error)
                raise
            if response.before is None:
                note(response.status)
            else:
                response.before = _noted(response.before, note, response.status)
            return response

        return respond

    return layer


def _noted(before: Before, note: Callable[[int, SandbankError | None], None], status: int) -> Before:
    """The same, and what came of it."""

    async def noted() -> None:
        try:
            await before()
        except SandbankError as error:
            note(error.status, error)
            raise
        note(status, None)

    return noted


def latest(desk: Desk, world: World, most: int) -> list[Heard]:
    """Newest first."""
    return [codec.decode(text, Heard) for _, text in desk.chats.before(world.world_id, CALL, "", most=most)]


def _keep(
    desk: Desk, world: World, what: tuple[str, str, str, str, str], outcome: tuple[int, int | None, str, str, int]
) -> None:
    chats, world_id = desk.chats, world.world_id
    with chats.database.transaction():
        place = chats.next_place(world_id, CALL, "")
        call_id = "call_" + ids.short("graph call", world_id, place, length=24)
        one = Heard(call_id, iso(world.now), *what, *outcome)
        chats.append(world_id, CALL, call_id, codec.encode(one), owner="", place=place)
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
