"""A server for the documents alone: they move the default world's clock and reset it, which no other test may feel."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from docs.parts.serving import NOW, ROOT, serving


@pytest.fixture(scope="session")
def served() -> Iterator[str]:
    with serving() as url:
        yield url


@pytest.fixture
def fresh(served: str) -> str:
    """The server's URL, its default world as it was at the start."""
    for world in requests.get(f"{served}/_sandbox/worlds", timeout=30).json()["worlds"]:
        if world["id"] != "default":
            requests.delete(f"{served}/_sandbox/worlds/{world['id']}", timeout=30)
    requests.post(f"{served}/_sandbox/worlds/default/reset", json={"now": NOW}, timeout=30).raise_for_status()
    return served


@pytest.fixture
def shell(fresh: str, tmp_path: Path) -> dict[str, str]:
    """The environment of a reader: `sandbank` and `python` are there, and so are the examples."""
    programs = tmp_path / "bin"
    programs.mkdir()
    command = programs / "sandbank"
    command.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m sandbox "$@"\n')
    command.chmod(0o755)
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("SANDBANK_", "PYTEST_"))}
    path = os.pathsep.join((str(programs), str(Path(sys.executable).parent), clean.get("PATH", "")))
    return clean | {"PATH": path, "SANDBANK_URL": fresh, "COLUMNS": "200"}
