"""A code is redeemed once."""

from collections.abc import Iterator

from sandbox.proof.evidence import TOKENS, Evidence
from sandbox.proof.rule import Case, Rule, broke, held
from sandbox.proof.seen import Seen


def look(evidence: Evidence) -> Iterator[Case]:
    redeemed: dict[str, list[Seen]] = {}
    for seen in evidence.exchanges:
        code = seen.asked.get("code") if isinstance(seen.asked, dict) else None
        if evidence.endpoint(seen) in TOKENS and isinstance(code, str):
            redeemed.setdefault(code, []).append(seen)
    for code, tries in redeemed.items():
        first = next((place for place, seen in enumerate(tries) if seen.one.status < 400), len(tries))
        if again := tries[first + 1 :]:
            yield broke(tries[first], f"The code {code} was redeemed, and sent {len(again)} more times.", *again)
        else:
            yield held(tries[0])


RULE = Rule(
    "SBX1014",
    "A code is redeemed once",
    "After an authorization code has brought tokens it is never sent again.",
    "A code that comes twice looks stolen: the bank may end all that it brought.",
    "RFC 6749 4.1.2, RFC 9700 4.5",
    "Keep what the code brought before anything else is done, and make the page of the redirect safe to be reloaded.",
    "A code that is redeemed at the token endpoint.",
    look,
)
