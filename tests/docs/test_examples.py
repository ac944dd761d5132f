"""The examples that readers copy."""

import subprocess
import sys
from pathlib import Path

import pytest

from docs.parts.serving import ROOT

CLICK_THROUGH = """
import sys
import requests
sys.path.insert(0, {root!r})
from tests.oauth.browser import Browser
requests.get(Browser(client_host=sys.argv[1].split("redirect_uri=http%3A%2F%2F")[1].split("%2F")[0].replace("%3A", ":"))
             .open(sys.argv[1]).consent("maya").landed, timeout=30)
"""


@pytest.mark.parametrize("bank", ["chase", "wellsfargo", "usbank", "citi"])
def test_a_genuine_client_reads_accounts_without_a_browser(bank: str, shell: dict[str, str], tmp_path: Path) -> None:
    printed = run(shell, tmp_path, bank, "--headless")
    assert "token for" in printed
    assert "Household" in printed


def test_a_genuine_client_waits_for_the_browser_to_come_back(shell: dict[str, str], tmp_path: Path) -> None:
    script = tmp_path / "browser.py"
    script.write_text(CLICK_THROUGH.format(root=str(ROOT)))
    printed = run({**shell, "BROWSER": f"{sys.executable} {script} %s &"}, tmp_path, "chase")
    assert "Consent in the browser" in printed
    assert "Household" in printed


def run(environment: dict[str, str], folder: Path, *arguments: str) -> str:
    command = [sys.executable, "examples/authlib_client.py", *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
