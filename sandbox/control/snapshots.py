"""Worlds as they stood: saved, put back, compared, copied, and carried in files."""

from collections.abc import Mapping
from typing import Any

from sandbox.control import demo, show
from sandbox.control.moments import instant, within_reach
from sandbox.control.operation import NOTHING, Operation, created, members, wrong
from sandbox.control.services import Services
from sandbox.control.worlds import made, refuse_taken
from sandbox.dialect.call import Call, Reply
from sandbox.kernel.clock import iso
from sandbox.worlds.readable import BOUND
from sandbox.worlds.snapshots import Difference, Snapshot, State, left_out

OTHER_PEOPLE = (
    "The file was written with other personas or merchants than this server has: the template's rows may differ, and "
    "rows on accounts that are not here are not seen."
)
NOW = "now"
"""How the world as it stands is called where it is compared."""


def list_snapshots(services: Services, call: Call) -> Reply:
    return Reply({"snapshots": [shown(one) for one in services.snapshots.all(call.path["world"])]})


def save_snapshot(services: Services, call: Call) -> Reply:
    world_id, wish = call.path["world"], call.body
    snapshot = services.snapshots.save(
        world_id,
        wish["name"],
        wish.get("note", ""),
        ready=demo.client_id_of(world_id),
        replace=wish.get("replace", False),
    )
    return created(shown(snapshot), f"/worlds/{world_id}/snapshots/{snapshot.name}")


def get_snapshot(services: Services, call: Call) -> Reply:
    return Reply(shown(services.snapshots.get(call.path["world"], call.path["snapshot"])))


def delete_snapshot(services: Services, call: Call) -> Reply:
    services.snapshots.delete(call.path["world"], call.path["snapshot"])
    return NOTHING


def restore_snapshot(services: Services, call: Call) -> Reply:
    return Reply(show.world(services.snapshots.restore(call.path["world"], call.path["snapshot"])))


def fork_snapshot(services: Services, call: Call) -> Reply:
    world_id, name, wish = call.path["world"], call.path["snapshot"], members(call)
    with services.database.transaction():
        refuse_taken(services, wish.get("id"))
        stays = left_out(services.snapshots.get(world_id, name).contents)
        world = services.snapshots.fork(world_id, name, title=wish.get("name", ""), new_id=wish.get("id"))
        return made(services, world, left_out=stays, notes=[])


def diff_snapshot(services: Services, call: Call) -> Reply:
    world_id, name, with_ = call.path["world"], call.path["snapshot"], call.query["with"]
    one = services.snapshots.state(world_id, name)
    other = services.snapshots.state(world_id, None if with_ == NOW else with_)
    found = services.snapshots.differences(one, other)
    limit = call.query["limit"]
    return Reply(
        {
            "from": _moment(name, one),
            "to": _moment(with_, other),
            "same": not found and (one.now, one.speed) == (other.now, other.speed),
            "differences": [_difference(one) for one in found[:limit]],
            "more": max(0, len(found) - limit),
        }
    )


def export_snapshot(services: Services, call: Call) -> Reply:
    world_id, name = call.path["world"], call.path["snapshot"]
    stays = left_out(services.snapshots.get(world_id, name).contents)
    return Reply({**services.snapshots.exported(world_id, name), "left_out": stays})


def import_snapshot(services: Services, call: Call) -> Reply:
    file, wish = call.body["snapshot"], call.body
    now, anchor = instant(file["now"], "now"), instant(file["anchor"], "anchor").date()
    within_reach(anchor, now)
    for place, account in enumerate(file.get("accounts", ())):
        if account["bank"] not in services.banks:
            message = f"this server has no bank {account['bank']!r}"
            raise wrong(f"/snapshot/accounts/{place}/bank", message, rule="enum", expected=list(services.banks))
    with services.database.transaction():
        refuse_taken(services, wish.get("id"))
        world = services.snapshots.imported(file, anchor, now, title=wish.get("name", ""), new_id=wish.get("id"))
        return made(services, world, left_out=file.get("left_out", {}), notes=_notes(services, file))


# --- Pieces --------------------------------------------------------------------------------------------------------


def _notes(services: Services, file: Mapping[str, Any]) -> list[str]:
    return [] if file["seed_data"] == services.worlds.stories.fingerprint else [OTHER_PEOPLE]


def shown(snapshot: Snapshot) -> dict[str, Any]:
    return {
        "name": snapshot.name,
        "note": snapshot.note,
        "saved_at": iso(snapshot.saved_at),
        "now": iso(snapshot.now),
        "speed": snapshot.speed,
        "contents": dict(snapshot.contents),
        "only_here": [kind for kind in BOUND.values() if kind in snapshot.contents],
    }


def _moment(name: str, state: State) -> dict[str, Any]:
    return {"name": name, "now": iso(state.now), "speed": state.speed}


def _difference(one: Difference) -> dict[str, Any]:
    told: dict[str, Any] = {"kind": one.kind, "change": one.change, "key": one.key, "members": list(one.members)}
    for name, value in (("before", one.before), ("after", one.after)):
        if value is not None:
            told[name] = value
    return told


OPERATIONS: Mapping[str, Operation] = {
    "listSnapshots": list_snapshots,
    "saveSnapshot": save_snapshot,
    "getSnapshot": get_snapshot,
    "deleteSnapshot": delete_snapshot,
    "restoreSnapshot": restore_snapshot,
    "forkSnapshot": fork_snapshot,
    "diffSnapshot": diff_snapshot,
    "exportSnapshot": export_snapshot,
    "importSnapshot": import_snapshot,
}
