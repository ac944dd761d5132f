"""The beginning, and what is said where nothing else fits."""

from .people import AUTOMATED
from .turn import MENU, Turn

LONG_SILENCE = 24 * 60 * 60 * 1000
"""Milliseconds, after which it is said again that nobody of flesh and blood answers."""


def introduce(turn: Turn, before: int | None, now: int) -> None:
    """At first contact and after a long silence. The platform wants it, and some countries' laws do."""
    if before is None:
        turn.say(f"Hello! {AUTOMATED} I can tell you about your money once you have linked your bank.")
    elif now - before > LONG_SILENCE:
        turn.say(f"Hello again! {AUTOMATED}")


def start(turn: Turn, words: list[str]) -> None:
    if turn.desk.memory.links(turn.psid):
        turn.say("What would you like to know?", MENU)
    else:
        link(turn, words)


def link(turn: Turn, words: list[str]) -> None:
    turn.say("Which bank is yours? You sign in there, and choose what I may see.")
    turn.show(turn.desk.linking.invitation(turn.psid))


def lost(turn: Turn, words: list[str]) -> None:
    turn.say("I did not understand that. These I can do:", MENU)


def fine(turn: Turn, words: list[str]) -> None:
    turn.say("Good.", MENU)
