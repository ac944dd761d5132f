"""The button of the platform's dashboard by which a developer tries a webhook: an event of nobody's, in the form of
`changes`, all values texts. Reconstructed from the platform's pages about each field."""

from collections.abc import Mapping
from typing import Any

from sandbox.messenger.desk import Desk
from sandbox.messenger.envelopes import of_change
from sandbox.messenger.hooks import Delivery
from sandbox.messenger.pages import Page
from sandbox.worlds.worlds import World

ANYBODY, PAGE = "12334", "23245"
"""Whom and which page the dashboard makes up."""
SAMPLES: Mapping[str, Mapping[str, Any]] = {
    "messages": {"message": {"mid": "test_message_id", "text": "test_message"}},
    "messaging_postbacks": {"postback": {"title": "TITLE-FOR-THE-CTA", "payload": "USER-DEFINED-PAYLOAD"}},
    "message_deliveries": {"delivery": {"mids": ["test_message_id"], "watermark": "1458668856253"}},
    "message_reads": {"read": {"watermark": "1458668856253"}},
    "message_reactions": {"reaction": {"mid": "test_message_id", "action": "react", "reaction": "love"}},
    "message_edits": {"message_edit": {"mid": "test_message_id", "text": "test_message", "num_edit": "1"}},
    "message_echoes": {"message": {"is_echo": "true", "mid": "test_message_id", "text": "test_message"}},
    "messaging_account_linking": {"account_linking": {"status": "linked", "authorization_code": "AUTH_CODE"}},
    "messaging_optins": {"optin": {"ref": "USER-DEFINED-REF"}},
    "messaging_referrals": {"referral": {"ref": "USER-DEFINED-REF", "source": "SHORTLINK", "type": "OPEN_THREAD"}},
    "messaging_policy_enforcement": {"policy_enforcement": {"action": "block", "reason": "test_reason"}},
    "messaging_handovers": {
        "pass_thread_control": {"previous_owner_app_id": "123", "new_owner_app_id": "456", "metadata": "test_metadata"}
    },
    "message_template_status_update": {
        "event": "APPROVED",
        "message_template_id": "12345678",
        "message_template_name": "test_template",
        "message_template_language": "en_US",
        "reason": "NONE",
    },
}
"""What happened, by field. Any other field has nothing but who and when."""


def value_of(field: str, at: int) -> dict[str, Any]:
    """`at` is in milliseconds."""
    told = dict(SAMPLES.get(field, {}))
    if field == "message_template_status_update":
        return told
    return {"sender": {"id": ANYBODY}, "recipient": {"id": PAGE}, "timestamp": str(at // 1000), **told}


def tell(desk: Desk, world: World, page: Page, field: str) -> Delivery:
    """To the app's webhook, whether or not the page has subscribed the app."""
    envelope = of_change("0", world.now_millis // 1000, field, value_of(field, world.now_millis))
    return desk.hooks.queue(world, page, field, envelope, url=page.app.callback_url, lane=ANYBODY)
