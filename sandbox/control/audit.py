"""The audit trail: who read what, and whether its chains hold."""

from collections.abc import Mapping
from typing import Any

from sandbox.control import show
from sandbox.control.operation import Operation, members, world_of
from sandbox.control.services import Services
from sandbox.dialect.call import Call, Reply
from sandbox.ledger.accesses import Head


def list_accesses(services: Services, call: Call) -> Reply:
    world, query = world_of(services, call), call.query
    page = services.accesses.of_world(world.world_id, limit=query["limit"] + 1, offset=query["offset"])
    return Reply(show.page("accesses", [show.access(one) for one in page], query["limit"], query["offset"]))


def verify_accesses(services: Services, call: Call) -> Reply:
    """With heads that somebody wrote down earlier, if the body has any."""
    noted = [Head(**head) for head in members(call).get("heads", [])]
    return Reply(_verdict(services, world_of(services, call).world_id, noted))


def _verdict(services: Services, world_id: str, noted: list[Head]) -> dict[str, Any]:
    verdict = services.accesses.verify(world_id, noted)
    return {
        "world": world_id,
        "intact": not verdict.broken,
        "records": verdict.records,
        "chains": len(verdict.heads),
        "heads": [{"chain": head.chain, "number": head.number, "hash": head.hash} for head in verdict.heads],
        "broken": [{"chain": chain, "number": number, "problem": problem} for chain, number, problem in verdict.broken],
    }


OPERATIONS: Mapping[str, Operation] = {
    "listAccesses": list_accesses,
    "checkAudit": verify_accesses,
    "verifyAudit": verify_accesses,
}
