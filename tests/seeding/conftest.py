"""The seed data is read once for all tests; timelines that several tests look at are made once, too."""

from datetime import date, datetime
from functools import cache

import pytest

from sandbox.ledger.timelines import Timeline
from sandbox.seeding.merchants import Catalogue
from sandbox.seeding.personas import Persona
from sandbox.seeding.seed_files import load_catalogue, load_personas
from sandbox.seeding.timeline import generate, horizon
from tests.seeding.stage import ANCHOR, SEED, Play


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="session")
def personas(catalogue: Catalogue) -> dict[str, Persona]:
    return load_personas(catalogue)


@pytest.fixture(scope="session")
def perform(catalogue: Catalogue, personas: dict[str, Persona]) -> Play:
    """Plays a persona anew; where it names its banks and none is given, at the first of them."""

    def perform(
        slug: str, bank: str = "", anchor: date = ANCHOR, seed: int = SEED, until: datetime | None = None
    ) -> Timeline:
        persona = personas[slug]
        bank = bank or (*persona.own_banks, "chase")[0]
        return generate(persona, bank, seed=seed, anchor=anchor, until=until or horizon(anchor), merchants=catalogue)

    return perform


@pytest.fixture(scope="session")
def play(perform: Play) -> Play:
    """Plays a persona, or remembers how it was played before."""
    return cache(perform)
