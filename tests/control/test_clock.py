"""The time in a world."""

import pytest

from tests.conftest import NOW, World
from tests.control.words import refused, told


def test_a_clock_can_be_read(world: World) -> None:
    clock = told(world.control("GET", "/clock"))
    assert clock == {"world": world.world_id, "now": NOW, "speed": 0.0, "frozen": True}


@pytest.mark.parametrize("by", ["P1DT2H", "1d2h", "PT26H", {"days": 1, "hours": 2}, {"hours": 26}])
def test_a_clock_is_advanced_by_text_or_by_units(world: World, by: object) -> None:
    clock = told(world.control("POST", "/clock/advance", json={"by": by}))
    assert clock["now"] == "2026-06-16T17:00:00Z"


@pytest.mark.parametrize("by", ["P1M", "P1Y", "soon", "-1d", "", "PT", {"months": 1}, {}, {"days": -1}, 5, None])
def test_a_duration_that_is_none_is_refused(world: World, by: object) -> None:
    refused(world.control("POST", "/clock/advance", json={"by": by}), 400, "InvalidInput")


@pytest.mark.parametrize("now", ["2026-07-01T09:00:00Z", "2026-07-01T11:00:00+02:00", "2026-07-01T09:00:00"])
def test_a_clock_is_set_to_an_instant(world: World, now: str) -> None:
    assert told(world.control("PUT", "/clock", json={"now": now}))["now"] == "2026-07-01T09:00:00Z"


def test_a_clock_does_not_go_back(world: World) -> None:
    refusal = refused(world.control("PUT", "/clock", json={"now": "2026-06-01"}), 409, "ClockMovedBack")
    assert refusal["facts"]["now"] == NOW
    assert "reset" in refusal["hint"]
    assert told(world.control("GET", "/clock"))["now"] == NOW


@pytest.mark.parametrize(
    "now", ["tomorrow", "2026-13-01", "1999-01-01", "2026-06-31T00:00:00Z", "0001-01-01T00:00+09:00"]
)
def test_an_instant_that_is_none_is_refused(world: World, now: str) -> None:
    refused(world.control("PUT", "/clock", json={"now": now}), 400, "InvalidDate")


def test_a_clock_stays_within_the_years_that_can_be_told(world: World) -> None:
    refused(world.control("PUT", "/clock", json={"now": "2037-01-01"}), 400, "InvalidDateRange")
    refused(world.control("POST", "/clock/advance", json={"by": {"weeks": 5000}}), 400, "InvalidDateRange")
    refused(world.control("POST", "/clock/advance", json={"by": {"weeks": 99_999_999}}), 400, "InvalidInput")


def test_a_clock_runs_freezes_and_speeds(world: World) -> None:
    assert told(world.control("POST", "/clock/freeze", json={"frozen": False}))["speed"] == 1
    assert told(world.control("POST", "/clock/speed", json={"speed": 3600}))["speed"] == 3600
    frozen = told(world.control("POST", "/clock/freeze"))
    assert frozen["frozen"]
    assert told(world.control("GET", "/clock"))["now"] == frozen["now"]
    refused(world.control("POST", "/clock/speed", json={"speed": -1}), 400, "InvalidInput")


def test_one_clock_moves_alone(world: World) -> None:
    world.advance("P3D")
    assert told(world.control("GET", "/clock", params={"world": "default"}))["now"] == NOW


def test_an_unknown_world_is_named_with_those_near_it(world: World) -> None:
    refusal = refused(world.control("GET", "/clock", params={"world": "defualt"}), 404, "WorldNotFound")
    assert "default" in refusal["hint"]
