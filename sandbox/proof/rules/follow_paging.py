"""Lists are read to their end."""

from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.proof.evidence import Evidence, line_broke
from sandbox.proof.rule import Case, Rule, broke, held
from sandbox.proof.seen import Seen


def look(evidence: Evidence) -> Iterator[Case]:
    more = [(seen, following) for seen in evidence.exchanges if (following := _following(evidence, seen))]
    asked = _asked(evidence)
    read_last = {_list(seen): seen.one.number for seen, _ in more}
    for seen, following in more:
        if any(asked.get((*_whose(seen), name, str(value)), 0) > seen.one.number for name, value in following.items()):
            yield held(seen)
        elif read_last[_list(seen)] == seen.one.number:  # where it was read again, that reading is the case
            [(name, value)] = following.items()
            shown = str(value) if len(str(value)) <= LONGEST else f"{str(value)[:LONGEST]}…"
            text = (
                f"The answer said that there is more (`{name}` {shown}), and the client never asked for it: "
                f"{seen.one.operation} was read in part."
            )
            yield broke(seen, text)


LONGEST = 24


def _following(evidence: Evidence, seen: Seen) -> Mapping[str, Any]:
    read = evidence.followings.get(seen.one.channel)
    if read is None or not 200 <= seen.one.status < 300 or line_broke(seen) or not isinstance(seen.answer, dict):
        return {}
    return read(seen.answer)


def _whose(seen: Seen) -> tuple[str, str, str]:
    return seen.one.client, seen.one.channel, seen.one.path


def _list(seen: Seen) -> tuple[str, ...]:
    return *_whose(seen), seen.one.query


def _asked(evidence: Evidence) -> Mapping[tuple[str, ...], int]:
    """By client, bank, path, parameter and value: the last exchange that had it, in its query or its body."""
    found: dict[tuple[str, ...], int] = {}
    for seen in evidence.exchanges:
        for name, values in seen.query.items():
            for value in values:
                found[*_whose(seen), name, value] = seen.one.number
        if isinstance(seen.asked, dict):
            for name, value in seen.asked.items():
                found[*_whose(seen), name, str(value)] = seen.one.number
    return found


RULE = Rule(
    "SBX1006",
    "Lists are read to their end",
    "Where an answer says that there is more (`nextOffset`, `nextPageKey`, `nextStartIndex`), the client asks for it.",
    "Who reads the first page alone shows balances without accounts and months without rows, and nobody notices until "
    "somebody has many.",
    "The banks' documents: paging of each list",
    "Go on until the answer has no cursor. Each bank calls it differently, and sets its own size of pages.",
    "A list with more than one page: a busy persona, or a small `limit`.",
    look,
)
