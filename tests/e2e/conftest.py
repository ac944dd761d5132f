"""Real processes."""

from collections.abc import Iterator

import pytest

from tests.e2e.databases import needs_postgres, new_database
from tests.e2e.processes import Serving, frozen, serving

__all__ = ["alone", "postgres"]


@pytest.fixture(scope="session")
def alone() -> Iterator[Serving]:
    """One server for all tests that only ask. It must have come through them without a word of an exception."""
    with serving(*frozen()) as server:
        yield server
        assert server.alive
        assert "Traceback" not in server.said


@pytest.fixture(params=[pytest.param("postgresql", marks=needs_postgres)])
def postgres() -> Iterator[str]:
    """The URL of an empty PostgreSQL database."""
    with new_database() as url:
        yield url
