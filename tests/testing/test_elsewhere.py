"""The kit for tests that are not written in Python, and the files that pipelines copy."""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from sandbox.cli.serve import command as serve
from sandbox.settings import Settings
from tests.conftest import Server
from tests.testing.outside import ROOT

KIT = ROOT / "examples" / "node_kit"


@pytest.fixture
def node() -> str:
    """CI fails without Node; a developer goes without these tests."""
    found = shutil.which("node")
    if found is None and os.environ.get("CI"):
        pytest.fail("node is not installed")
    return found or pytest.skip("node is not installed")


def run(command: list[str], folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SANDBANK_")}
    return subprocess.run(
        command, cwd=folder, env=clean | {"PYTHONPATH": str(ROOT)} | environment,
        capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip


def test_the_node_kit_passes_its_own_tests_in_a_project_of_somebody_elses(node: str, tmp_path: Path) -> None:
    shutil.copytree(KIT, tmp_path / "kit")
    done = run([node, "--test"], tmp_path / "kit", SANDBANK_COMMAND=f"{sys.executable} -m sandbox")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "# pass 5" in done.stdout


def test_the_node_kit_uses_the_server_that_is_named(node: str, server: Server) -> None:
    done = run([node, "--test"], KIT, SANDBANK_URL=server.url, SANDBANK_COMMAND="nothing-of-that-name")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_node_kit_says_what_cannot_be_started(node: str) -> None:
    script = "import { start } from './index.mjs'; await start().catch((error) => console.log(error.message));"
    for command, said in (("nothing-of-that-name", "did not become ready: spawn"), ("false", "exit code 1")):
        done = run([node, "--input-type=module", "--eval", script], KIT, SANDBANK_COMMAND=command)
        assert said in done.stdout, done.stdout + done.stderr


def document(name: str) -> Any:
    return yaml.safe_load((ROOT / "examples" / name).read_text(encoding="utf-8"))


def flags(words: list[str]) -> list[str]:
    """Of a command line that the command line takes. Raises click's errors."""
    assert words[0] == "serve"
    serve.make_context("serve", words[1:])
    return [word for word in words if word.startswith("--")]


def test_the_compose_service_starts_what_there_is() -> None:
    services = document("compose/sandbank.yaml")["services"]
    assert "--freeze" in flags(services["sandbank"]["command"])
    assert Settings.read(services["sandbank"]["environment"]).control_token
    assert services["tests"]["environment"].keys() == {"SANDBANK_CONTROL_TOKEN", "SANDBANK_URL"}


def test_the_workflow_starts_what_there_is() -> None:
    steps = [step.get("run", "") for job in document("ci/github.yaml")["jobs"].values() for step in job["steps"]]
    [line] = [line for text in steps for line in text.splitlines() if line.startswith("sandbank ")]
    assert "--now" in flags(shlex.split(line.partition(">")[0])[1:])
