"""What was signed by somebody else is not taken."""

from collections.abc import Iterator

from sandbox.kernel.findings import Finding
from sandbox.proof.evidence import Evidence
from sandbox.proof.rule import Case, Rule


def look(evidence: Evidence) -> Iterator[Case]:
    for one in evidence.posted:
        if not one.forged or not one.tries:
            continue
        taken = [each for each in one.tries if each.taken]
        if taken:
            text = f"The webhook {one.kind} {one.forged}, and was answered {taken[0].status}."
            yield Case(one.channel, WEBHOOK, Finding(text, taken[0].at, (one.ref,)))
        else:
            yield Case(one.channel, WEBHOOK)


WEBHOOK = "webhook"

RULE = Rule(
    "SBX1008",
    "Webhooks are verified before they are taken",
    "A webhook whose signature is not good, or whose timestamp is old, is not answered with a 2xx.",
    "Anybody can post to an address. What is taken without a look at its signature can say anything.",
    "Standard Webhooks 1.0; the messenger platform's X-Hub-Signature-256",
    "Compute the signature over the bytes as they came, compare in constant time, refuse timestamps older than five "
    "minutes, and answer 400 or 401.",
    "A forged webhook: `PUT /_sandbox/webhooks/{id}/misbehaviour` with `bad_signature: 1`.",
    look,
)
