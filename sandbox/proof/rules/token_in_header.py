"""Tokens do not stand in addresses."""

from collections.abc import Iterator

from sandbox.proof.evidence import Evidence
from sandbox.proof.rule import Case, Rule, broke, held

NAMES = ("access_token", "token", "id_token")


def look(evidence: Evidence) -> Iterator[Case]:
    for seen in evidence.exchanges:
        if not evidence.is_data(seen):
            continue
        found = [name for name in NAMES if name in seen.query]
        if found or seen.one.error == "TokenMisplaced":
            yield broke(seen, f"A token stood in the query ({', '.join(found) or 'access_token'}).")
        elif seen.token:
            yield held(seen)


RULE = Rule(
    "SBX1011",
    "Tokens are sent in the header",
    "An access token travels in `Authorization`, never in an address.",
    "Addresses are kept in histories, logs and referrers, and a token with them.",
    "RFC 6750 2.3, RFC 9700 4.3.2",
    "Send `Authorization: Bearer …`.",
    "A call with a token.",
    look,
)
