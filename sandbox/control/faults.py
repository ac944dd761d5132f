"""Faults on order: added one by one or as a profile, listed with how often they acted, and taken away."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from sandbox.contract.documents import Document
from sandbox.control.moments import moment
from sandbox.control.operation import NOTHING, Operation, bank_of, created, world_of, wrong
from sandbox.control.services import Services
from sandbox.dialect.call import Call, Reply
from sandbox.faults.kinds import EVERY, KINDS, PAGES
from sandbox.faults.levers import BAD_GATEWAY, SLOW_BYTES
from sandbox.faults.profiles import PROFILES
from sandbox.kernel.clock import iso
from sandbox.kernel.errors import FaultNotFound
from sandbox.kernel.names import did_you_mean
from sandbox.ledger.faults import Fault, FaultKind, Latency, Match
from sandbox.store.faults import Count
from sandbox.worlds.worlds import World

LOST = (FaultKind.RESET, FaultKind.EMPTY, FaultKind.TRUNCATED, FaultKind.GATEWAY)
"""Kinds by which an answer gets lost once the work is done, unless one is told otherwise."""
PROXIES = (502, 503, 504)
"""Statuses of proxies."""
LATENCY = {"distribution", "milliseconds", "low", "high", "sigma"}
MEMBERS: Mapping[FaultKind, set[str]] = {
    FaultKind.LATENCY: LATENCY,
    FaultKind.STATUS: {"status", "error", "retry_after", "acted"},
    FaultKind.RESET: {"acted"},
    FaultKind.EMPTY: {"acted"},
    FaultKind.TRUNCATED: set(),
    FaultKind.DRIBBLE: {"bytes_per_second"},
    FaultKind.GATEWAY: {"status", "acted"},
    FaultKind.DRIFT: {"kinds"},
    FaultKind.SURPRISE: {"kinds"},
}
"""What may be said of each kind, beside what may be said of any."""
COMMON = {"fault", "match", "probability", "times", "after", "seed", "begins", "ends"}


def list_faults(services: Services, call: Call) -> Reply:
    return Reply(_listed(services, world_of(services, call)))


def add_fault(services: Services, call: Call) -> Reply:
    world = world_of(services, call)
    [fault] = services.rules.add(world, [read(services, world, call.body)])
    return created(shown(fault, Count()), f"/faults/{fault.fault_id}")


def put_faults(services: Services, call: Call) -> Reply:
    """All of them at once: what was there before is gone."""
    world, body = world_of(services, call), call.body
    if "profile" in body:
        faults = _of_profile(services, world, body)
    else:
        faults = [read(services, world, one) for one in body["faults"]]
    services.rules.add(world, faults, instead=True)
    return Reply(_listed(services, world))


def clear_faults(services: Services, call: Call) -> Reply:
    services.rules.add(world_of(services, call), [], instead=True)
    return NOTHING


def get_fault(services: Services, call: Call) -> Reply:
    world, fault_id = world_of(services, call), call.path["faultId"]
    for fault in services.rules.store.of_world(world.world_id):
        if fault.fault_id == fault_id:
            return Reply(shown(fault, services.rules.store.counts(world.world_id).get(fault_id, Count())))
    raise FaultNotFound(f"the world has no fault {fault_id!r}")


def delete_fault(services: Services, call: Call) -> Reply:
    services.rules.delete(world_of(services, call), call.path["faultId"])
    return NOTHING


def list_fault_profiles(_services: Services, _call: Call) -> Reply:
    told = [
        {
            "profile": name,
            "description": profile.text,
            "faults": [_members(one) for one in profile.ordered(name, Match(), 0)],
        }
        for name, profile in PROFILES.items()
    ]
    return Reply({"profiles": told})


def list_fault_kinds(_services: Services, _call: Call) -> Reply:
    told = [
        {"kind": name, "title": one.title, "copies": one.copies, "advice": one.advice, "legal": one.legal}
        for name, one in KINDS.items()
    ]
    told += [
        {"kind": name, "title": title, "copies": copies, "advice": advice, "legal": True}
        for name, (title, copies, advice) in PAGES.items()
    ]
    return Reply({"kinds": told})


# --- From what is wished for to a fault -----------------------------------------------------------------------------


def read(services: Services, world: World, wish: Mapping[str, Any]) -> Fault:
    """Raises InvalidInput, InvalidDate, or BankNotFound."""
    kind = FaultKind(wish["fault"])
    for name in sorted(wish.keys() - COMMON - MEMBERS[kind]):
        raise wrong(f"/{name}", f"{kind} has no {name}; it takes {', '.join(sorted(MEMBERS[kind]))}", rule="unknown")
    for place, name in enumerate(wish.get("kinds", ())):
        if name not in EVERY:
            message = f"there is no kind {name!r}. {did_you_mean(name, EVERY)}".rstrip()
            raise wrong(f"/kinds/{place}", message, expected=list(EVERY), got=name)
    instants = {name: moment(wish[name], world.now, name) for name in ("begins", "ends") if name in wish}
    if len(instants) == 2 and instants["begins"] >= instants["ends"]:
        raise wrong("/ends", "ends has to come after begins", got=wish["ends"])
    fault = Fault(
        "",
        kind,
        match=_match(services, wish.get("match", {})),
        status=wish.get("status", BAD_GATEWAY if kind is FaultKind.GATEWAY else 0),
        error=wish.get("error", ""),
        retry_after=wish.get("retry_after"),
        latency=_latency(wish) if kind is FaultKind.LATENCY else Latency(),
        bytes_per_second=wish.get("bytes_per_second", SLOW_BYTES) if kind is FaultKind.DRIBBLE else 0,
        kinds=tuple(wish.get("kinds", ())),
        acted=wish.get("acted", kind in LOST),
        probability=wish.get("probability", 1.0),
        times=wish.get("times"),
        after=wish.get("after", 0),
        seed=wish.get("seed", 0),
        begins=instants.get("begins"),
        ends=instants.get("ends"),
    )
    if kind is FaultKind.STATUS:
        _possible(services, fault)
    if kind is FaultKind.GATEWAY and fault.status not in PROXIES:
        raise wrong("/status", f"a proxy answers {', '.join(map(str, PROXIES))}", expected=PROXIES, got=fault.status)
    return fault


def _latency(wish: Mapping[str, Any]) -> Latency:
    latency = Latency(**{name: wish[name] for name in LATENCY if name in wish})
    needed = ("low", "high") if latency.distribution == "uniform" else ("milliseconds",)
    for name in needed:
        if name not in wish:
            raise wrong(f"/{name}", f"a {latency.distribution} latency needs {name}", rule="required")
    if latency.low > latency.high:
        raise wrong("/high", "high has to be at least low", got=latency.high)
    return latency


def _match(services: Services, wish: Mapping[str, str]) -> Match:
    match = Match(**wish)
    if match.bank and "*" not in match.bank:
        bank_of(services, match.bank)
    if match.operation and not _operations(services, match):
        known = [name for document in _documents(services, match) for name in document.operations]
        raise wrong(
            "/match/operation",
            f"there is no operation {match.operation!r}. {did_you_mean(match.operation, known)}".rstrip(),
            got=match.operation,
        )
    return match


def _documents(services: Services, match: Match) -> list[Document]:
    """Those whose calls faults can befall."""
    banks = [slug for slug in services.banks if match.bank in ("", "*", slug)]
    own = [services.documents[slug] for slug in banks]
    extensions = [one for slug in banks for one in services.extensions[slug].values()]
    platforms = [] if match.bank else [services.documents[name] for name in ("messenger", "whatsapp")]
    return [*own, *extensions, *platforms]


def _operations(services: Services, match: Match) -> list[Any]:
    wanted = match.operation
    return [
        operation
        for document in _documents(services, match)
        for name, operation in document.operations.items()
        if not wanted or "*" in wanted or name == wanted
    ]


def _possible(services: Services, fault: Fault) -> None:
    """A status that no operation answers would never act. Raises InvalidInput."""
    if bool(fault.status) == bool(fault.error):
        raise wrong("/status", "a refusal has either a status or the name of an error", rule="required")
    if fault.error and fault.error not in services.rules.errors:
        hint = did_you_mean(fault.error, services.rules.errors)
        raise wrong("/error", f"there is no error {fault.error!r}. {hint}".rstrip(), got=fault.error)
    if fault.status:
        declared = {status for operation in _operations(services, fault.match) for status in operation.responses}
        if str(fault.status) not in declared:
            told = sorted(status for status in declared if status >= "400")
            raise wrong("/status", f"no such operation answers {fault.status}", expected=told, got=fault.status)


def _of_profile(services: Services, world: World, body: Mapping[str, Any]) -> list[Fault]:
    profile = PROFILES.get(body["profile"])
    if profile is None:
        hint = did_you_mean(body["profile"], PROFILES)
        raise wrong("/profile", f"there is no profile {body['profile']!r}. {hint}".rstrip(), expected=list(PROFILES))
    match = _match(services, body.get("match", {}))
    return profile.ordered(body["profile"], match, body.get("seed", world.stored.seed))


# --- And back -------------------------------------------------------------------------------------------------------


def _listed(services: Services, world: World) -> dict[str, Any]:
    store = services.rules.store
    counts = store.counts(world.world_id)
    return {"faults": [shown(one, counts.get(one.fault_id, Count())) for one in store.of_world(world.world_id)]}


def shown(fault: Fault, count: Count) -> dict[str, Any]:
    told = {"id": fault.fault_id, **_members(fault), "seen": count.seen, "acted_on": count.acted}
    return {**told, "profile": fault.profile} if fault.profile else told


def _members(fault: Fault) -> dict[str, Any]:
    """As one would wish for it."""
    match = {one.name: getattr(fault.match, one.name) for one in fields(Match)}
    told: dict[str, Any] = {"fault": fault.kind.value, "match": {name: value for name, value in match.items() if value}}
    told |= {
        name: value
        for name in sorted(MEMBERS[fault.kind])
        if (value := _member(fault, name)) is False or value not in (None, "", 0, [])
    }
    told |= {"probability": fault.probability, "times": fault.times, "after": fault.after, "seed": fault.seed}
    for name in ("begins", "ends"):
        if (at := getattr(fault, name)) is not None:
            told[name] = iso(at)
    return told


def _member(fault: Fault, name: str) -> Any:
    value = getattr(fault.latency if name in LATENCY else fault, name)
    return list(value) if name == "kinds" else value


OPERATIONS: Mapping[str, Operation] = {
    "listFaults": list_faults,
    "addFault": add_fault,
    "putFaults": put_faults,
    "clearFaults": clear_faults,
    "listFaultProfiles": list_fault_profiles,
    "listFaultKinds": list_fault_kinds,
    "getFault": get_fault,
    "deleteFault": delete_fault,
}
