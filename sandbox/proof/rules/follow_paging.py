"""Lists are read to their end."""

from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.proof.evidence import Evidence, line_broke
from sandbox.proof.rule import Case, Rule, broke, held
from sandbox.proof.seen import Seen


def look(evidence: Evidence) -> Iterator[Case]:
    for seen in evidence.exchanges:
        following = _following(evidence, seen)
        if not following:
            continue
        if any(_asks_for(then, seen, following) for then in evidence.after(seen)):
            yield held(seen)
        elif not _began_anew(evidence, seen):
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


def _asks_for(then: Seen, seen: Seen, following: Mapping[str, Any]) -> bool:
    if (then.one.path, then.one.consent) != (seen.one.path, seen.one.consent) and then.one.path != seen.one.path:
        return False
    asked = then.asked if isinstance(then.asked, dict) else {}
    return any(str(value) in then.query.get(name, ()) or asked.get(name) == value for name, value in following.items())


def _began_anew(evidence: Evidence, seen: Seen) -> bool:
    """Where the same list was read again, that reading is the case."""
    return any(
        (then.one.path, then.one.query) == (seen.one.path, seen.one.query) and _following(evidence, then)
        for then in evidence.after(seen)
    )


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
