"""What a receiver does not know, it lets pass."""

from collections.abc import Iterator

from sandbox.events.catalogue import TYPES
from sandbox.events.dress import type_of
from sandbox.kernel.clock import from_millis
from sandbox.kernel.findings import Finding
from sandbox.proof.evidence import Evidence
from sandbox.proof.rule import Case, Rule
from sandbox.proof.rules.verify_signature import FORGED, WEBHOOK

PING = "webhook.ping"


def look(evidence: Evidence) -> Iterator[Case]:
    """A ping is in nobody's list of events either."""
    for one in evidence.posted:
        kind = type_of(one.delivery.type)
        is_known = kind in TYPES and kind != PING
        if is_known or not one.attempts or FORGED.keys() & set(one.delivery.faults.split()):
            continue
        last = one.attempts[-1]
        if 200 <= last.status < 300:
            yield Case(one.bank, WEBHOOK)
        else:
            text = f"An event of the type {one.delivery.type} was answered {last.status or 'not at all'}."
            yield Case(one.bank, WEBHOOK, Finding(text, from_millis(last.at), (one.ref,)))


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
