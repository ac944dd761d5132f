"""What the page's app is told of its own sends: the echo of each, and that it was delivered."""

from typing import Any

from sandbox.kernel.clock import to_millis
from sandbox.messenger.hooks import event, own_event
from sandbox.messenger.threads import Message
from sandbox.messenger.wish import Sending

SHOWN = ("text", "attachment", "attachments", "quick_replies", "metadata")
"""Members of a message that its echo repeats; one attachment becomes a list."""
AFTER = 0.02
"""Seconds for which what is told waits, so that the answer to the send is there first."""
HELD = 0.3
"""Seconds for which the answer waits where an echo is to overtake it."""


def tell(sending: Sending, sent: Message) -> float:
    """For how many seconds the answer to the send is to wait."""
    hooks, world, page = sending.desk.hooks, sending.world, sending.page
    overtaken = page.behaviour.echoes == "before"
    if page.behaviour.echoes != "off":
        echo = own_event(page, sent.psid, world, message=echoed(sent))
        hooks.tell(world, page, "message_echoes", echo, wait=0 if overtaken else AFTER)
    if page.behaviour.receipts:
        delivered = {"mids": [sent.mid], "watermark": to_millis(sent.at)}
        hooks.tell(world, page, "message_deliveries", event(page, sent.psid, world, delivery=delivered), wait=AFTER)
    return HELD if overtaken else 0.0


def echoed(sent: Message) -> dict[str, Any]:
    content = {name: sent.content[name] for name in SHOWN if name in sent.content}
    if "attachment" in content:
        content["attachments"] = [content.pop("attachment")]
    return {"mid": sent.mid, "is_echo": True, "app_id": int(sent.app_id), **content}
