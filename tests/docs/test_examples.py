"""The examples that readers copy."""

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

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


def test_the_smallest_bot_says_what_it_hears(shell: dict[str, str], fresh: str) -> None:
    page = requests.get(f"{fresh}/_sandbox/messenger/pages/ready", timeout=30).json()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    told = {name.upper(): page[name] for name in ("page_token", "app_secret", "verify_token")}
    environment = {**shell, **told, "GRAPH_URL": f"{fresh}/messenger", "PORT": str(port)}
    command = [sys.executable, "examples/echo_bot.py"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True) as bot:
        assert bot.stderr is not None
        try:
            assert any("Running on" in line for line in bot.stderr)
            wish = {"object": "page", "callback_url": f"http://127.0.0.1:{port}/webhook", "fields": "messages"}
            wish["verify_token"] = page["verify_token"]
            query = {"access_token": page["app_token"]}
            subscribed = requests.post(
                f"{fresh}/messenger/{page['app_id']}/subscriptions", params=query, json=wish, timeout=30
            )
            assert subscribed.json() == {"success": True}
            query = {"access_token": page["page_token"]}
            requests.post(f"{fresh}/messenger/me/subscribed_apps", params=query, json={}, timeout=30)
            person = f"{fresh}/_sandbox/messenger/users/maya"
            requests.post(f"{person}/say", json={"text": "Grüße!"}, timeout=30)
            with requests.get(f"{person}/thread/stream", params={"after": 1}, stream=True, timeout=30) as stream:
                assert any("You said: Grüße!" in line for line in texts(stream))
        finally:
            bot.terminate()


def texts(stream: requests.Response) -> Iterator[str]:
    """What is said on a thread, as it is said."""
    for line in stream.iter_lines():
        if line.startswith(b"data: "):
            yield from (one["content"].get("text", "") for one in json.loads(line[6:])["messages"])
