"""No more data than is needed: what is asked for is read, and what is read is used."""

from collections import defaultdict

from sandbox.kernel.findings import Finding, Looked, Tally
from sandbox.ledger.accesses import Access
from sandbox.passport.evidence import Evidence
from sandbox.passport.rule import Rule

NOTHING_READ = "No bank was read for anybody who talks to a page."
SHOWN = 8
"""Fields that a finding names."""


def reads_are_used(evidence: Evidence) -> Looked:
    tally = Tally(NOTHING_READ)
    for conversation in evidence.conversations:
        sent = [one.at for one in conversation.by_page]
        by_operation = defaultdict[tuple[str, str], list[Access]](list)
        for read in conversation.reads:
            if read.status < 400 and read.clusters:
                by_operation[read.bank, read.operation].append(read)
        for (bank, operation), reads in by_operation.items():
            tally.cases += 1
            if not any(read.at <= at <= read.at + evidence.limits.used for read in reads for at in sent):
                fields = evidence.fields.get((bank, operation), ())
                more = f" and {len(fields) - SHOWN} more" if len(fields) > SHOWN else ""
                told = f" It holds {', '.join(fields[:SHOWN])}{more}." if fields else ""
                whose = conversation.person.first_name
                text = f"{operation} was read {len(reads)} × at {bank} for {whose}, and no message followed."
                proof = tuple(f"access:{read.chain}/{read.number}" for read in reads[-3:])
                tally.findings.append(Finding(text + told, reads[-1].at, proof, fails=False))
    return tally.looked()


def grants_are_used(evidence: Evidence) -> Looked:
    tally = Tally(NOTHING_READ)
    for conversation in evidence.conversations:
        for consent in conversation.consents:
            reads = [read for read in conversation.reads if read.consent == consent.consent_id and read.status < 400]
            if not reads:
                continue
            tally.cases += 1
            used = {cluster for read in reads for cluster in read.clusters}
            idle = [cluster.value for cluster in consent.clusters if cluster.value not in used]
            if idle:
                granted = f"Consent {consent.consent_id} at {consent.bank} grants"
                text = f"{granted} {', '.join(idle)}, and nothing of it was read."
                tally.findings.append(Finding(text, reads[-1].at, (f"consent:{consent.consent_id}",), fails=False))
    return tally.looked()


RULES = (
    Rule(
        "minimal.reads",
        "What is read is used",
        "Each operation that was read for a person was followed by a message to them within five minutes, at least "
        "once. (A warning: it names operations and their fields.)",
        "Data may be read no more than is reasonably necessary for what was asked (12 CFR 1033.421(a)). What is read "
        "and never shown was read for something else.",
        "Read when somebody asks, and the operation that holds what you show. Where you compute something, say so.",
        reads_are_used,
    ),
    Rule(
        "minimal.grants",
        "What is granted is read",
        "Every data cluster of a consent that was read under was read at least once. (A warning.)",
        "What is asked for and never read need not be asked for: it frightens people at the consent page.",
        "Ask for fewer clusters, or leave out purposes that the bot does not have.",
        grants_are_used,
    ),
)
