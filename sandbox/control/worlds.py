"""Worlds: made, forked, reset, deleted."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sandbox.control import demo, show
from sandbox.control.moments import instant, within_reach
from sandbox.control.operation import NOTHING, Operation, created, members, wrong
from sandbox.control.services import Services
from sandbox.dialect.call import Call, Reply
from sandbox.kernel.clock import from_millis
from sandbox.kernel.errors import Conflict
from sandbox.worlds.worlds import DEFAULT, World


def list_worlds(services: Services, _call: Call) -> Reply:
    return Reply({"worlds": [show.world(world) for world in services.worlds.all()]})


def create_world(services: Services, call: Call) -> Reply:
    wish = members(call)
    if "from" in wish:
        return _copied(services, wish)
    settings, now = services.settings, _start(services, wish)
    anchor = instant(wish["anchor"], "anchor").date() if "anchor" in wish else None
    if now is not None or anchor is not None:
        begins = now or from_millis(services.worlds.wall())
        within_reach(anchor or begins.astimezone(UTC).date(), begins)
    with services.database.transaction():
        refuse_taken(services, wish.get("id"))
        world = services.worlds.create(
            name=wish.get("name", ""),
            world_id=wish.get("id"),
            seed=wish.get("seed", settings.seed),
            now=now,
            anchor=anchor,
            speed=_speed(wish, 0.0 if settings.freeze else 1.0),
        )
        return made(services, world)


def get_world(services: Services, call: Call) -> Reply:
    return Reply(show.world(services.worlds.world(call.path["world"])))


def delete_world(services: Services, call: Call) -> Reply:
    world_id = call.path["world"]
    if world_id == DEFAULT:
        raise Conflict(
            "the default world stays", hint=f"POST /_sandbox/worlds/{DEFAULT}/reset forgets what was done in it."
        )
    services.worlds.delete(world_id)
    return NOTHING


def fork_world(services: Services, call: Call) -> Reply:
    return _copied(services, {**members(call), "from": call.path["world"]})


def reset_world(services: Services, call: Call) -> Reply:
    world_id, wish = call.path["world"], members(call)
    world = services.worlds.world(world_id)
    now = within_reach(world.anchor, instant(wish["now"], "now")) if "now" in wish else None
    own = demo.client_id_of(world_id)
    with services.database.transaction():
        kept = [client for client in services.grants.clients(world_id) if client.client_id == own]
        world = services.worlds.reset(world_id, now)
        for client in kept:
            services.grants.add_client(client)
        if world_id == DEFAULT:
            demo.furnish_demo(services)
    return Reply(show.world(world))


# --- Pieces --------------------------------------------------------------------------------------------------------


def _copied(services: Services, wish: dict[str, Any]) -> Reply:
    for name in ("seed", "anchor"):
        if name in wish:
            raise wrong(f"/{name}", f"{name} comes from the world that is copied", rule="unknown")
    with services.database.transaction():
        source = services.worlds.world(wish["from"])
        refuse_taken(services, wish.get("id"))
        world = services.worlds.fork(source.world_id, name=wish.get("name", ""), world_id=wish.get("id"))
        if "now" in wish:
            now = within_reach(world.anchor, instant(wish["now"], "now"))
            world = services.worlds.set_clock(world.world_id, now)
        speed = world.stored.clock.speed
        if (wanted := _speed(wish, speed)) != speed:
            world = services.worlds.set_speed(world.world_id, wanted)
        return made(services, world)


def made(services: Services, world: World, **more: object) -> Reply:
    credentials = demo.furnish_world(services, world)
    client = {
        "client_id": credentials.client_id,
        "client_secret": credentials.secret,
        "redirect_uris": show.ANY_LOOPBACK_IN_WORDS,
    }
    clients = dict.fromkeys(services.banks, client)
    return created(show.world(world) | {"clients": clients, **more}, f"/worlds/{world.world_id}")


def refuse_taken(services: Services, world_id: str | None) -> None:
    if world_id is not None and any(world.world_id == world_id for world in services.worlds.all()):
        raise Conflict(f"there is a world {world_id!r} already", hint="Choose another id, or reset that world.")


def _start(services: Services, wish: Mapping[str, Any]) -> datetime | None:
    """Where the clock starts: as told, else as the server was told, else (None) at the machine's time."""
    if "now" in wish:
        return instant(wish["now"], "now")
    if "anchor" in wish or services.settings.now is None:
        return None
    return instant(services.settings.now, "now")


def _speed(wish: Mapping[str, Any], otherwise: float) -> float:
    if wish.get("frozen") and wish.get("speed", 0) != 0:
        raise wrong("/speed", "speed must be 0 or absent where frozen is true", got=wish["speed"])
    if "frozen" in wish:
        return 0.0 if wish["frozen"] else float(wish.get("speed", otherwise or 1.0))
    return float(wish.get("speed", otherwise))


OPERATIONS: Mapping[str, Operation] = {
    "listWorlds": list_worlds,
    "createWorld": create_world,
    "getWorld": get_world,
    "deleteWorld": delete_world,
    "forkWorld": fork_world,
    "resetWorld": reset_world,
}
