"""Every story that ships is as told at every bank, over HTTP, or says why it cannot happen there."""

import pytest

from sandbox.dialect.bank import discover
from sandbox.scenarios.files import load_scenarios
from sandbox.scenarios.runner import run
from sandbox.seeding.stories import SeedStories
from tests.conftest import Server
from tests.events.members import Critic

BANKS = discover()
SHIPPED = load_scenarios(SeedStories(), BANKS)


@pytest.mark.parametrize("bank", BANKS)
@pytest.mark.parametrize("name", SHIPPED)
def test_a_story_is_as_told(server: Server, name: str, bank: str) -> None:
    report = run(SHIPPED[name], Critic(server.url), bank=bank)
    assert report.problem == ""
    assert report.skipped == SHIPPED[name].not_at.get(bank, "")
    assert bool(report.lines) is not bool(report.skipped)
