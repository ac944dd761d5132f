"""What was signed by somebody else is not taken."""

from collections.abc import Iterator

from sandbox.kernel.clock import from_millis
from sandbox.kernel.findings import Finding
from sandbox.proof.evidence import Evidence
from sandbox.proof.rule import Case, Rule

FORGED = {"bad_signature": "was signed by another secret", "stale_timestamp": "was ten minutes old"}


def look(evidence: Evidence) -> Iterator[Case]:
    for one in evidence.posted:
        for fault in FORGED.keys() & set(one.delivery.faults.split()):
            taken = [attempt for attempt in one.attempts if 200 <= attempt.status < 300]
            if not taken:
                yield Case(one.bank, WEBHOOK)
                continue
            text = f"The webhook {one.delivery.type} {FORGED[fault]}, and was answered {taken[0].status}."
            yield Case(one.bank, WEBHOOK, Finding(text, from_millis(taken[0].at), (one.ref,)))


WEBHOOK = "webhook"

RULE = Rule(
    "SBX1008",
    "Webhooks are verified before they are taken",
    "A webhook whose signature is not good, or whose timestamp is old, is not answered with a 2xx.",
    "Anybody can post to an address. What is taken without a look at its signature can say anything.",
    "Standard Webhooks 1.0, signature verification",
    "Compute the signature over the bytes as they came, compare in constant time, refuse timestamps older than five "
    "minutes, and answer 400 or 401.",
    "A forged webhook: `PUT /_sandbox/webhooks/{id}/misbehaviour` with `bad_signature: 1`.",
    look,
)
