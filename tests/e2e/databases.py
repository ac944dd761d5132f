"""PostgreSQL databases of a test's own."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from sandbox.kernel import ids

POSTGRES = os.environ.get("SANDBANK_TEST_POSTGRES")
needs_postgres = pytest.mark.skipif(not POSTGRES, reason="no PostgreSQL")
ENGINES = ["sqlite", pytest.param("postgresql", marks=needs_postgres)]


@contextmanager
def new_database() -> Iterator[str]:
    """The URL of an empty database, which is gone afterwards."""
    assert POSTGRES is not None
    head, _, _ = POSTGRES.rpartition("/")
    name = f"sandbank_{ids.short(ids.secret())}"
    with psycopg.connect(POSTGRES, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
        try:
            yield f"{head}/{name}"
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())
