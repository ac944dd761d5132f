"""Who has no consent any more leaves the bank alone."""

from collections.abc import Iterator

from sandbox.proof.evidence import Evidence
from sandbox.proof.rule import Case, Rule, broke, held
from sandbox.proof.seen import Seen

ENDED = ("ConsentRevoked", "ConsentExpired")


def look(evidence: Evidence) -> Iterator[Case]:
    tried: dict[tuple[str, str], list[Seen]] = {}
    for seen in evidence.exchanges:
        if seen.one.error in ENDED and evidence.is_data(seen):
            tried.setdefault((seen.one.channel, seen.one.consent or seen.token), []).append(seen)
    for (_, consent), refused in tried.items():
        first, *more = refused
        if more:
            text = f"The consent {consent} had ended, and the client asked {len(refused)} times: once is to find out."
            yield broke(first, text, *more)
        else:
            yield held(first)


RULE = Rule(
    "SBX1003",
    "After a consent has ended the client stops",
    "Once a call is refused because the consent was withdrawn or has run out, no further one is made under it.",
    "The customer has said no. Whoever keeps polling shows that they do not listen, and is noticed.",
    "12 CFR 1033.421, RFC 6750 3.1, FDX consent API",
    "Take the first refusal as the end: forget the tokens, stop the jobs, tell the customer how to link again. Better "
    "still, subscribe to `consent.revoked`.",
    "A consent that ends while the client uses it: `sandbank consent revoke`.",
    look,
)
