"""One Sandbank for the whole run, and a world for every test. Copy this file into your tests."""

import json
import os
import shlex
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
import requests

NOW = "2026-06-15T15:00:00Z"
SANDBANK = shlex.split(os.environ.get("SANDBANK_COMMAND", "sandbank"))


@pytest.fixture(scope="session")
def sandbank() -> Iterator[str]:
    """The server's URL."""
    command = [*SANDBANK, "serve", "--port", "0", "--now", NOW, "--freeze"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        for line in process.stdout:
            if line.startswith("SANDBANK READY "):
                yield json.loads(line.removeprefix("SANDBANK READY "))["url"]
                process.terminate()
                return
        raise RuntimeError(f"the server ended with exit code {process.wait()}")


@pytest.fixture
def world(sandbank: str) -> Iterator[dict[str, Any]]:
    """A world of this test's own: its id, and a client at every bank."""
    made = requests.post(f"{sandbank}/_sandbox/worlds", timeout=30).json()
    yield made
    requests.delete(f"{sandbank}/_sandbox/worlds/{made['id']}", timeout=30)
