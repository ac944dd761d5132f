"""Who is told to wait, waits."""

from collections.abc import Iterator

from sandbox.proof.evidence import Evidence
from sandbox.proof.rule import Case, Rule, broke, held

TELLING = (429, 503)
SLACK = 0.05
"""Seconds by which clocks may differ."""


def look(evidence: Evidence) -> Iterator[Case]:
    """By the world's clock or the machine's: a test may advance the one, a client sleeps by the other."""
    for seen in evidence.exchanges:
        wanted = seen.one.response_headers.get("retry-after", "")
        if seen.one.status not in TELLING or not wanted.isdecimal():
            continue
        then = next((other for other in evidence.after(seen) if not evidence.endpoint(other)), None)
        if then is None:
            yield held(seen)
            continue
        by_machine = (then.one.wall - seen.one.wall) / 1000
        waited = max(by_machine, (then.one.at - seen.one.at).total_seconds())
        if waited + SLACK >= int(wanted):
            yield held(seen)
        else:
            yield broke(seen, f"Retry-After was {wanted} s, and the client came back after {waited:.2f} s.", then)


RULE = Rule(
    "SBX1001",
    "Retry-After is honoured",
    "After a 429 or a 503 with `Retry-After` the client leaves the bank alone for so many seconds.",
    "Who comes back at once makes it worse for everybody, and is shut out for longer.",
    "RFC 9110 10.2.3, RFC 6585 4",
    "Read `Retry-After`, sleep for so long with a little chance added, and only then repeat what is safe to repeat.",
    "An answer 429 or 503 with Retry-After: `sandbank fault add --status 429`, or `Prefer: code=429`.",
    look,
)
