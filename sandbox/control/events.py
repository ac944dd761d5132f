"""The log of what happened in a world, as nobody in particular hears of it."""

from collections.abc import Mapping
from typing import Any

from sandbox.control.operation import Operation, world_of
from sandbox.control.services import Services
from sandbox.dialect.call import Call, Reply
from sandbox.events.dress import type_of
from sandbox.kernel.clock import iso
from sandbox.ledger.happenings import Happening

CHUNK = 1_000


def list_events(services: Services, call: Call) -> Reply:
    """What is due is told first: so the answer is whole, however long nobody asked."""
    world, query, log = world_of(services, call), call.query, services.agenda.log
    services.agenda.collect(world)
    wanted = type_of(query["type"]) if "type" in query else None
    account_id, number = query.get("account_id"), query["after"]
    found = list[dict[str, Any]]()
    while batch := log.after(world.world_id, number, CHUNK):
        for number, one in batch:
            if wanted in (None, one.type) and account_id in (None, one.account_id):
                found.append(_shown(number, one))
            if len(found) == query["limit"]:
                return Reply({"events": found, "last": number})
    return Reply({"events": found, "last": number})


def _shown(number: int, one: Happening) -> dict[str, Any]:
    told = {
        "number": number,
        "event_id": one.event_id,
        "type": f"sandbox.{one.type}",
        "at": iso(one.at),
        "of": iso(one.of) if one.of is not None else None,
        "bank": one.bank,
        "account_id": one.account_id or None,
        "customer_id": one.customer_id or None,
        "consent_id": one.consent_id or None,
        "client_id": one.client_id or None,
        "data": one.data,
    }
    return {name: value for name, value in told.items() if value is not None}


OPERATIONS: Mapping[str, Operation] = {"listEvents": list_events}
