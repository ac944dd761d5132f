"""openid-client, the certified OpenID Connect library for Node, as a client of every bank."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

VERSION = "6.8.9"
FLOW = Path(__file__).with_name("flow.mjs")

Flow = Callable[..., dict[str, Any]]


@pytest.fixture(scope="session")
def modules() -> Path:
    """A folder with openid-client, installed from npm into the user's cache when it is not there yet. CI fails where it
    cannot be; a developer without Node goes without these tests."""
    npm = shutil.which("npm")
    if npm is None:
        if os.environ.get("CI"):
            pytest.fail("npm is not installed, and openid-client comes from npm")
        pytest.skip("npm is not installed")
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "sandbank-tests" / f"oidc-{VERSION}"
    if not (home / "node_modules" / "openid-client" / "package.json").exists():
        home.mkdir(parents=True, exist_ok=True)
        quiet = ("--no-save", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error")
        command = [npm, "install", *quiet, "--prefix", str(home), f"openid-client@{VERSION}"]
        subprocess.run(command, check=True, capture_output=True, text=True)
    return home


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
