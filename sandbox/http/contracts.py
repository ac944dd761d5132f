"""The contract layer: a request that reaches a handler has been matched, authenticated and validated against its
document, and an answer that leaves has been checked against it."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie

from sandbox.contract.documents import Document, Operation
from sandbox.dialect.bank import Bank, Handler
from sandbox.dialect.call import Call, Grant, Reply
from sandbox.http.message import CALL, Request, Response
from sandbox.kernel.errors import (
    ClusterNotGranted,
    ContractBroken,
    MethodNotAllowed,
    PayloadTooLarge,
    ScopeInsufficient,
    UnknownPath,
    Violation,
)
from sandbox.worlds.worlds import World, Worlds

Respond = Callable[[Request], Response]
Authenticate = Callable[[Bank, str | None], tuple[World, Grant]]

log = logging.getLogger("sandbank.contract")


@dataclass(frozen=True, slots=True)
class Api:
    """One document with the handlers of its operations."""

    document: Document
    handlers: Mapping[str, Handler]
    bank: Bank | None
    """None for the sandbox's own APIs, which need no customer's token."""


class Contracts:
    def __init__(self, apis: Mapping[str, Api], worlds: Worlds, authenticate: Authenticate, default_world: str) -> None:
        """`apis` by the first segment of their paths: a bank's slug, or `_sandbox`."""
        self.apis = apis
        self.worlds = worlds
        self.authenticate = authenticate
        self.default_world = default_world

    def layer(self, inner: Respond) -> Respond:
        apis = self.apis

        def respond(request: Request) -> Response:
            segments = request.path.split("/", 2)
            api = apis.get(segments[1]) if len(segments) > 1 else None
            if api is None:
                return inner(request)
            try:
                operation, path = api.document.match(request.method, "/" + (segments[2] if len(segments) > 2 else ""))
            except (UnknownPath, MethodNotAllowed) as error:
                # The sandbox's furniture (documents, pages) stands beside the bank's own paths.
                request.notes["unmatched"] = error
                return self._furniture(inner, request, error)
            request.notes["operation"] = operation.operation_id
            request.notes["matched"] = operation
            call = self._call(api, operation, path, request)
            request.notes[CALL] = (api.handlers[operation.operation_id], call)
            response = inner(request)
            if response.status >= 400:
                response.with_headers({"Sandbank-Trace": request.trace_id})
            self._check(operation, call, response)
            if api.bank is not None:
                response.with_headers(api.bank.echo(request.headers))
            return response

        return respond

    @staticmethod
    def _furniture(inner: Respond, request: Request, error: UnknownPath | MethodNotAllowed) -> Response:
        if isinstance(error, MethodNotAllowed):
            raise error
        return inner(request)

    def _call(self, api: Api, operation: Operation, path: Mapping[str, str], request: Request) -> Call:
        notes, headers, bank = request.notes, request.headers, api.bank
        grant = None
        if bank is not None and _needs_customer(operation):
            world, grant = self.authenticate(bank, headers.get("authorization"))
            notes["client_id"] = grant.client_id
            notes["consent_id"] = grant.consent.consent_id
            notes["persona"] = grant.consent.persona
        else:
            world = self.worlds.world(self.default_world)
        notes["world_id"] = world.world_id
        if notes.get("too_large"):
            raise PayloadTooLarge("the body is longer than the server reads")
        media_type = operation.negotiate(headers.get("accept"))
        parameters = operation.read_parameters(path, request.query, headers, _cookies(headers))
        body = operation.read_body(headers.get("content-type"), request.body)
        if grant is not None:
            _covered(operation, grant)
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
            maybe_grant=grant,
            query_string=request.query.decode("utf-8", "replace"),
            trace_id=request.trace_id,
        )

    @staticmethod
    def _check(operation: Operation, call: Call, response: Response) -> None:
        """Raises ContractBroken where an answer of ours does not keep to its document."""
        reply = call.reply
        if reply is None:
            return
        violations = check_reply(operation, reply, {name.lower(): value for name, value in response.headers})
        if violations:
            raise ContractBroken(operation.operation_id, violations)

    def check_error(self, request: Request, reply: Reply, response: Response) -> None:
        """An error's body has its place in the document as well; where it has not, that is said loudly."""
        operation = request.notes.get("matched")
        if operation is None:
            return
        violations = check_reply(operation, reply, {name.lower(): value for name, value in response.headers})
        if violations:
            log.error("%s answers %s otherwise than its document says: %s", operation.operation_id, reply.status, violations)
            response.with_headers({"Sandbank-Contract": "broken"})


def check_reply(operation: Operation, reply: Reply, headers: Mapping[str, str]) -> list[Violation]:
    media_type = reply.media_type.partition(";")[0]
    if reply.member:
        return operation.check_page(reply.status, media_type, headers, reply.body, reply.member)
    return operation.check_response(reply.status, media_type if reply.body is not None else None, headers, reply.body)


def _needs_customer(operation: Operation) -> bool:
    """Whether every way in is by a customer's token."""
    return bool(operation.security) and all("bankOAuth" in way for way in operation.security)


def _covered(operation: Operation, grant: Grant) -> None:
    """Raises ClusterNotGranted or ScopeInsufficient."""
    missing = [cluster for cluster in operation.data_clusters if cluster not in grant.consent.clusters]
    if missing:
        raise ClusterNotGranted(
            f"the customer did not grant {missing[0]}",
            needed=list(operation.data_clusters),
            granted=list(grant.consent.clusters),
            hint="Ask for a scope that covers it, and let the customer consent anew.",
        )
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
