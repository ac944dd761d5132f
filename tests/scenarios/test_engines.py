"""Stories are told the same on PostgreSQL."""

import pytest

from sandbox.scenarios.door import Door
from sandbox.scenarios.runner import run
from sandbox.settings import Settings
from tests.conftest import NOW, serving
from tests.e2e.databases import needs_postgres, new_database
from tests.scenarios.test_shipped import SHIPPED


@needs_postgres
@pytest.mark.parametrize("name", ["consent-withdrawn", "one-swipe", "dispute-won", "offer-activated-then-returned"])
def test_a_story_is_as_told_on_postgresql(name: str) -> None:
    with new_database() as url, serving(Settings(now=NOW, freeze=True, data=url)) as server:
        assert run(SHIPPED[name], Door(server.url)).problem == ""
