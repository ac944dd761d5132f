"""Somebody of flesh and blood takes over, and hands back."""

from .turn import Turn

AUTOMATED = "This is an automated assistant."


def talk(turn: Turn, words: list[str]) -> None:
    turn.say("A person takes over now. I keep quiet until they are done.")
    turn.desk.memory.set_with_person(turn.psid, True)
    turn.desk.graph.hand_over(turn.psid, "asked to talk to a person")


def back(turn: Turn) -> None:
    """Whoever goes from a person to a machine has to be told."""
    turn.desk.memory.set_with_person(turn.psid, False)
    turn.say(f"I am back. {AUTOMATED}")
