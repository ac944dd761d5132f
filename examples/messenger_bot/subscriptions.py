"""The bot tells the banks where to post what happens."""

import requests

from .alerts import ALERTS
from .memory import Memory
from .oauth import BankClient


def subscribe(memory: Memory, client: BankClient, bot_url: str) -> None:
    """Once per bank; where the bot moved, the old address is taken off."""
    url, address = f"{client.base_url}/events/v1/subscriptions", f"{bot_url}/bank-events/{client.bank}"
    credentials = (client.credentials.client_id, client.credentials.client_secret)
    if known := memory.subscription(client.bank):
        found = requests.get(f"{url}/{known[0]}", auth=credentials, timeout=30)
        if found.ok and found.json()["url"] == address:
            return
        if found.ok:
            requests.delete(f"{url}/{known[0]}", auth=credentials, timeout=30).raise_for_status()
    wanted = {"url": address, "event_types": sorted(ALERTS), "retry_clock": "machine"}
    made = requests.post(url, json=wanted, auth=credentials, timeout=30)
    made.raise_for_status()
    memory.keep_subscription(client.bank, made.json()["subscription_id"], made.json()["secret"])
