"""A thread: what a page and a person have between them. And its messages."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

WINDOW = timedelta(hours=24)
"""From the person's last action to the end of what the page may freely send."""
AD_WINDOW = timedelta(days=7)
"""The same where the person came by an advertisement."""
AGENT_WINDOW = timedelta(days=7)
"""For answers of a human agent."""


@dataclass(frozen=True, slots=True)
class OptIn:
    """A person's leave to send what they otherwise would not get: recurring notifications, which carry marketing."""

    token: str
    payload: str
    title: str
    frequency: str
    given_at: datetime
    expires_at: datetime
    stopped: bool = False
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Thread:
    page_id: str
    psid: str
    heard_at: datetime | None = None
    """The person's last action that opens the window."""
    by_ad: bool = False
    owner: str = ""
    """The app that has the thread; empty: the page's app."""
    wanted_by: str = ""
    """An app that asked the owner for it."""
    read_at: datetime | None = None
    """When the person last read what the page sent."""
    seen_at: datetime | None = None
    """When the page last marked what the person wrote as seen."""
    typing_until: datetime | None = None
    opt_ins: tuple[OptIn, ...] = ()
    changes: int = 0
    """How often something changed that was said already: an edit, a reaction."""

    def closes_at(self) -> datetime | None:
        """The end of the standard window; None where the person never wrote."""
        if self.heard_at is None:
            return None
        return self.heard_at + (AD_WINDOW if self.by_ad else WINDOW)


@dataclass(frozen=True, slots=True)
class Message:
    """One message on the thread, or one thing that was done there (a tap, a reaction)."""

    mid: str
    page_id: str
    psid: str
    at: datetime
    """By the world's clock."""
    sender: str
    """person, page, or inbox."""
    content: dict[str, Any]
    """As on the wire: text, attachment, attachments, quick_replies, quick_reply, postback, metadata …"""
    app_id: str = ""
    persona_id: str = ""
    messaging_type: str = ""
    tag: str = ""
    trace: dict[str, Any] = field(default_factory=dict)
    """What the sandbox knows beside it: the call that sent it."""
