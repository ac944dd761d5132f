"""Messages as the platform draws them. Its limits are kept here, so that nobody else has to think of them."""

from collections.abc import Iterable, Sequence
from typing import Any

Button = dict[str, Any]
Message = dict[str, Any]
QuickReplies = Sequence[tuple[str, str]]
"""(title, payload)"""


def clip(words: str, most: int) -> str:
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def text(words: str, replies: QuickReplies = ()) -> Message:
    message: Message = {"text": clip(words, 2000)}
    if replies:
        message["quick_replies"] = [
            {"content_type": "text", "title": clip(title, 20), "payload": payload} for title, payload in replies[:13]
        ]
    return message


def with_buttons(words: str, *buttons: Button) -> Message:
    return _template({"template_type": "button", "text": clip(words, 640), "buttons": list(buttons[:3])})


def carousel(cards: Iterable[dict[str, Any]]) -> Message:
    """At most ten cards."""
    return _template({"template_type": "generic", "elements": list(cards)[:10]})


def card(title: str, subtitle: str, *buttons: Button, image_url: str = "") -> dict[str, Any]:
    told: dict[str, Any] = {"title": clip(title, 80), "subtitle": clip(subtitle, 80)}
    if image_url:
        told["image_url"] = image_url
    if buttons:
        told["buttons"] = list(buttons[:3])
    return told


def postback(title: str, payload: str) -> Button:
    return {"type": "postback", "title": clip(title, 20), "payload": payload}


def web_url(title: str, url: str) -> Button:
    return {"type": "web_url", "title": clip(title, 20), "url": url}


def account_link(url: str) -> Button:
    return {"type": "account_link", "url": url}


def account_unlink() -> Button:
    return {"type": "account_unlink"}


def receipt(**members: Any) -> Message:
    return _template({"template_type": "receipt", **members})


def ask_for_opt_in(title: str, payload: str) -> Message:
    """The person may agree to messages that carry marketing."""
    return _template({"template_type": "notification_messages", "title": clip(title, 65), "payload": payload})


def _template(payload: dict[str, Any]) -> Message:
    return {"attachment": {"type": "template", "payload": payload}}
