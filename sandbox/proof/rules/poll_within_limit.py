"""Nobody reads more often than the bank allows."""

from collections.abc import Iterator

from sandbox.proof.evidence import Evidence
from sandbox.proof.rule import Case, Rule, broke, held
from sandbox.proof.seen import Seen


def look(evidence: Evidence) -> Iterator[Case]:
    """What was refused on order was not the client's doing."""
    days: dict[tuple[str, str, str], list[Seen]] = {}
    for seen in evidence.exchanges:
        if evidence.is_data(seen) and _is_limited(evidence, seen) and not seen.one.faults:
            key = (seen.one.channel, seen.one.consent, seen.one.at.date().isoformat())
            days.setdefault(key, []).append(seen)
    for (_, consent, day), reads in days.items():
        refused = [seen for seen in reads if seen.one.error == "RateLimited"]
        if len(refused) > 1:
            text = f"On {day} the client was refused {len(refused)} times for reading too often under {consent}."
            yield broke(refused[0], text, *refused[1:])
        else:
            yield held(reads[0])


def _is_limited(evidence: Evidence, seen: Seen) -> bool:
    consent = evidence.consents.get(seen.one.consent)
    return seen.one.error == "RateLimited" or (consent is not None and consent.unattended_reads is not None)


RULE = Rule(
    "SBX1005",
    "The bank is not asked more often than it allows",
    "While the customer is away, a consent is read as often as the bank allows in a day: a refusal stops it until "
    "the next.",
    "Limits are in the contract with the bank, and a client that runs into them all day loses its access.",
    "FDX API, traffic guidance; RFC 6585 4",
    "Count the reads of a day, spread them, and let webhooks say when there is something new.",
    "A consent with `unattended_reads`, or 429 by the bank's own limit.",
    look,
)
