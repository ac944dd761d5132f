"""Real processes, and databases that several of them share."""

import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from sandbox.kernel import ids
from tests.e2e.processes import Serving, frozen, serving

POSTGRES = os.environ.get("SANDBANK_TEST_POSTGRES")
needs_postgres = pytest.mark.skipif(not POSTGRES, reason="no PostgreSQL")


@pytest.fixture(scope="session")
def alone() -> Iterator[Serving]:
    """One server for all tests that only ask. It must have come through them without a word of an exception."""
    with serving(*frozen()) as server:
        yield server
        assert server.alive
        assert "Traceback" not in server.said


@pytest.fixture
def postgres() -> Iterator[str]:
    """The URL of an empty PostgreSQL database."""
    if POSTGRES is None:
        pytest.skip("no PostgreSQL")
    head, _, _ = POSTGRES.rpartition("/")
    name = f"sandbank_{ids.short(ids.secret())}"
    with psycopg.connect(POSTGRES, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        yield f"{head}/{name}"
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=needs_postgres)])
def data(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """What --data names: an empty place of each engine."""
    if request.param == "sqlite":
        return str(tmp_path / "sandbank.db")
    url: str = request.getfixturevalue("postgres")
    return url
