"""Whoever writes to a machine is told so."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

from sandbox.kernel.findings import Finding, Looked, Tally
from sandbox.passport.evidence import Evidence, Said
from sandbox.passport.languages import AUTOMATED, spoken
from sandbox.passport.rule import Rule


def at_first(evidence: Evidence) -> Looked:
    tally = Tally("No page has said anything in this world yet.")
    for conversation in evidence.conversations:
        turn = turn_after(conversation.said, 0)
        if turn and not turn[0].is_human:
            tally.cases += 1
            _judge(
                tally, turn, f"The first that {conversation.person.first_name} hears does not say that it is automated."
            )
    return tally.looked()


def after_a_human(evidence: Evidence) -> Looked:
    tally = Tally("No thread came back from a human to the bot.")
    for conversation in evidence.conversations:
        said = conversation.said
        places = {place + 1 for place, one in enumerate(said) if one.is_human}
        places |= {_place(said, at) for at, _ in conversation.handed_back}
        turns = {turn[0].ref: turn for turn in (turn_after(said, place) for place in sorted(places)) if turn}
        for turn in turns.values():
            if not any(one.is_human for one in turn):
                tally.cases += 1
                _judge(tally, turn, "A human has answered before, and the bot goes on without saying who it is.")
    return tally.looked()


def after_silence(evidence: Evidence) -> Looked:
    tally = Tally("Nobody wrote again after a long silence.")
    for conversation in evidence.conversations:
        said = conversation.said
        for place, (before, one) in enumerate(pairwise(said), 1):
            silence = one.at - before.at
            turn = turn_after(said, place) if one.is_person and silence > evidence.limits.silence else []
            if turn:
                tally.cases += 1
                _judge(
                    tally,
                    turn,
                    f"After {silence.days} days of silence the bot does not say again that it is automated.",
                )
    return tally.looked()


def turn_after(said: Sequence[Said], place: int) -> list[Said]:
    """What is said next for the page, from a place on: by the bot in a row, or by a human."""
    turn = list[Said]()
    for one in said[place:]:
        if turn and (one.is_person or one.is_human):
            break
        if not one.is_person:
            turn.append(one)
    return turn


def _place(said: Sequence[Said], at: datetime) -> int:
    return next((place for place, one in enumerate(said) if one.at > at), len(said))


def _judge(tally: Tally, turn: list[Said], text: str) -> None:
    if not any(spoken(AUTOMATED, one.text) for one in turn):
        tally.findings.append(Finding(text, turn[0].at, (turn[0].ref,)))


RULES = (
    Rule(
        "disclosure.first",
        "Automation is disclosed at first contact",
        "What a page says first, before the person writes again, says that a machine answers.",
        "The platform wants it, and so does the law in places: California's Bot Disclosure Law, the EU's AI Act.",
        "Begin with a sentence like “I am an automated assistant”.",
        at_first,
    ),
    Rule(
        "disclosure.human",
        "Automation is disclosed after a human has answered",
        "When a thread comes back from the inbox to the bot, or follows a human's message, the bot says what it is.",
        "Whoever has just talked to a human believes that they still do.",
        "Say it again when `messaging_handovers` gives the thread back.",
        after_a_human,
    ),
    Rule(
        "disclosure.silence",
        "Automation is disclosed after a long silence",
        "Who writes again after seven days (`--silence` sets another limit) is told again that a machine answers.",
        "Nobody remembers what was said at the beginning.",
        "Keep the time of the last message, and greet anew after a while.",
        after_silence,
    ),
)
