"""What the bot has to be told before it starts."""

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any


@dataclass(frozen=True)
class Client:
    """What the bot is at one bank."""

    client_id: str
    client_secret: str


@dataclass(frozen=True, kw_only=True)
class Settings:
    bot_url: str
    """Where the platform, the banks and people's browsers reach the bot: https://bot.example"""
    graph_url: str = "https://graph.facebook.com/v25.0"
    """Or a sandbox: http://127.0.0.1:8080/messenger/v25.0"""
    linking_urls: tuple[str, ...] = ("https://www.facebook.com/", "https://facebook.com/")
    """How the addresses begin to which people go back after they have linked an account: the platform's."""
    page_id: str
    page_token: str
    app_id: str
    app_secret: str
    verify_token: str
    banks_url: str
    """Each bank is below it by its short name. In the world outside, every bank has a host of its own."""
    clients: Mapping[str, Client]
    """By the bank's short name. Banks without a client are not offered."""
    database: str = "messenger_bot.db"
    """A file, or `:memory:`."""
    access_log_url: str = ""
    """Sandbank's control API, which tells what was read under a consent; empty where there is no such thing."""
    world: str = "default"
    """Of that control API."""


READ: Mapping[str, Callable[[str], Any]] = {
    "clients": lambda text: {bank: Client(*pair) for bank, pair in json.loads(text).items()},
    "linking_urls": lambda text: tuple(text.split()),
}
"""What is more than a text."""


def from_environment() -> Settings:
    """From BOT_URL, BOT_PAGE_TOKEN and so on. BOT_CLIENTS is JSON: {"chase": ["client id", "secret"]}."""
    told: dict[str, Any] = {}
    for field in fields(Settings):
        variable = "BOT_" + field.name.removeprefix("bot_").upper()
        text = os.environ.get(variable)
        if text is not None:
            told[field.name] = READ[field.name](text) if field.name in READ else text.rstrip("/")
        elif field.default is MISSING:
            raise SystemExit(f"The bot has to know {variable}.")
    return Settings(**told)
