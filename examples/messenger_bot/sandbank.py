"""The bot at a Sandbank server: a page is there in every world, and a client at each bank is made when it is wanted. In
the world outside, these are things that one applies for, and has in the environment."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import requests

from .banks import BANKS
from .settings import Client, Settings


def settings_at(server: str, bot_url: str, *, world: str = "default", database: str = ":memory:") -> Settings:
    control = f"{server}/_sandbox"

    def call(method: str, path: str, body: dict[str, object] | None = None) -> dict[str, str]:
        answer = requests.request(method, control + path, params={"world": world}, json=body, timeout=30)
        answer.raise_for_status()
        told: dict[str, str] = answer.json()
        return told

    page = call("GET", "/messenger/pages/ready")
    clients = {}
    for bank in BANKS:
        wanted = {
            "bank": bank,
            "name": "Sandbank Bot",
            "redirect_uris": [f"{bot_url}/callback"],
            "purposes": ["Answer your questions in Messenger"],
            "asks_for_marketing": True,
        }
        made = call("POST", "/clients", wanted)
        clients[bank] = Client(made["client_id"], made["client_secret"])
    return Settings(
        bot_url=bot_url,
        graph_url=f"{server}/messenger/v25.0",
        linking_urls=(f"{server}/",),
        page_id=page["page_id"],
        page_token=page["page_token"],
        app_id=page["app_id"],
        app_secret=page["app_secret"],
        verify_token=page["verify_token"],
        banks_url=server,
        clients=clients,
        database=database,
        access_log_url=control,
        world=world,
    )


@contextmanager
def own_server() -> Iterator[str]:
    """A Sandbank server on a free port; its address."""
    command = [sys.executable, "-m", "sandbox", "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            for line in process.stdout:
                if line.startswith("SANDBANK READY "):
                    yield json.loads(line.removeprefix("SANDBANK READY "))["url"]
                    return
            raise SystemExit("The Sandbank server did not start.")
        finally:
            process.terminate()
