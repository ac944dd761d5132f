"""One stage per bank for the whole session; what a test changes, it changes in a world of its own."""

from collections.abc import Callable, Iterator

import pytest

from sandbox.contract.operations import Operation
from tests.banks.stage import Stage
from tests.conftest import Server

Stages = Callable[[str], Stage]


@pytest.fixture(scope="session")
def stages(server: Server) -> Iterator[Stages]:
    made: dict[str, Stage] = {}

    def stage(slug: str) -> Stage:
        if slug not in made:
            made[slug] = Stage(server, slug)
        return made[slug]

    yield stage
    for one in made.values():
        one.close()


@pytest.fixture
def stage(slug: str, stages: Stages) -> Stage:
    """The bank that a test is parametrised with."""
    return stages(slug)


@pytest.fixture
def operation(stage: Stage, operation_id: str) -> Operation:
    """The operation that a test is parametrised with."""
    return stage.operation(operation_id)
