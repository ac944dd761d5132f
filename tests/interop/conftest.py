"""openid-client, the certified OpenID Connect library for Node, as a client of every bank."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.npm import installed

VERSION = "6.8.9"
FLOW = Path(__file__).with_name("flow.mjs")

Flow = Callable[..., dict[str, Any]]


@pytest.fixture(scope="session")
def modules() -> Path:
    return installed("openid-client", VERSION)


@pytest.fixture
def flow(modules: Path) -> Flow:
    """Runs flow.mjs with a wish; what it tells."""

    def run(**wish: Any) -> dict[str, Any]:
        # Modules are looked for beside the file that imports them.
        script = modules / f"flow-{os.getpid()}.mjs"
        script.write_text(FLOW.read_text(encoding="utf-8"), encoding="utf-8")
        ran = subprocess.run(
            ["node", str(script)], check=False, input=json.dumps(wish), capture_output=True, text=True, timeout=60
        )
        assert ran.returncode == 0, ran.stderr[-3000:]
        told: dict[str, Any] = json.loads(ran.stdout)
        return told

    return run
