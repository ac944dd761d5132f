"""The command line as the tests call it: in process where that says as much, else as a process of its own."""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from click.testing import CliRunner, Result

from sandbox.cli import main

READY = re.compile(r"^SANDBANK READY (\{.*\})$", re.MULTILINE)
PATIENCE = 30


def run(*arguments: object, **environment: str) -> Result:
    return CliRunner().invoke(main, [str(one) for one in arguments], env=environment)


def asked(*arguments: object, **environment: str) -> Any:
    """What a command that must succeed prints as JSON."""
    result = run(*arguments, "--json", **environment)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@dataclass(frozen=True)
class Running:
    """`sandbank serve` in a process of its own."""

    process: subprocess.Popen[str]
    banner: str
    ready: dict[str, Any]

    @property
    def url(self) -> str:
        url: str = self.ready["url"]
        return url

    def stop(self) -> float:
        """Asks it to stop; returns how many seconds that took."""
        asked_at = time.perf_counter()
        self.process.terminate()
        self.process.wait(timeout=PATIENCE)
        return time.perf_counter() - asked_at


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "sandbox", *(str(one) for one in arguments)]


def clean(**more: str) -> dict[str, str]:
    """The environment without settings of the developer's own."""
    return {name: value for name, value in os.environ.items() if not name.startswith("SANDBANK_")} | more


@contextmanager
def serving(*arguments: object, **environment: str) -> Iterator[Running]:
    process = subprocess.Popen(
        command("serve", *arguments),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=clean(**environment),
    )
    try:
        yield Running(process, *_until_ready(process))
    finally:
        process.kill()
        process.communicate()


def _until_ready(process: subprocess.Popen[str]) -> tuple[str, dict[str, Any]]:
    assert process.stdout is not None
    banner = ""
    for line in process.stdout:
        banner += line
        if found := READY.search(banner):
            return banner, json.loads(found[1])
    assert process.stderr is not None
    raise AssertionError(f"the server ended: {banner}{process.stderr.read()}")


def served(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """A `serve` that must end by itself."""
    return subprocess.run(
        command("serve", *arguments),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        env=clean(**environment),
        check=False,
    )
