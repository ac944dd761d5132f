"""Run in a network and a file system of its own (unshare -n -m): a machine whose graph.facebook.com is the sandbox.

Reads {modules, work} on stdin, starts the server at port 443, lets unmodified clients talk, writes what they told.
"""

import json
import subprocess
import sys
from pathlib import Path

from tests.cli.words import serving
from tests.messenger.clients.unmodified import day

HOSTS = "127.0.0.1 localhost graph.facebook.com graph.whatsapp.com\n"


def main() -> None:
    wish = json.load(sys.stdin)
    work = Path(wish["work"])
    (work / "hosts").write_text(HOSTS)
    subprocess.run(["mount", "--bind", work / "hosts", "/etc/hosts"], check=True)
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    with serving("--port", 0, "--messenger-tls", 443) as server:
        told = day(server.url, wish["modules"], work, {})
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    main()
