"""Genuine clients of the platform, pointed at the sandbox, and what the person saw of what they sent."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.messenger.conftest import Bot
from tests.npm import installed

HERE = Path(__file__).parent

Node = Callable[..., dict[str, Any]]


def seen(bot: Bot, username: str = "maya") -> list[dict[str, Any]]:
    """What the page sent to the person, oldest first."""
    desk = bot.world.server.app.services.desk
    world = desk.worlds.world(bot.world.world_id)
    kept = desk.messages(world, bot.psid(username))
    return [message.content for _, message in kept if message.sender == "page"]


def run_node(script: str, modules: Path, bot: Bot, **more: Any) -> dict[str, Any]:
    """What the script tells; it reads whom to be on stdin."""
    wish = {
        "origin": bot.graph,
        "token": bot.token,
        "page_id": bot.page.page_id,
        "app_id": bot.page.app.app_id,
        "app_secret": bot.page.app.secret,
        "psid": bot.psid(),
        **more,
    }
    environment = {**os.environ, "NODE_PATH": str(modules / "node_modules"), **more.pop("environment", {})}
    command = ["node", str(HERE / script)]
    ran = subprocess.run(
        command, check=False, input=json.dumps(wish), capture_output=True, text=True, timeout=60, env=environment
    )
    assert ran.returncode == 0, ran.stderr[-3000:]
    told: dict[str, Any] = json.loads(ran.stdout)
    return told


@pytest.fixture(scope="session")
def messaging_api() -> Path:
    return installed("messaging-api-messenger", "1.1.0")
