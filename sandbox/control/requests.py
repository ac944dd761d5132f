"""The journal: what clients asked of banks and messengers, and were answered."""

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any

from sandbox.contract.documents import Document
from sandbox.control.operation import NOTHING, Operation, world_of
from sandbox.control.services import Services
from sandbox.dialect.call import Call, Reply
from sandbox.kernel.errors import ExchangeNotFound, MethodNotAllowed, UnknownPath
from sandbox.ledger.exchanges import Exchange, number_of
from sandbox.proof import showing
from sandbox.store.journal import EVER


def list_requests(services: Services, call: Call) -> Reply:
    world_id, query = world_of(services, call).world_id, call.query
    if "after" in query:
        walk = services.journal.onwards(world_id, after=number_of(query["after"]) or 0)
    else:
        walk = services.journal.backwards(world_id, before=number_of(query.get("before", "")) or EVER)
    return _listed(services, world_id, list(islice(_those(walk, query), query["limit"])))


def list_unmatched(services: Services, call: Call) -> Reply:
    world_id = world_of(services, call).world_id
    walk = (one for one in services.journal.backwards(world_id) if not one.matched and one.error)
    found = islice(walk, call.query["limit"])
    told = [{"request": showing.shown(one), "near_misses": near_misses(services.documents, one)} for one in found]
    return Reply({"requests": told, "cut": showing.cut(services.journal.cut(world_id))})


def get_request(services: Services, call: Call) -> Reply:
    world_id, asked = world_of(services, call).world_id, call.path["requestId"]
    one = services.journal.get(world_id, number_of(asked) or 0)
    if one is None:
        lost = services.journal.cut(world_id)
        gone = bool(lost) and (number_of(asked) or 0) <= lost.upto
        raise ExchangeNotFound(
            f"the journal of the world {world_id!r} has no {asked}",
            hint="It was full, and lost its oldest exchanges: serve --journal-bytes keeps more." if gone else "",
        )
    return Reply(showing.shown(one))


def delete_requests(services: Services, call: Call) -> Reply:
    services.journal.clear(world_of(services, call).world_id)
    return NOTHING


def export_requests(services: Services, call: Call) -> Reply:
    world_id, query = world_of(services, call).world_id, call.query
    found = list(services.journal.onwards(world_id, after=number_of(query.get("after", "")) or 0, bodies=True))
    headers = {"Sandbank-Journal-Cut": str(services.journal.cut(world_id).exchanges)}
    if query["format"] == "ndjson":
        return Reply(showing.lines(found), media_type="application/x-ndjson", headers=headers)
    return Reply(showing.archive(found, services.version), headers=headers)


# --- Pieces --------------------------------------------------------------------------------------------------------


def near_misses(documents: Mapping[str, Document], one: Exchange) -> list[dict[str, str]]:
    """The operations nearest to a call that none of them has."""
    document = documents[one.channel]
    operations = document.operations.values()
    path = one.path.removeprefix(document.prefix)
    try:
        document.match(one.method, path)
    except MethodNotAllowed as error:
        close = [document.match(method, path)[0] for method in error.allowed]
    except UnknownPath as error:
        near = error.explain().get("facts", {}).get("nearest", [])
        close = [other for name in near for other in operations if document.prefix + other.path == name]
    else:
        return []
    return [
        {"operation": other.operation_id, "method": other.method, "path": document.prefix + other.path}
        for other in close
    ]


def _listed(services: Services, world_id: str, found: list[Exchange]) -> Reply:
    cut = showing.cut(services.journal.cut(world_id))
    return Reply({"requests": [showing.shown(one) for one in found], "cut": cut})


def _those(walk: Iterator[Exchange], query: Mapping[str, Any]) -> Iterator[Exchange]:
    """Those that the query's filters let pass."""
    tests: list[Callable[[Exchange], bool]] = [
        lambda one, name=name, wanted=query[name]: getattr(one, name) == wanted  # type: ignore[misc]
        for name in ("channel", "operation", "client")
        if name in query
    ]
    if "status" in query:
        digits = query["status"].rstrip("x")
        tests.append(lambda one: str(one.status).startswith(digits))
    return (one for one in walk if all(test(one) for test in tests))


OPERATIONS: Mapping[str, Operation] = {
    "listRequests": list_requests,
    "listUnmatchedRequests": list_unmatched,
    "getRequest": get_request,
    "deleteRequests": delete_requests,
    "exportRequests": export_requests,
}
