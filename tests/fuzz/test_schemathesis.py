"""Schemathesis, with the preset that we ship, tries every document at a server of its own: all checks, no failure.

CI tries the same cases every time, for a bounded time; `make fuzz` tries others, for as long as SANDBANK_FUZZ says."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from sandbox.settings import Settings
from tests.conftest import NOW, Server, serving

PRESET = Path(__file__).parents[2] / "examples" / "schemathesis"
SECONDS = int(os.environ.get("SANDBANK_FUZZ", "6"))
"""For a document; the last case may take longer."""
DOCUMENTS = {
    "chase": "chase/openapi.json",
    "citi": "citi/openapi.json",
    "usbank": "usbank/openapi.json",
    "wellsfargo": "wellsfargo/openapi.json",
    "commerce": "usbank/commerce/v1/openapi.json",
    "events": "wellsfargo/events/v1/openapi.json",
    "control": "_sandbox/openapi.json",
    "messenger": "messenger/openapi.json",
    "whatsapp": "whatsapp/openapi.json",
}
"""Where each is read."""


@pytest.fixture
def own_server() -> Iterator[Server]:
    """Nobody else's: what is tried here rotates keys and deletes worlds."""
    with serving(Settings(now=NOW, freeze=True)) as running:
        yield running


def schemathesis(server: Server, document: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`document` is an address or a file."""
    once = () if "SANDBANK_FUZZ" in os.environ else ("--generation-deterministic",)
    command = [sys.executable, "-m", "schemathesis.cli", "run", document, "--no-color", *once, *arguments]
    environment = {**os.environ, "SANDBANK_URL": server.url, "PYTHONWARNINGS": "ignore"}
    return subprocess.run(command, cwd=PRESET, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_schemathesis_finds_nothing(own_server: Server, name: str) -> None:
    found = schemathesis(own_server, f"{own_server.url}/{DOCUMENTS[name]}", "--max-time", str(SECONDS))

    assert found.returncode == 0, found.stdout[-20_000:] + found.stderr


def test_a_document_that_promises_too_much_is_found_out(own_server: Server, tmp_path: Path) -> None:
    """What the bank refuses by its document is a failure where the document at hand allows it: the preset does not
    forgive it as a rule that no document can say."""
    document = requests.get(f"{own_server.url}/chase/openapi.json", timeout=30).json()
    too_many = {"schema": {"type": "integer", "minimum": 90_000}, "example": 90_000}
    document["components"]["parameters"]["Limit"] |= too_many
    altered = tmp_path / "chase.json"
    altered.write_text(json.dumps(document))

    only = ("--include-path-regex", "/accounts$", "--url", f"{own_server.url}/chase", "--phases", "examples")
    found = schemathesis(own_server, str(altered), *only)

    assert found.returncode == 1, found.stdout + found.stderr
    assert "Schema-valid request rejected" in found.stdout
