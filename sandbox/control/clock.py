"""The time in a world: read, set, advanced, frozen, sped up."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sandbox.control import show
from sandbox.control.moments import instant, within_reach
from sandbox.control.operation import Operation, members, world_of, wrong
from sandbox.control.services import Services
from sandbox.dialect.call import Call, Reply
from sandbox.kernel.durations import parse_duration
from sandbox.worlds.worlds import World


def get_clock(services: Services, call: Call) -> Reply:
    return Reply(show.clock(world_of(services, call)))


def set_clock(services: Services, call: Call) -> Reply:
    world, now = world_of(services, call), instant(call.body["now"], "now")
    return Reply(show.clock(services.worlds.set_clock(world.world_id, within_reach(world.anchor, now))))


def advance_clock(services: Services, call: Call) -> Reply:
    world, by = world_of(services, call), _duration(call.body["by"])
    within_reach(world.anchor, _later(world, by))
    return Reply(show.clock(services.worlds.advance(world.world_id, by)))


def freeze_clock(services: Services, call: Call) -> Reply:
    frozen = members(call).get("frozen", True)
    return _at_speed(services, call, 0.0 if frozen else 1.0)


def set_clock_speed(services: Services, call: Call) -> Reply:
    return _at_speed(services, call, float(call.body["speed"]))


def _at_speed(services: Services, call: Call, speed: float) -> Reply:
    world = world_of(services, call)
    return Reply(show.clock(services.worlds.set_speed(world.world_id, speed)))


def _duration(by: str | dict[str, Any]) -> timedelta:
    if not isinstance(by, str):
        return timedelta(**by)
    try:
        return parse_duration(by)
    except ValueError:
        message = f"by must be a duration such as P1DT2H or 1d2h, got {by!r}"
        raise wrong("/by", message, rule="duration", expected="a duration", got=by) from None


def _later(world: World, by: timedelta) -> datetime:
    try:
        return world.now + by
    except OverflowError:
        raise wrong("/by", "by must not lead beyond the calendar", rule="duration") from None


OPERATIONS: Mapping[str, Operation] = {
    "getClock": get_clock,
    "setClock": set_clock,
    "advanceClock": advance_clock,
    "freezeClock": freeze_clock,
    "setClockSpeed": set_clock_speed,
}
