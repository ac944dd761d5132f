"""The test kit: a Sandbank inside a test's process, what a test does with it, and the fixtures of the pytest plugin.

    with Sandbank() as sandbank:
        world = sandbank.world()
        consent = world.consent("chase", "maya")
        assert consent.get("/accounts/v1/accounts").status_code == 200

The names are loaded when they are asked for: pytest imports this package at every start, whether it is used or not.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.testing.banks import Bank
    from sandbox.testing.clock import Clock
    from sandbox.testing.consents import Consent
    from sandbox.testing.in_process import Sandbank
    from sandbox.testing.journal import Journal
    from sandbox.testing.messenger import MessengerInbox
    from sandbox.testing.people import Persona
    from sandbox.testing.server import Refused, Server
    from sandbox.testing.webhooks import WebhookInbox
    from sandbox.testing.worlds import World

__all__ = [
    "Bank", "Clock", "Consent", "Journal", "MessengerInbox", "Persona", "Refused", "Sandbank", "Server", "WebhookInbox",
    "World",
]  # fmt: skip

_HOMES = {
    "Bank": "banks",
    "Clock": "clock",
    "Consent": "consents",
    "Journal": "journal",
    "MessengerInbox": "messenger",
    "Persona": "people",
    "Refused": "server",
    "Sandbank": "in_process",
    "Server": "server",
    "WebhookInbox": "webhooks",
    "World": "worlds",
}


def __getattr__(name: str) -> object:
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
