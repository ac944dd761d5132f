"""Every story that ships is as told, over HTTP."""

import pytest

from sandbox.dialect.bank import discover
from sandbox.scenarios.door import Door
from sandbox.scenarios.files import load_scenarios
from sandbox.scenarios.runner import run
from sandbox.seeding.stories import SeedStories
from tests.conftest import Server

SHIPPED = load_scenarios(SeedStories(), discover())


@pytest.mark.parametrize("name", SHIPPED)
def test_a_story_is_as_told(server: Server, name: str) -> None:
    assert run(SHIPPED[name], Door(server.url)).problem == ""
