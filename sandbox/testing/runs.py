"""The world of `sandbank contract run`, where it runs these tests: it observes one world, so all tests live in that."""

from collections.abc import Mapping

import pytest

from sandbox.testing.server import Server
from sandbox.testing.worlds import World

START = "start-of-the-run"
"""The snapshot to which every test puts the world back. The journal stays, so that the run sees what each test did."""


def world_of_run(server: Server, environment: Mapping[str, str], config: pytest.Config) -> World | None:
    """None where no run says whose credentials to use. Raises UsageError for tests that would run side by side."""
    world_id, banks = environment.get("SANDBANK_WORLD"), environment.get("SANDBANK_BANKS")
    if not world_id or not banks:
        return None
    if hasattr(config, "workerinput"):
        raise pytest.UsageError(
            "sandbank contract run observes one world, in which tests can only run one after the other: leave out -n"
        )
    world = World(server, world_id, {slug: _client(environment, slug) for slug in banks.split(",")})
    world.save(START, replace=True)
    return world


def _client(environment: Mapping[str, str], slug: str) -> dict[str, str]:
    names = ("client_id", "client_secret")
    return {name: environment.get(f"SANDBANK_{slug.upper()}_{name.upper()}", "") for name in names}
