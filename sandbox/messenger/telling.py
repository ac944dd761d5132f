"""What the page's app is told of its own sends: the echo of each, and that it was delivered."""

from typing import Any

from sandbox.kernel.clock import to_millis
from sandbox.messenger.hooks import event
from sandbox.messenger.threads import Message
from sandbox.messenger.wish import Sending

SHOWN = ("text", "attachment", "attachments", "quick_replies", "metadata")
"""Members of a message that its echo repeats; one attachment becomes a list."""


def tell(sending: Sending, sent: Message) -> None:
    hooks, world, page = sending.desk.hooks, sending.world, sending.page
    if page.behaviour.echoes != "off":
        hooks.tell(world, page, "message_echoes", echo(sent))
    if page.behaviour.receipts:
        delivered = {"mids": [sent.mid], "watermark": to_millis(sent.at)}
        hooks.tell(world, page, "message_deliveries", event(page, sent.psid, world, delivery=delivered))


def echo(sent: Message) -> dict[str, Any]:
    """From the page to the person, as what the page sent."""
    content = {name: sent.content[name] for name in SHOWN if name in sent.content}
    if "attachment" in content:
        content["attachments"] = [content.pop("attachment")]
    told = {"mid": sent.mid, "is_echo": True, "app_id": int(sent.app_id), **content}
    return {
        "sender": {"id": sent.page_id},
        "recipient": {"id": sent.psid},
        "timestamp": to_millis(sent.at),
        "message": told,
    }
