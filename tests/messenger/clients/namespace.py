"""Run in a network and a file system of its own (unshare -n -m): a machine whose graph.facebook.com is the sandbox.

Reads {modules, work} on stdin, starts the server at port 443, lets unmodified clients talk, writes what they told.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import requests

from sandbox.messenger import tokens
from sandbox.messenger.pages import ready
from sandbox.messenger.people import psid_of
from sandbox.worlds.worlds import DEFAULT
from tests.cli.words import serving

HOSTS = "127.0.0.1 localhost graph.facebook.com graph.whatsapp.com\n"
HERE = Path(__file__).parent


def main() -> None:
    wish, page = json.load(sys.stdin), ready(DEFAULT)
    work = Path(wish["work"])
    (work / "hosts").write_text(HOSTS)
    subprocess.run(["mount", "--bind", work / "hosts", "/etc/hosts"], check=True)
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    who = {"token": tokens.page_token(DEFAULT, page), "psid": psid_of(DEFAULT, page.page_id, "maya")}
    with serving("--port", 0, "--messenger-tls", 443) as server:
        told = requests.get(f"{server.url}/_sandbox/certificates", timeout=10).json()
        (work / "ca.pem").write_text(told["ca"])
        said = requests.post(f"{server.url}/_sandbox/messenger/users/maya/say", json={"text": "Hi"}, timeout=10)
        assert said.status_code < 300, said.text
        trust = {name: str(work / "ca.pem") for name in ("NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE")}
        script = HERE / "hard_coded"
        clients = {
            "node": (["node", f"{script}.cjs"], {"NODE_PATH": wish["modules"]}),
            "python": ([sys.executable, "-m", "tests.messenger.clients.hard_coded"], {}),
        }
        answers = {name: run(command, who, trust | more) for name, (command, more) in clients.items()}
        thread = requests.get(f"{server.url}/_sandbox/messenger/users/maya/thread", timeout=10).json()
        answers["texts"] = [message["content"].get("text") for message in thread["messages"]]
    json.dump(answers, sys.stdout)


def run(command: list[str], who: dict[str, str], more: dict[str, str]) -> Any:
    environment = {**os.environ, **more}
    ran = subprocess.run(
        command, check=False, input=json.dumps(who), capture_output=True, text=True, timeout=60, env=environment
    )
    if ran.returncode:
        raise SystemExit(ran.stderr[-3000:])
    return json.loads(ran.stdout)


if __name__ == "__main__":
    main()
