"""What the bot has to be told before it starts."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Client:
    """What the bot is at one bank."""

    client_id: str
    client_secret: str


@dataclass(frozen=True)
class Settings:
    bot_url: str
    """Where the platform, the banks and people's browsers reach the bot: https://bot.example"""
    graph_url: str
    """https://graph.facebook.com/v25.0, or a sandbox: http://127.0.0.1:8080/messenger/v25.0"""
    linking_urls: tuple[str, ...]
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
    database: str
    """A file, or `:memory:`."""
    access_log_url: str = ""
    """Sandbank's control API, which tells what was read under a consent; empty where there is no such thing."""
    world: str = "default"
    """Of that control API."""


def from_environment() -> Settings:
    """From BOT_*, the names in capitals: BOT_PAGE_TOKEN. BOT_CLIENTS is JSON: {"chase": ["client id", "secret"]}."""

    def told(name: str, otherwise: str | None = None) -> str:
        value = os.environ.get(f"BOT_{name}", otherwise)
        if value is None:
            raise SystemExit(f"The bot has to know BOT_{name}.")
        return value

    return Settings(
        bot_url=told("URL").rstrip("/"),
        graph_url=told("GRAPH_URL", "https://graph.facebook.com/v25.0").rstrip("/"),
        linking_urls=tuple(told("LINKING_URLS", "https://www.facebook.com/ https://facebook.com/").split()),
        page_id=told("PAGE_ID"),
        page_token=told("PAGE_TOKEN"),
        app_id=told("APP_ID"),
        app_secret=told("APP_SECRET"),
        verify_token=told("VERIFY_TOKEN"),
        banks_url=told("BANKS_URL").rstrip("/"),
        clients={bank: Client(*pair) for bank, pair in json.loads(told("CLIENTS")).items()},
        database=told("DATABASE", "messenger_bot.db"),
        access_log_url=told("ACCESS_LOG_URL", ""),
        world=told("WORLD", "default"),
    )
