"""The receivers of docs/webhooks.md: they take what is genuine, once, and refuse the rest."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sandbox.events.signing import new_secret
from tests.conftest import World
from tests.events.webhooks import Hooks

EXAMPLES = Path(__file__).parents[2] / "examples"
NODE = shutil.which("node")
COMMANDS = [
    pytest.param([sys.executable, str(EXAMPLES / "receive_webhooks.py")], id="python"),
    pytest.param(
        [NODE or "node", str(EXAMPLES / "receive_webhooks.mjs")],
        id="node",
        marks=pytest.mark.skipif(NODE is None, reason="there is no Node here"),
    ),
]


@contextmanager
def started(command: list[str], secret: str) -> Iterator[tuple[str, Iterator[str]]]:
    """Its URL, and the lines that it prints."""
    env = {**os.environ, "WEBHOOK_SECRET": secret, "PORT": "0"}
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = (line.strip() for line in process.stdout)
        try:
            yield f"http://127.0.0.1:{next(lines).removeprefix('listening on ')}/", lines
        finally:
            process.kill()


@pytest.mark.parametrize("command", COMMANDS)
def test_a_receiver_takes_what_is_genuine_once_and_refuses_the_rest(world: World, command: list[str]) -> None:
    hooks, secret = Hooks(world, "chase"), new_secret()
    with started(command, secret) as (url, lines):
        subscription = hooks.subscribe(url, secret=secret)
        for fault in ("bad_signature", "stale_timestamp"):
            hooks.misbehave(subscription, **{fault: 1})
            message_id = hooks.ping(subscription)
            told = hooks.settled(subscription, message_id, "queued")
            assert told["tries"][0]["status"] == 401
            world.advance("PT5S")
            hooks.settled(subscription, message_id, "delivered", 2)
            assert next(lines) == "sandbox.webhook.ping"

        hooks.misbehave(subscription, duplicate=1)
        hooks.settled(subscription, hooks.ping(subscription), "delivered", 2)
        hooks.misbehave(subscription)
        hooks.call("POST", f"/subscriptions/{subscription['subscription_id']}/secret")
        world.consent("chase")
        assert next(lines) == "sandbox.webhook.ping"
        while not next(lines).startswith("sandbox.consent.granted"):  # accounts are told of beside it
            pass
