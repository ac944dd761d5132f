"""Whoever sends a customer to the bank knows them again."""

from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.proof.evidence import ASKING, Evidence
from sandbox.proof.rule import Case, Rule, broke, held

WANTED = ("code_challenge", "state")
ELSEWHERE = ("request", "request_uri")
"""What was asked stands in a signed object, or was pushed before."""


def look(evidence: Evidence) -> Iterator[Case]:
    for seen in evidence.exchanges:
        if evidence.endpoint(seen) not in ASKING:
            continue
        pushed: Mapping[str, Any] = seen.asked if isinstance(seen.asked, dict) else {}
        said = pushed or seen.query
        if not said or any(name in said for name in ELSEWHERE):
            continue
        missing = [name for name in WANTED if name not in said]
        if missing:
            yield broke(seen, f"The customer was sent to the bank without {' and without '.join(missing)}.")
        elif "plain" in (said.get("code_challenge_method"), *seen.query.get("code_challenge_method", ())):
            yield broke(seen, "The code challenge is `plain`: who sees it can redeem the code.")
        else:
            yield held(seen)


RULE = Rule(
    "SBX1012",
    "Authorization requests carry PKCE and state",
    "Every request for authorization has a `code_challenge` (S256) and a `state`.",
    "Without them a stolen code can be redeemed, and a customer be linked to somebody else's accounts.",
    "RFC 7636, RFC 9700 2.1.1, FAPI 2.0 5.3.2",
    "Let a library of OAuth make both, and compare `state` when the customer is back.",
    "A request for authorization, which a consent through the control API does without.",
    look,
)
