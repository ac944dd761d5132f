"""A server for documents: the moment is frozen, so that what they show is the same on any day."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NOW = "2026-06-15T15:00:00Z"
URL = "http://127.0.0.1:8080"
"""What the documents call the server."""


@contextmanager
def serving() -> Iterator[str]:
    """The URL of a fresh `sandbank serve`, which ends with the block."""
    command = [sys.executable, "-m", "sandbox", "serve", "--port", "0", "--now", NOW, "--freeze"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SANDBANK_")}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment) as process:
        assert process.stdout is not None
        try:
            ready = next((line for line in process.stdout if line.startswith("SANDBANK READY ")), None)
            if ready is None:
                raise RuntimeError(f"sandbank serve ended with exit code {process.wait()}")
            yield json.loads(ready.removeprefix("SANDBANK READY "))["url"]
        finally:
            process.terminate()
