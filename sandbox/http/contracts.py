"""The contract layer: a request that reaches a handler has been matched, authenticated and validated against its
document, and an answer that leaves has been checked against it."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie

from sandbox.contract.documents import Document, Operation
from sandbox.dialect.bank import Bank, Handler
from sandbox.dialect.call import BEARING, WORLD, Call, ConsentDesk, EventDesk, Grant, Reply, covered
from sandbox.http.message import CALL, FURNITURE, Request, Response
from sandbox.http.trail import PURPOSE, Trail
from sandbox.kernel.errors import (
    ContractBroken,
    PayloadTooLarge,
    ScopeInsufficient,
    Unauthorized,
    UnknownPath,
    Violation,
)
from sandbox.oauth.bearer import Bearers
from sandbox.oauth.frequency import Frequency
from sandbox.worlds.commerce import Commerce
from sandbox.worlds.worlds import World, Worlds

Respond = Callable[[Request], Response]

log = logging.getLogger("sandbank.contract")


@dataclass(frozen=True, slots=True)
class Api:
    """One document with the handlers of its operations."""

    document: Document
    handlers: Mapping[str, Handler]
    bank: Bank | None
    """None for the sandbox's own APIs, which need no customer's token."""
    extensions: Mapping[str, "Api"] = field(default_factory=dict)
    """APIs of Sandbank's own below this one's prefix, by name: `commerce` stands at commerce/v1."""

    def match(self, method: str, path: str) -> tuple["Api", Operation, Mapping[str, str]]:
        """The API that has the path, the operation and the path's parameters: its own paths come first. `path` is
        decoded, without the prefix. Raises UnknownPath or MethodNotAllowed."""
        try:
            return self, *self.document.match(method, path)
        except UnknownPath:
            name, _, rest = path[1:].partition("/v1/")
            extension = self.extensions.get(name)
            if extension is None:
                raise
        return extension, *extension.document.match(method, f"/{rest}")


class Contracts:
    def __init__(
        self,
        apis: Mapping[str, Api],
        worlds: Worlds,
        bearers: Bearers,
        consents: ConsentDesk,
        *,
        commerce: Commerce,
        events: EventDesk,
        trail: Trail,
        frequency: Frequency,
        default_world: str,
    ) -> None:
        """`apis` by the first segment of their paths: a bank's slug, or `_sandbox`."""
        self.apis = apis
        self.worlds = worlds
        self.bearers = bearers
        self.consents = consents
        self.commerce = commerce
        self.events = events
        self.trail = trail
        self.frequency = frequency
        self.default_world = default_world

    def layer(self, inner: Respond) -> Respond:
        apis = self.apis

        def respond(request: Request) -> Response:
            segments = request.path.split("/", 2)
            api = apis.get(segments[1]) if len(segments) > 1 else None
            if api is None or request.notes.get(FURNITURE):
                _refuse_too_large(request)
                return inner(request)
            try:
                api, operation, path = api.match(request.method, "/" + (segments[2] if len(segments) > 2 else ""))
            except UnknownPath as error:
                # The sandbox's furniture (documents, pages) stands beside the bank's own paths.
                request.notes["unmatched"] = error
                _refuse_too_large(request)
                return inner(request)
            request.notes["operation"] = operation.operation_id
            request.notes["matched"] = operation
            request.notes["document"] = api.document
            if api.bank is None:
                return self._run(api, operation, path, request, inner)
            try:
                response = self._run(api, operation, path, request, inner)
            except Exception as error:
                self.trail.refused(request, operation, api.bank, error)
                raise
            self.trail.answered(request, operation, response.status)
            return response

        return respond

    def _run(
        self, api: Api, operation: Operation, path: Mapping[str, str], request: Request, inner: Respond
    ) -> Response:
        call = self._call(api, operation, path, request)
        request.notes[CALL] = (api.handlers[operation.operation_id], call)
        response = inner(request)
        if call.explained is not None:
            request.notes["error"] = call.explained
        if response.status >= 400 or call.explained is not None:
            response.with_headers({"Sandbank-Trace": request.trace_id})
        if api.bank is not None:
            response.with_headers(api.bank.echo(request.headers, lambda: request.trace_id))
        self._check(operation, call, response)
        return response

    def _call(self, api: Api, operation: Operation, path: Mapping[str, str], request: Request) -> Call:
        notes, headers, bank = request.notes, request.headers, api.bank
        grant, client_id, authorization = None, "", headers.get("authorization")
        way = _way_in(operation, authorization) if bank is not None else ""
        if bank is not None and way == "bankOAuth":
            world, grant = self._grant(bank, request)
            client_id = grant.client_id
            notes["consent_id"] = grant.consent.consent_id
            notes["persona"] = grant.consent.persona
        elif bank is not None and way == "clientBasic":
            world, client = self.bearers.client(bank, authorization or "")
            client_id = client.client_id
        else:
            world = notes.get(WORLD) or self.worlds.world(self.default_world)
        if client_id:
            notes["client_id"] = client_id
            notes[WORLD] = world
        notes["world_id"] = world.world_id
        _refuse_too_large(request)
        media_type = operation.negotiate(headers.get("accept"))
        parameters = operation.read_parameters(path, request.query, headers, _cookies(headers))
        body = operation.read_body(headers.get("content-type"), request.body)
        if grant is not None:
            if PURPOSE in headers:
                grant = grant.for_purpose(headers[PURPOSE], operation.data_clusters)
            _covered(operation, grant)
            if grant.consent.unattended_reads is not None and operation.data_clusters:
                self.frequency.count(bank, world, grant.consent, headers)  # type: ignore[arg-type]  # who grants is a bank
        return Call(
            bank=bank,  # type: ignore[arg-type]  # only a bank's handlers look at it
            operation_id=operation.operation_id,
            base_url=notes["base_url"],
            headers=headers,
            path=parameters.path,
            query=parameters.query,
            header=parameters.headers,
            body=body,
            media_type=media_type,
            worlds=self.worlds,
            world=world,
            consents=self.consents,
            commerce=self.commerce,
            events=self.events,
            asked=request,
            client_id=client_id,
            maybe_grant=grant,
            query_string=request.query.decode("utf-8", "replace"),
        )

    def _grant(self, bank: Bank, request: Request) -> tuple[World, Grant]:
        """Leaves a note of whose token came, for the record. Raises Unauthorized."""
        try:
            world, grant = self.bearers.grant(bank, request)
        except Unauthorized:
            request.notes[BEARING] = self.bearers.behind(request.headers.get("authorization", ""))
            raise
        if grant.consent.consent_id:  # a client's own token has none
            request.notes[BEARING] = (world, grant.consent)
        return world, grant

    @staticmethod
    def _check(operation: Operation, call: Call, response: Response) -> None:
        """Raises ContractBroken where an answer of ours does not keep to its document."""
        reply = call.reply
        if reply is None:
            return
        violations = check_reply(operation, reply, response)
        if violations:
            raise ContractBroken(operation.operation_id, violations)

    def check_error(self, request: Request, reply: Reply, response: Response) -> None:
        """An error's body has its place in the document as well; where it has not, that is said loudly."""
        operation = request.notes.get("matched")
        if operation is None:
            return
        violations = check_reply(operation, reply, response)
        too_large = isinstance(request.notes["error"], PayloadTooLarge)
        if too_large and all(violation.rule == "undeclared" for violation in violations):
            return  # no document speaks of a body where none is taken
        if violations:
            log.error(
                "%s answers %s otherwise than its document says: %s",
                operation.operation_id,
                reply.status,
                violations,
            )
            response.with_headers({"Sandbank-Contract": "broken"})


def _refuse_too_large(request: Request) -> None:
    if request.notes.get("too_large"):
        raise PayloadTooLarge("the body is longer than the server reads")


def check_reply(operation: Operation, reply: Reply, response: Response) -> list[Violation]:
    """How an answer breaks its document: the reply by its values, the response by its headers."""
    headers = {name.lower(): value for name, value in response.headers}
    media_type = reply.media_type.partition(";")[0]
    if reply.member:
        return operation.check_page(reply.status, media_type, headers, reply.body, reply.member)
    return operation.check_response(reply.status, media_type if reply.body is not None else None, headers, reply.body)


def _way_in(operation: Operation, authorization: str | None) -> str:
    """The security scheme by which the caller is to be known; empty where anybody may come, or where the authorization
    server looks for itself."""
    if "bankOAuth" not in operation.schemes or operation.anonymous:
        return ""
    by_basic = "clientBasic" in operation.schemes and (authorization or "")[:6].lower() == "basic "
    return "clientBasic" if by_basic else "bankOAuth"


def _covered(operation: Operation, grant: Grant) -> None:
    """Raises ClusterNotGranted or ScopeInsufficient."""
    covered(grant.consent, operation.data_clusters)
    lacking = [scope for scope in operation.scopes if scope not in grant.scope.split()]
    if lacking:
        raise ScopeInsufficient(f"the token does not carry the scope {lacking[0]}", needed=lacking, carried=grant.scope)


def _cookies(headers: Mapping[str, str]) -> dict[str, str]:
    if "cookie" not in headers:
        return {}
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(headers["cookie"]).items()}
    except CookieError:
        return {}
