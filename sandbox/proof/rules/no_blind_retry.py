"""What could be done twice is not simply sent again."""

from collections.abc import Iterator

from sandbox.proof.evidence import Evidence, line_broke
from sandbox.proof.rule import Case, Rule, broke, held
from sandbox.proof.seen import Seen

SAFE_TO_REPEAT = ("GET", "HEAD", "OPTIONS", "PUT", "DELETE")
KEYS = ("idempotency-key", "x-idempotency-key")
READING = "search"
"""How operations begin that read by POST."""


def look(evidence: Evidence) -> Iterator[Case]:
    for seen in evidence.exchanges:
        if not _is_unclear(evidence, seen):
            continue
        again = _repeated(evidence, seen)
        if again is None:
            yield held(seen)
        else:
            how = "the connection broke" if line_broke(seen) else f"the answer was {seen.one.status}"
            text = f"{seen.one.method} {seen.one.path}: {how}, so it may have been done, and the same was sent again."
            yield broke(seen, text, again)


def _is_unclear(evidence: Evidence, seen: Seen) -> bool:
    """Whether it may have been done, and nobody told the client."""
    one = seen.one
    if one.method in SAFE_TO_REPEAT or one.operation.startswith(READING) or evidence.endpoint(seen):
        return False
    return one.status >= 500 or line_broke(seen)


def _repeated(evidence: Evidence, seen: Seen) -> Seen | None:
    """Where nobody looked first whether it had been done, nor marked it as the same."""
    one = seen.one
    for then in evidence.after(seen):
        other = then.one
        if other.method == "GET" and other.path.startswith(one.path.rpartition("/")[0]):
            return None
        if (other.method, other.path, other.request_body) == (one.method, one.path, one.request_body):
            keys = {(one.request_headers.get(name), other.request_headers.get(name)) for name in KEYS}
            return None if any(mine and mine == theirs for mine, theirs in keys) else then
    return None


RULE = Rule(
    "SBX1004",
    "What is not idempotent is not repeated blindly",
    "Where a POST ended in a 5xx or a broken connection, the client looks whether it was done, or marks the repetition "
    "as one (`Idempotency-Key`), before it sends the same again.",
    "The answer was lost, not the deed: people get every message twice, and subscriptions double.",
    "RFC 9110 9.2.2",
    "Ask for what should be there now, or send an `Idempotency-Key`, before a POST is repeated.",
    "A POST whose answer is lost: `sandbank fault profile lost-answers`.",
    look,
)
