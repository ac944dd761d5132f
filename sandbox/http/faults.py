"""Where faults act. Inside, behind the contract layer: who calls and what is known, and a refusal is the bank's own.
Outside, in front of the voices: the answer is there, and its bytes, its pace and its connection can suffer.

A world without faults pays a look into a dict for them.
"""

from base64 import b64decode
from collections.abc import Sequence

from sandbox.dialect.call import Call
from sandbox.faults import levers
from sandbox.faults.acting import Acting, draw_of
from sandbox.faults.levers import Lever
from sandbox.faults.rules import Rules, Traits
from sandbox.http.message import CALL, Request, Response
from sandbox.http.onion import Respond
from sandbox.http.refusing import Refusing
from sandbox.kernel.errors import SubsystemUnavailable
from sandbox.ledger.faults import Fault, FaultKind
from sandbox.store.grants import Grants
from sandbox.worlds.worlds import World, Worlds

NOTE = "faults"
"""The note of a request that lists what acted, for the journal."""
ACTING = "acting"
LEVERS = "levers"
PLATFORMS = ("messenger", "whatsapp")
QUERY_MARK = b"__"


class FaultLayers:
    def __init__(self, rules: Rules, refusing: Refusing, worlds: Worlds, grants: Grants, *, levers: bool) -> None:
        """Without `levers` nobody has any: what a request asks for is left aside."""
        self.rules = rules
        self.refusing = refusing
        self.worlds = worlds
        self.grants = grants
        self.levers = levers

    # --- Outside -----------------------------------------------------------------------------------------------------

    def outside(self, inner: Respond) -> Respond:
        def respond(request: Request) -> Response:
            if "prefer" in request.headers or QUERY_MARK in request.query:
                self._pull(request)
            response = inner(request)
            acting: Acting | None = request.notes.get(ACTING)
            return response if acting is None else suffer(acting, response)

        return respond

    def _pull(self, request: Request) -> None:
        """Leaves a note of the levers, and takes them out of the query."""
        if not request.bank and request.path[1:].partition("/")[0] not in PLATFORMS:
            return
        found = levers.read(request.headers.get("prefer", ""), request.query)
        request.query = levers.without(request.query)
        if not found or not self.levers:
            return
        request.notes[LEVERS] = found
        acting = _acting(request)
        for lever in found:
            fault = levers.on_the_line(lever) if lever.name == "fault" else None
            if fault is not None:
                acting.take(fault, draw_of("prefer"))
                acting.applied.append(str(lever))

    # --- Inside ------------------------------------------------------------------------------------------------------

    def inside(self, inner: Respond) -> Respond:
        def respond(request: Request) -> Response:
            prepared = request.notes.get(CALL)
            if prepared is None:
                return inner(request)
            call: Call = prepared[1]
            if not request.bank and request.path.startswith("/_sandbox/"):
                return inner(request)
            world = call.world if request.notes["matched"].oauth_endpoint is None else self._world(call)
            rules = self.rules.of(world)
            if not rules and LEVERS not in request.notes:
                return inner(request)
            return self._act(request, call, world, rules, inner)

        return respond

    def _act(self, request: Request, call: Call, world: World, rules: Sequence[Fault], inner: Respond) -> Response:
        pulled: Sequence[Lever] = request.notes.get(LEVERS, ())
        acting = _acting(request)
        for lever in pulled:
            fault = self._of_lever(lever)
            if fault is not None:
                acting.take(fault, draw_of("prefer"))
                acting.applied.append(str(lever))
        if rules:
            for fault, draw in self.rules.acting(
                world, rules, traits(request, call), lambda fault: self._is_possible(request, fault)
            ):
                acting.take(fault, draw)
        if acting.refusal is not None:
            error = self.refusing.error(request, acting.refusal)
            if acting.refusal.acted:
                inner(request)
            raise error
        if acting.line is not None and acting.spared:
            raise SubsystemUnavailable("the connection broke before the call arrived", fault=acting.line.value)
        return inner(request)

    def _is_possible(self, request: Request, fault: Fault) -> bool:
        """A rule refuses with nothing that the operation's document does not know."""
        return fault.kind is not FaultKind.STATUS or self.refusing.find(request, fault) is not None

    @staticmethod
    def _of_lever(lever: Lever) -> Fault | None:
        """What has to be known before the call is answered. Raises LeverMisused."""
        match lever.name:
            case "delay":
                return levers.latency(lever)
            case "code":
                return Fault("prefer", FaultKind.STATUS, status=levers.number(lever, 599))
            case "fault" if levers.on_the_line(lever) is None:
                return Fault("prefer", FaultKind.STATUS, error=lever.value)
        return None

    def _world(self, call: Call) -> World:
        """The world of an OAuth client, who has no token yet."""
        client_id = _client_id(call) if self.rules.store.any() else ""
        client = self.grants.client(call.bank.slug, client_id) if client_id else None
        return call.world if client is None else self.worlds.world(client.world_id)


def traits(request: Request, call: Call) -> Traits:
    notes = request.notes
    first, _, rest = request.path[1:].partition("/")
    return Traits(
        bank=request.bank,
        operation=call.operation_id,
        method=request.method,
        path=f"/{rest}",
        client=notes.get("client_id", "") or (_client_id(call) if request.bank else ""),
        consent=notes.get("consent_id", ""),
        persona=notes.get("persona", ""),
        channel=("oauth" if notes["matched"].oauth_endpoint else "bank") if request.bank else first,
    )


def _client_id(call: Call) -> str:
    """As the request says it, by whichever way of authentication."""
    for told in (call.body, call.query):
        if isinstance(told, dict) and isinstance(told.get("client_id"), str):
            return str(told["client_id"])
    scheme, _, basic = call.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return b64decode(basic).decode().partition(":")[0]
    except ValueError:
        return ""


def _acting(request: Request) -> Acting:
    acting: Acting | None = request.notes.get(ACTING)
    if acting is None:
        acting = request.notes[ACTING] = Acting()
        request.notes[NOTE] = acting.names
    return acting


def suffer(acting: Acting, response: Response) -> Response:
    """The answer as it leaves."""
    if acting.applied:
        response.with_headers({"Preference-Applied": ", ".join(acting.applied)})
    response.delay += acting.milliseconds / 1000
    response.line = acting.line
    response.bytes_per_second = acting.bytes_per_second
    return response
