"""Somebody withdraws a consent: from then on there is silence about their data."""

from collections.abc import Iterator

from sandbox.kernel.clock import iso
from sandbox.kernel.findings import Finding, Looked, Tally
from sandbox.ledger.consents import Consent
from sandbox.passport import marks, shapes
from sandbox.passport.evidence import Conversation, Evidence
from sandbox.passport.rule import Rule

NONE_WITHDRAWN = "No consent of anybody who talks to a page was withdrawn, or the clock has not gone on since."


def no_data(evidence: Evidence) -> Looked:
    tally = Tally(NONE_WITHDRAWN)
    for conversation, consent in withdrawn(evidence):
        assert consent.revocation is not None
        tally.cases += 1
        ended = consent.revocation.at
        for one in conversation.tried:
            if one.at <= ended + evidence.limits.revocation:
                continue
            shared = {account_id for other in conversation.living(one.at) for account_id in other.account_ids}
            gone = [mark for mark in conversation.marks[consent.consent_id] if mark.account_id not in shared]
            seen = {mark.value: mark for word in one.words for mark in marks.seen(gone, word.text)}
            if seen:
                what = "; ".join(f"{mark.value} ({mark.what} of {mark.account_id})" for mark in seen.values())
                after = (one.at - ended).total_seconds()
                text = f"{after:.0f} s after consent {consent.consent_id} was withdrawn, a message tells {what}."
                tally.findings.append(Finding(text, one.at, (one.ref, f"consent:{consent.consent_id}")))
    return tally.looked()


def no_numbers(evidence: Evidence) -> Looked:
    tally = Tally("Nobody wrote to a page after withdrawing their last consent.")
    for conversation, consent in withdrawn(evidence):
        assert consent.revocation is not None
        end = consent.revocation.at + evidence.limits.revocation
        if not any(one.is_person and one.at > end for one in conversation.said):
            continue
        asked = False
        for one in conversation.said:
            if one.at <= end or conversation.living(one.at):
                continue
            asked = asked or one.is_person
            tally.cases += one.is_person
            amounts = shapes.AMOUNT.findall(one.text) if one.is_page and asked else []
            if amounts:
                text = f"No consent is left, and the bot still answers with {', '.join(amounts[:3])}."
                tally.findings.append(Finding(text, one.at, (one.ref, f"consent:{consent.consent_id}")))
    return tally.looked()


def no_reads(evidence: Evidence) -> Looked:
    """The first refusal tells a client that forgot; who goes on after it does not listen."""
    tally = Tally(NONE_WITHDRAWN)
    for conversation, consent in withdrawn(evidence):
        assert consent.revocation is not None
        tally.cases += 1
        end = consent.revocation.at + evidence.limits.revocation
        tried = [read for read in conversation.reads if read.consent == consent.consent_id and read.at > end]
        if len(tried) > 1:
            last = tried[-1]
            text = f"Under consent {consent.consent_id} the bank was asked {len(tried)} times after it had ended."
            proof = (f"access:{last.chain}/{last.number}", f"consent:{consent.consent_id}")
            tally.findings.append(
                Finding(f"{text} The last time: {last.operation}, {iso(last.at)}.", last.at, proof, fails=False)
            )
    return tally.looked()


def withdrawn(evidence: Evidence) -> Iterator[tuple[Conversation, Consent]]:
    """Whose consent was withdrawn, long enough ago."""
    for conversation in evidence.conversations:
        for consent in conversation.consents:
            if consent.revocation is not None and evidence.past(consent.revocation.at):
                yield conversation, consent


RULES = (
    Rule(
        "revocation.data",
        "No data after a consent was withdrawn",
        "Later than five seconds after a consent was withdrawn (`--seconds` sets another limit), no message tells what "
        "is known of its accounts: their last four digits, a balance, the amount of a row.",
        "To withdraw is the one lever that a customer has (12 CFR 1033.421). What is sent afterwards comes from a "
        "copy that should not be there, or from a queue that nobody emptied.",
        "Take `consent.revoked` from the bank's events, drop what is queued and forget what is cached, before anything "
        "else is sent.",
        no_data,
    ),
    Rule(
        "revocation.answers",
        "No numbers for who has no consent any more",
        "Who writes after their last consent was withdrawn gets no answer with an amount of money in it.",
        "A bot that answers from its memory has kept what it had to delete.",
        "Look for a living link before answering, and offer to link again where there is none.",
        no_numbers,
    ),
    Rule(
        "revocation.reads",
        "The bank is left alone after a consent was withdrawn",
        "After a consent has ended its client is refused once at most. (A warning.)",
        "Who goes on asking does not listen: neither to events, nor to `consent_revoked` in answers.",
        "Forget the tokens at the first 401, and stop the jobs that use them.",
        no_reads,
    ),
)
