"""Words that the tests of what is proved share."""

from typing import Any

from tests.conftest import World
from tests.control.words import told

ACCOUNTS = {
    "chase": "/jpmc/servicing/inquiry-maintenance/fdx/v4/accounts",
    "wellsfargo": "/fdx/v6/accounts",
    "usbank": "/accounts/v1/accounts",
    "citi": "/gcb/api/v1/accounts",
}


def verified(world: World, *expect: dict[str, Any], **more: Any) -> dict[str, Any]:
    return told(world.control("POST", "/verify", json={"expect": list(expect), **more}))


def waited(world: World, timeout: str = "PT10S", **what: Any) -> dict[str, Any]:
    return told(world.control("POST", "/wait-for", json={**what, "timeout": timeout}))


def report(world: World, **query: Any) -> dict[str, Any]:
    return told(world.control("GET", "/report", params=query))


def stamp(world: World, rule_id: str) -> dict[str, Any]:
    """What came of a rule."""
    found: dict[str, Any] = next(one for one in report(world)["rules"] if one["rule"] == rule_id)
    return found
