"""What a page does on a thread without saying anything: the dots of typing, a message marked as seen, a reaction."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from sandbox.kernel.names import did_you_mean
from sandbox.messenger.contents import said_before
from sandbox.messenger.errors import InvalidParameter
from sandbox.messenger.threads import Thread
from sandbox.messenger.wish import Sending

TYPING = timedelta(seconds=20)
"""So long the dots are shown, unless a message comes."""
REACTIONS: Mapping[str, str] = {
    "smile": "😆", "angry": "😠", "sad": "😢", "wow": "😮", "love": "❤", "like": "👍", "dislike": "👎",
}  # fmt: skip
"""Names that the platform has for emojis. Others come as they are."""


def typing_on(sending: Sending) -> None:
    _on_thread(sending, lambda thread: replace(thread, typing_until=sending.world.now + TYPING))


def typing_off(sending: Sending) -> None:
    _on_thread(sending, lambda thread: replace(thread, typing_until=None))


def mark_seen(sending: Sending) -> None:
    _on_thread(sending, lambda thread: replace(thread, seen_at=sending.world.now))


def react(sending: Sending) -> None:
    named = sending.wish["payload"].get("reaction", "love")
    _mark(sending, REACTIONS.get(named, named))


def unreact(sending: Sending) -> None:
    _mark(sending, "")


ACTIONS: Mapping[str, Callable[[Sending], None]] = {
    "TYPING_ON": typing_on,
    "TYPING_OFF": typing_off,
    "MARK_SEEN": mark_seen,
    "REACT": react,
    "UNREACT": unreact,
}


def action_is_known(sending: Sending) -> None:
    """A rule of the Send API."""
    if not sending.action:
        return
    if sending.action not in ACTIONS:
        raise InvalidParameter(
            f"Param sender_action must be one of {{{', '.join(ACTIONS)}}}",
            got=sending.action,
            hint=did_you_mean(sending.action, ACTIONS),
        )
    if sending.action in ("REACT", "UNREACT"):
        said_before(sending, _reacted_to(sending), "payload[message_id]")


def _reacted_to(sending: Sending) -> str:
    mid = sending.wish.get("payload", {}).get("message_id", "")
    if not mid:
        raise InvalidParameter("The parameter payload[message_id] is required")
    return str(mid)


def _on_thread(sending: Sending, change: Callable[[Thread], Thread]) -> None:
    desk, world = sending.desk, sending.world
    desk.set_thread(world, change(desk.thread(world, sending.page, sending.person.psid)))


def _mark(sending: Sending, emoji: str) -> None:
    """The message that is reacted to keeps the emoji; none where it was taken back."""
    message = sending.desk.message(sending.world, _reacted_to(sending))
    assert message is not None  # a rule has seen it
    content = {name: value for name, value in message.content.items() if name != "reaction"}
    if emoji:
        content["reaction"] = emoji
    sending.desk.set_message(sending.world, replace(message, content=content))
