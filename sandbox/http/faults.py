"""Where faults act. Inside, behind the contract layer: who calls and what is known, and a refusal is the bank's own.
Outside, in front of the voices: the answer is there, and its bytes, its pace and its connection can suffer.

A world without faults pays a look into a dict for them.
"""

from collections.abc import Sequence

from sandbox.contract.examples import examples
from sandbox.dialect.call import Call, Reply
from sandbox.faults import levers
from sandbox.faults.acting import Acting
from sandbox.faults.levers import Lever
from sandbox.faults.luck import draw_of
from sandbox.faults.rules import Rules, Traits
from sandbox.http.journal import FAULTS, FindOut
from sandbox.http.message import CALL, Request, Response
from sandbox.http.onion import Respond
from sandbox.http.refusing import Refusing
from sandbox.http.replies import response_of
from sandbox.http.suffering import quirks, suffer
from sandbox.kernel.errors import LeverMisused, SubsystemUnavailable
from sandbox.ledger.faults import Fault, FaultKind
from sandbox.worlds.worlds import World

ACTING = "acting"
LEVERS = "levers"
PLATFORMS = ("messenger", "whatsapp")
QUERY_MARK = b"__"


class FaultLayers:
    def __init__(self, rules: Rules, refusing: Refusing, find_out: FindOut, *, levers: bool) -> None:
        """Without `levers` nobody has any: what a request asks for is left aside."""
        self.rules = rules
        self.refusing = refusing
        self.find_out = find_out
        self.levers = levers

    # --- Outside -----------------------------------------------------------------------------------------------------

    def outside(self, inner: Respond) -> Respond:
        def respond(request: Request) -> Response:
            if "prefer" in request.headers or QUERY_MARK in request.query:
                self._pull(request)
            response = inner(request)
            acting: Acting | None = request.notes.get(ACTING)
            return response if acting is None else suffer(acting, request, response)

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
            fault = levers.on_the_line(lever)
            if fault is not None:
                acting.take(fault, draw_of(levers.BY_LEVER), str(lever))

    # --- Inside ------------------------------------------------------------------------------------------------------

    def inside(self, inner: Respond) -> Respond:
        def respond(request: Request) -> Response:
            prepared = request.notes.get(CALL)
            if prepared is None:
                return inner(request)
            call: Call = prepared[1]
            if not request.bank and request.path.startswith("/_sandbox/"):
                return inner(request)
            client, world = call.client_id, call.world
            if request.notes["matched"].oauth_endpoint is not None:
                client, world = self._client(request, call)
            rules = self.rules.of(world)
            if not rules and LEVERS not in request.notes:
                return inner(request)
            return self._act(request, traits(request, client), world, rules, inner)

        return respond

    def _act(self, request: Request, one: Traits, world: World, rules: Sequence[Fault], inner: Respond) -> Response:
        acting = _acting(request)
        self._heed(acting, request.notes.get(LEVERS, ()))
        if rules:
            for fault, draw in self.rules.acting(world, rules, one, lambda fault: self._is_possible(request, fault)):
                acting.take(fault, draw)
        if acting.refusal is not None:
            error = self.refusing.error(request, acting.refusal)
            acting.refuse(acting.refusal)
            if acting.refusal.acted:
                inner(request)
            raise error
        if acting.spared:
            raise SubsystemUnavailable("the call got lost on its way", fault=acting.names[-1])
        call: Call = request.notes[CALL][1]
        call.quirks = quirks(acting, call, request)
        example = next((lever for lever in request.notes.get(LEVERS, ()) if lever.name == "example"), None)
        return inner(request) if example is None else _example(acting, call, request, example)

    def _is_possible(self, request: Request, fault: Fault) -> bool:
        """A rule refuses with nothing that the operation's document does not know."""
        return fault.kind is not FaultKind.STATUS or self.refusing.find(request, fault) is not None

    @staticmethod
    def _heed(acting: Acting, pulled: Sequence[Lever]) -> None:
        """Raises LeverMisused."""
        draw = draw_of(levers.BY_LEVER, levers.seed_of(pulled))
        for lever in pulled:
            fault = levers.fault_of(lever)
            if fault is not None:
                acting.take(fault, draw, str(lever))

    def _client(self, request: Request, call: Call) -> tuple[str, World]:
        """At an OAuth endpoint, where a client has no token yet: as far as the request says."""
        found = self.find_out(request.bank, request) if self.rules.store.any() else None
        return found or ("", call.world)


def _example(acting: Acting, call: Call, request: Request, lever: Lever) -> Response:
    """What the document shows, in place of an answer. Raises LeverMisused."""
    found = examples(request.notes["matched"])
    if lever.value not in found:
        raise LeverMisused(f"the document has no example {lever.value[:60]!r} of this answer", examples=list(found))
    example = found[lever.value]
    acting.names.append(f"example:{lever.value}")
    acting.applied.append(str(lever))
    call.reply = Reply(example.value, example.status, example.media_type)
    return response_of(call.reply)


def traits(request: Request, client: str) -> Traits:
    notes = request.notes
    first, _, rest = request.path[1:].partition("/")
    return Traits(
        bank=request.bank,
        operation=notes["operation"],
        method=request.method,
        path=f"/{rest}",
        client=client,
        consent=notes.get("consent_id", ""),
        persona=notes.get("persona", ""),
        channel=("oauth" if notes["matched"].oauth_endpoint else "bank") if request.bank else first,
    )


def _acting(request: Request) -> Acting:
    acting: Acting | None = request.notes.get(ACTING)
    if acting is None:
        acting = request.notes[ACTING] = Acting()
        request.notes[FAULTS] = acting.names
    return acting
