"""A refresh token that was replaced is not used again."""

from collections.abc import Iterator

from sandbox.proof.evidence import Evidence
from sandbox.proof.rule import Case, Rule, broke, held
from sandbox.proof.seen import Seen


def look(evidence: Evidence) -> Iterator[Case]:
    replaced: dict[str, Seen] = {}
    for seen in evidence.exchanges:
        if not evidence.refreshes(seen):
            continue
        shown = str(seen.asked.get("refresh_token", ""))
        before = replaced.get(shown)
        if before is not None:
            yield broke(seen, f"The refresh token {shown} had been replaced, and was shown again.", before)
        else:
            yield held(seen)
        new = seen.answer.get("refresh_token") if isinstance(seen.answer, dict) else None
        if seen.one.status < 400 and new and new != shown:
            replaced.setdefault(shown, seen)


RULE = Rule(
    "SBX1015",
    "A refresh token that was replaced is not used again",
    "Where the bank answers with a new refresh token, the client goes on with that one.",
    "An old one that comes again looks stolen, and ends the whole family of tokens: the customer has to link anew.",
    "RFC 9700 4.14.2",
    "Write the new refresh token before the answer is used, and refresh in one place alone.",
    "A refresh at a bank that rotates refresh tokens.",
    look,
)
