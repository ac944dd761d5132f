"""When a page may send: the window that a person opens, message types, and what is left of the tags."""

from collections.abc import Mapping, Sequence

from sandbox.kernel.clock import iso
from sandbox.messenger.errors import InvalidParameter, OutsideWindow, TagNotAllowed, TagRetired
from sandbox.messenger.threads import AGENT_WINDOW
from sandbox.messenger.wish import Rule, Sending

TYPES = ("RESPONSE", "UPDATE", "MESSAGE_TAG", "UTILITY")
NOTIFICATION_TYPES = ("REGULAR", "SILENT_PUSH", "NO_PUSH")
AGENT = "HUMAN_AGENT"
CLASSIC = ("ACCOUNT_UPDATE", "CONFIRMED_EVENT_UPDATE", "POST_PURCHASE_UPDATE")
"""Tags that work where a page is set to `tags: classic`."""
LEGACY: Mapping[str, str] = {
    "APPLICATION_UPDATE": "ACCOUNT_UPDATE",
    "APPOINTMENT_UPDATE": "CONFIRMED_EVENT_UPDATE",
    "BUSINESS_PRODUCTIVITY": "",
    "COMMUNITY_ALERT": "",
    "CONFIRMED_EVENT_REMINDER": "CONFIRMED_EVENT_UPDATE",
    "FEATURE_FUNCTIONALITY_UPDATE": "",
    "GAME_EVENT": "CONFIRMED_EVENT_UPDATE",
    "ISSUE_RESOLUTION": AGENT,
    "PAIRING_UPDATE": "",
    "PAYMENT_UPDATE": "POST_PURCHASE_UPDATE",
    "PERSONAL_FINANCE_UPDATE": "ACCOUNT_UPDATE",
    "RESERVATION_UPDATE": "CONFIRMED_EVENT_UPDATE",
    "SHIPPING_UPDATE": "POST_PURCHASE_UPDATE",
    "TICKET_UPDATE": "CONFIRMED_EVENT_UPDATE",
    "TRANSPORTATION_UPDATE": "CONFIRMED_EVENT_UPDATE",
}
"""Tags that ended in March 2020, and which took their place: published of finance and shipping, of others surmised."""
SUBSCRIPTION = "NON_PROMOTIONAL_SUBSCRIPTION"
INSTEAD = "Send messaging_type UTILITY with a message template."


def words_are_known(sending: Sending) -> None:
    known = (("messaging_type", TYPES), ("notification_type", NOTIFICATION_TYPES))
    for name, words in known:
        if name in sending.wish and str(sending.wish[name]).upper() not in words:
            raise InvalidParameter(f"Param {name} must be one of {{{', '.join(words)}}}", got=sending.wish[name])


def tag_is_alive(sending: Sending) -> None:
    tag, classic = sending.tag, sending.page.behaviour.tags == "classic"
    if not tag:
        if sending.messaging_type == "MESSAGE_TAG":
            raise TagNotAllowed("A message of type MESSAGE_TAG needs a tag.", hint=INSTEAD)
    elif tag in CLASSIC:
        if not classic:
            raise TagRetired(f"The message tag {tag} is no longer supported", hint=INSTEAD)
    elif tag in LEGACY:
        successor = LEGACY[tag]
        after = f"Its successor {successor} {'works' if classic or successor == AGENT else 'ended as well'}. "
        raise TagRetired(f"The message tag {tag} is no longer supported", hint=(after if successor else "") + INSTEAD)
    elif tag == SUBSCRIPTION:
        raise TagNotAllowed("You need page_messaging_subscriptions permission, which is not given any more.")
    elif tag != AGENT:
        raise InvalidParameter(f"Param tag must be one of {{{', '.join((AGENT, *CLASSIC))}}}", got=tag)


def window_is_open(sending: Sending) -> None:
    """Utility templates and recurring notifications have rules of their own; of tags only the agent's has an end."""
    tagged = sending.messaging_type == "MESSAGE_TAG"
    if sending.action or sending.notification_token or sending.messaging_type == "UTILITY":
        return
    heard, now = sending.thread.heard_at, sending.world.now
    closes = sending.thread.closes_at()
    if tagged and sending.tag in CLASSIC:
        return
    if tagged and heard is not None:
        closes = max(heard + AGENT_WINDOW, closes or heard)
    if closes is not None and now <= closes:
        return
    raise OutsideWindow(
        "This message is sent outside of allowed window.",
        now=iso(now),
        closed_at=iso(closes) if closes else "never opened: the person has not written yet",
        hint="A tag counts with messaging_type MESSAGE_TAG alone."
        if sending.tag and not tagged
        else f"Wait for the person to write. {INSTEAD}",
    )


FORM: Sequence[Rule] = (words_are_known, tag_is_alive)
