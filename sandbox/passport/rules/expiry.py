"""A consent comes to its end by itself: people are told while there is time."""

from sandbox.kernel.findings import Finding, Looked, Tally
from sandbox.ledger.consents import REMINDER, Consent
from sandbox.passport.evidence import Conversation, Evidence, Said
from sandbox.passport.languages import ENDING, spoken
from sandbox.passport.rule import Rule

ALLOWED = ("UTILITY",)


def notice_is_given(evidence: Evidence) -> Looked:
    tally = Tally("No consent of anybody who talks to a page has run out, and no notice of it was sent.")
    for conversation in evidence.conversations:
        for consent in conversation.consents:
            if consent.expires_at is None or consent.revocation is not None:
                continue
            notices = [one for one in conversation.by_page if _is_notice(one, consent)]
            ended = consent.expires_at <= evidence.now
            tally.cases += bool(notices or ended)
            proof = f"consent:{consent.consent_id}"
            if ended and not notices and not _renewed(conversation, consent):
                text = f"Consent {consent.consent_id} at {consent.bank} has run out, and nobody told the person before."
                tally.findings.append(Finding(text, consent.expires_at, (proof,)))
            for one in notices:
                closes = conversation.window_closes(one.at)
                shut = closes is None or closes < one.at
                if shut and one.message.messaging_type not in ALLOWED:
                    kind = one.message.tag or one.message.messaging_type or "RESPONSE"
                    text = f"The notice came when the window was shut, as {kind} and not as UTILITY."
                    tally.findings.append(Finding(text, one.at, (one.ref, proof)))
    return tally.looked()


def _is_notice(one: Said, consent: Consent) -> bool:
    assert consent.expires_at is not None
    return consent.expires_at - REMINDER <= one.at < consent.expires_at and bool(spoken(ENDING, one.text))


def _renewed(conversation: Conversation, consent: Consent) -> bool:
    """Whether another took its place in time."""
    assert consent.expires_at is not None
    later = conversation.living(consent.expires_at)
    return any(one.bank == consent.bank and one.consent_id != consent.consent_id for one in later)


RULES = (
    Rule(
        "expiry.notice",
        "People are told before a consent runs out",
        "In the thirty days before a consent ends the person is told; where the window is shut, by a UTILITY message.",
        "A bot that falls silent without a word looks broken, and one that says so too late sends people to the bank "
        "in a hurry, which is how phishing works.",
        "Take `consent.reauth_required` from the bank's events, and send a utility template with a way to link again.",
        notice_is_given,
    ),
)
