"""The seed data is read once for all tests; timelines that several tests look at are made once, too."""

from collections.abc import Callable
from datetime import date, datetime
from functools import cache

import pytest

from sandbox.ledger.timelines import Timeline
from sandbox.seeding.merchants import Catalogue
from sandbox.seeding.personas import Persona
from sandbox.seeding.seed_files import load_catalogue, load_personas
from sandbox.seeding.timeline import generate, horizon

ANCHOR = date(2026, 11, 23)

Play = Callable[..., Timeline]


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="session")
def personas(catalogue: Catalogue) -> dict[str, Persona]:
    return load_personas(catalogue)


@pytest.fixture(scope="session")
def play(catalogue: Catalogue, personas: dict[str, Persona]) -> Play:
    """play("maya", "chase", anchor=…, seed=…, until=…): the timeline."""

    @cache
    def play(
        slug: str, bank: str = "chase", anchor: date = ANCHOR, seed: int = 7, until: datetime | None = None
    ) -> Timeline:
        persona = personas[slug]
        return generate(
            persona, bank, seed=seed, anchor=anchor, until=until or horizon(anchor), merchants=catalogue
        )

    return play
