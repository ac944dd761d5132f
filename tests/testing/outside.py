"""A project of somebody else's: a folder with one file of tests, and pytest run in it."""

import os
import re
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

ROOT = Path(__file__).parents[2]
PLUGIN = ("-p", "no:sandbank", "-p", "sandbox.testing.plugin")
"""Named, and found by its entry point in no second way: the checkout may be installed as it was before."""


def project(folder: Path, text: str, *flags: str, **files: str) -> str:
    """What pytest says."""
    for name, content in {"test_it": text, **files}.items():
        (folder / f"{name}.py").write_text(dedent(content), encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("SANDBANK_", "PYTEST_"))}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *PLUGIN, "-p", "no:cacheprovider", "-q", "-rs", *flags],
        cwd=folder,
        env=environment | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    return done.stdout + done.stderr


def outcome(said: str) -> dict[str, int]:
    """{passed: 3, failed: 1} from the last line."""
    return {what: int(number) for number, what in re.findall(r"(\d+) (\w+)", said.strip().splitlines()[-1])}
