"""Nobody asks for more than they read."""

from collections.abc import Iterator

from sandbox.proof.evidence import ASKING, Evidence
from sandbox.proof.rule import Case, Rule, broke, held
from sandbox.proof.seen import Seen


def look(evidence: Evidence) -> Iterator[Case]:
    """Of consents that clients asked for themselves: what the control API gave was not their wish."""
    asking = {
        (seen.one.client, seen.one.channel): seen for seen in evidence.exchanges if evidence.endpoint(seen) in ASKING
    }
    reads: dict[str, list[Seen]] = {}
    for seen in evidence.exchanges:
        asked = (seen.one.client, seen.one.channel) in asking
        if asked and evidence.is_data(seen) and seen.one.status < 300 and seen.one.consent in evidence.consents:
            reads.setdefault(seen.one.consent, []).append(seen)
    for consent_id, read in reads.items():
        used = {
            cluster for seen in read if (operation := evidence.operation(seen)) for cluster in operation.data_clusters
        }
        unused = sorted(
            cluster.value for cluster in evidence.consents[consent_id].clusters if cluster.value not in used
        )
        if unused:
            yield broke(read[0], f"The consent {consent_id} covers {', '.join(unused)}, and nothing of that was read.")
        else:
            yield held(read[0])


RULE = Rule(
    "SBX1013",
    "No more is asked for than is read",
    "Every data cluster that a client asked a customer for is read by it.",
    "Data that nobody needs can be lost, and customers refuse what is too much.",
    "12 CFR 1033.421, FDX data minimisation",
    "Ask for the scopes and clusters of the operations that are called.",
    "A consent that the client asked for itself, and reads under it.",
    look,
)
