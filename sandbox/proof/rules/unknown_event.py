"""What a receiver does not know, it lets pass."""

from collections.abc import Iterator

from sandbox.kernel.findings import Finding
from sandbox.proof.evidence import Evidence
from sandbox.proof.rule import Case, Rule
from sandbox.proof.rules.verify_signature import WEBHOOK


def look(evidence: Evidence) -> Iterator[Case]:
    for one in evidence.posted:
        if one.told or one.forged or not one.tries:
            continue
        last = one.tries[-1]
        if last.taken:
            yield Case(one.channel, WEBHOOK)
        else:
            text = f"An event of the type {one.kind} was answered {last.status or 'not at all'}."
            yield Case(one.channel, WEBHOOK, Finding(text, last.at, (one.ref,)))


RULE = Rule(
    "SBX1010",
    "An event of an unknown type is let pass",
    "A webhook of a type that the client does not know is answered with a 2xx, and nothing else happens.",
    "Banks add types without asking. What is refused is sent again for days, and at last the endpoint is switched off.",
    "Standard Webhooks 1.0; CloudEvents 1.0, extensibility",
    "Answer 204 to types that are not known, and write them into a log.",
    "A webhook of another type than the catalogue's: a ping, `POST /_sandbox/webhooks/{id}/ping`.",
    look,
)
