"""A database of each engine at hand, for what several processes share."""

from collections.abc import Iterator

import pytest

from tests.e2e.databases import ENGINES, new_database


@pytest.fixture(params=ENGINES)
def data(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the data are kept, as `--data` takes it."""
    if request.param == "sqlite":
        yield str(tmp_path_factory.mktemp("data") / "sandbank.db")
        return
    with new_database() as url:
        yield url
