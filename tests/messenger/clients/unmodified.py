"""A day of clients as they come, which know no host but graph.facebook.com."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import requests

from sandbox.messenger import tokens
from sandbox.messenger.pages import ready
from sandbox.messenger.people import psid_of
from sandbox.worlds.worlds import DEFAULT

HERE = Path(__file__).parent


def day(url: str, modules: str, work: Path, environment: Mapping[str, str]) -> dict[str, Any]:
    """What each client was told by the server at the URL, and the texts that the person's phone shows. `modules` are
    npm's; `environment` is how the name leads to the server."""
    page = ready(DEFAULT)
    who = {"token": tokens.page_token(DEFAULT, page), "psid": psid_of(DEFAULT, page.page_id, "maya")}
    authority = work / "ca.pem"
    authority.write_text(requests.get(f"{url}/_sandbox/certificates", timeout=10).json()["ca"])
    said = requests.post(f"{url}/_sandbox/messenger/users/maya/say", json={"text": "Hi"}, timeout=10)
    assert said.status_code < 300, said.text
    trust = {name: str(authority) for name in ("NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE")}
    node = ["node", str(HERE / "hard_coded.cjs")]
    python = [sys.executable, "-m", "tests.messenger.clients.hard_coded"]
    told = {
        "node": _run(node, who, {**trust, **environment, "NODE_PATH": modules}),
        "python": _run(python, who, {**trust, **environment}),
    }
    thread = requests.get(f"{url}/_sandbox/messenger/users/maya/thread", timeout=10).json()
    return {**told, "texts": [message["content"].get("text") for message in thread["messages"]]}


def _run(command: list[str], who: Mapping[str, str], more: Mapping[str, str]) -> Any:
    ran = subprocess.run(
        command,
        check=False,
        input=json.dumps(who),
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, **more},
    )
    if ran.returncode:
        raise RuntimeError(ran.stderr[-3000:])
    return json.loads(ran.stdout)
