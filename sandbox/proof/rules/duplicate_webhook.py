"""What is told twice has its effect once."""

from collections import Counter
from collections.abc import Iterator

from sandbox.kernel.findings import Finding
from sandbox.proof.evidence import Evidence, Posted
from sandbox.proof.rule import Case, Rule
from sandbox.proof.rules.verify_signature import WEBHOOK
from sandbox.proof.seen import Seen

ACTING = ("POST", "PUT", "PATCH", "DELETE")


def look(evidence: Evidence) -> Iterator[Case]:
    for one in evidence.posted:
        taken = [each for each in one.tries if each.taken]
        if len(taken) < 2:
            continue
        twice = _twice(evidence, one)
        if not twice:
            yield Case(one.channel, WEBHOOK)
            continue
        first = twice[0].one
        text = (
            f"The webhook {one.kind} came {len(taken)} times, and so did its effect: {first.method} "
            f"{first.path} was sent {len(twice)} times with the same body."
        )
        proof = (one.ref, *(seen.one.id for seen in twice))
        yield Case(one.channel, WEBHOOK, Finding(text, taken[-1].at, proof))


def _twice(evidence: Evidence, one: Posted) -> list[Seen]:
    """The same deed, more than once since the first attempt."""
    since = one.tries[0].at
    deeds = [
        seen for seen in evidence.exchanges
        if seen.one.method in ACTING and seen.one.at >= since and seen.one.status < 400 and not evidence.endpoint(seen)
    ]  # fmt: skip
    counts = Counter((seen.one.method, seen.one.path, seen.one.request_body) for seen in deeds)
    repeated = {deed for deed, times in counts.items() if times > 1}
    kinds = [seen for seen in deeds if (seen.one.method, seen.one.path, seen.one.request_body) in repeated]
    return [seen for seen in kinds if seen.one.request_body == kinds[0].one.request_body] if kinds else []


RULE = Rule(
    "SBX1009",
    "A webhook that comes twice has one effect",
    "Where a webhook is delivered twice, the client does nothing twice: no second message, no second call of the "
    "same kind.",
    "Every sender repeats what it is not sure of. People who get each message twice switch it off.",
    "Standard Webhooks 1.0, idempotency",
    "Keep `webhook-id` (or the event's id) before acting on it, in one transaction, and leave out what is known.",
    "A webhook that is delivered twice: `duplicate: 1` in its misbehaviour, or a replay.",
    look,
)
