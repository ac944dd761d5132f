"""What a page does on a thread without saying anything: the dots of typing, a message marked as seen, a reaction."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from sandbox.messenger.contents import said_before
from sandbox.messenger.errors import InvalidParameter
from sandbox.messenger.threads import Message, Thread
from sandbox.messenger.wish import Sending

TYPING = timedelta(seconds=20)
"""So long the dots are shown, unless a message comes."""
REACTIONS: Mapping[str, str] = {
    "smile": "😆", "angry": "😠", "sad": "😢", "wow": "😮", "love": "❤", "like": "👍", "dislike": "👎",
}  # fmt: skip
"""Names that the platform has for emojis; any other emoji is `other`."""


def typing_on(sending: Sending) -> None:
    _on_thread(sending, lambda thread: replace(thread, typing_until=sending.world.now + TYPING))


def typing_off(sending: Sending) -> None:
    _on_thread(sending, lambda thread: replace(thread, typing_until=None))


def mark_seen(sending: Sending) -> None:
    _on_thread(sending, lambda thread: replace(thread, read_at=sending.world.now))


def react(sending: Sending) -> None:
    mid, emoji = _reacted_to(sending), sending.wish["payload"].get("reaction", "love")
    name = emoji if emoji in REACTIONS else next((one for one, sign in REACTIONS.items() if sign == emoji), "other")
    told = {"mid": mid, "action": "react", "reaction": name, "emoji": REACTIONS.get(emoji, emoji)}
    _remember(sending, told)


def unreact(sending: Sending) -> None:
    _remember(sending, {"mid": _reacted_to(sending), "action": "unreact"})


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
        raise InvalidParameter(f"Param sender_action must be one of {{{', '.join(ACTIONS)}}}", got=sending.action)
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


def _remember(sending: Sending, reaction: dict[str, str]) -> None:
    page, world = sending.page, sending.world
    sending.desk.add_message(
        world,
        Message(
            mid="",
            page_id=page.page_id,
            psid=sending.person.psid,
            at=world.now,
            sender="page",
            content={"reaction": reaction},
            app_id=page.app.app_id,
        ),
    )
