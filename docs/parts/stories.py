"""The scenarios that ship, and the words of which they are made."""

from docs.parts.markdown import code, table
from sandbox.dialect.bank import discover
from sandbox.scenarios.files import load_scenarios
from sandbox.scenarios.scenario import Scenario
from sandbox.scenarios.steps import STEPS
from sandbox.seeding.stories import SeedStories


def scenarios() -> str:
    found = load_scenarios(SeedStories(), discover()).values()
    return table(
        ("Scenario", "Who and where", "What it shows"),
        ((code(one.name), _where(one), one.shows) for one in found),
    )


def _where(one: Scenario) -> str:
    but = f", not at {' and '.join(one.not_at)}" if one.not_at else ""
    return f"{one.setting.persona} at {one.setting.bank}{but}"


def words() -> str:
    return table(("Step", "What it does"), ((code(word), kind.text) for word, kind in STEPS.items()))
