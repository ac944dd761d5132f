"""Somebody unlinks their accounts in the messenger, or asks to be forgotten: what the bot had is deleted, and what it
may is given back."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from sandbox.kernel.findings import Finding, Looked, Tally
from sandbox.passport import marks, shapes
from sandbox.passport.evidence import Conversation, Evidence, Moment
from sandbox.passport.rule import Rule

NONE_UNLINKED = "No app was told that somebody unlinked their accounts, or the clock has not gone on since."
NONE_ASKED = "Nobody wrote that they want to be forgotten, or the clock has not gone on since."


def unlinked(evidence: Evidence) -> Looked:
    return _used(evidence, Tally(NONE_UNLINKED), ((one, one.unlinked) for one in evidence.conversations))


def asked(evidence: Evidence) -> Looked:
    return _used(evidence, Tally(NONE_ASKED), ((one, one.asked) for one in evidence.conversations))


def _used(evidence: Evidence, tally: Tally, moments: Iterable[tuple[Conversation, Iterable[Moment]]]) -> Looked:
    """What is read and told of somebody who is to be forgotten."""
    for conversation, at, proof in _past(evidence, moments):
        tally.cases += 1
        end, until = at + evidence.limits.revocation, _linked_again(conversation, at)
        for read in conversation.reads:
            if end < read.at < until and read.status < 400:
                after = (read.at - at).total_seconds()
                text = f"{after:.0f} s after the person was to be forgotten, {read.operation} was read."
                tally.findings.append(Finding(text, read.at, (f"access:{read.chain}/{read.number}", proof)))
        known = [mark for one in conversation.consents for mark in conversation.marks.get(one.consent_id, ())]
        for one in conversation.tried:
            if not end < one.at < until:
                continue
            told = [mark.value for mark in marks.seen(known, one.text)] or shapes.AMOUNT.findall(one.text)
            if told:
                text = f"The person was to be forgotten, and the bot still tells {', '.join(told[:3])}."
                tally.findings.append(Finding(text, one.at, (one.ref, proof)))
    return tally.looked()


def given_back(evidence: Evidence) -> Looked:
    tally = Tally(f"{NONE_UNLINKED} {NONE_ASKED}")
    moments = ((one, (*one.unlinked, *one.asked)) for one in evidence.conversations)
    for conversation, at, proof in _past(evidence, moments):
        end = at + evidence.limits.revocation
        for consent in conversation.consents:
            if consent.created_at > at:
                continue
            tally.cases += 1
            if consent in conversation.living(end):
                text = f"The person was to be forgotten, and consent {consent.consent_id} at {consent.bank} lives on."
                tally.findings.append(Finding(text, at, (f"consent:{consent.consent_id}", proof), fails=False))
    return tally.looked()


def _past(
    evidence: Evidence, moments: Iterable[tuple[Conversation, Iterable[Moment]]]
) -> Iterator[tuple[Conversation, datetime, str]]:
    for conversation, ends in moments:
        yield from ((conversation, at, proof) for at, proof in ends if evidence.past(at))


def _linked_again(conversation: Conversation, at: datetime) -> datetime:
    """When the person next gave a consent."""
    later = [one.created_at for one in conversation.consents if one.created_at > at]
    return min(later, default=datetime.max.replace(tzinfo=at.tzinfo))


RULES = (
    Rule(
        "unlink.deleted",
        "Nothing is kept of who unlinked",
        "After `account_linking` told the app that somebody unlinked, nothing is read at a bank for them and no "
        "message tells an amount or anything by which their accounts can be told (four digits, a balance, a row), "
        "until they give another consent. Messages that the platform refused count as well.",
        "For the person, unlinking is the end. What is told afterwards comes from data that should be deleted.",
        "Delete tokens and data when the event comes, and answer as to a stranger.",
        unlinked,
    ),
    Rule(
        "deletion.asked",
        "Nothing is kept of who asked to be forgotten",
        "After a person wrote “forget me” or “delete my data” (in English, Spanish, German, French, Portuguese or "
        "Italian), nothing is read at a bank for them and nothing of their accounts is told, until they give another "
        "consent.",
        "People write what they want in words of their own, and the law (Article 17 GDPR, CCPA 1798.105) asks for no "
        "button.",
        "Understand the words, delete tokens and data, revoke the consents, and answer as to a stranger.",
        asked,
    ),
    Rule(
        "unlink.given_back",
        "Consents are given back with the link",
        "When somebody unlinks or asks to be forgotten, the bot ends its consents at the banks by revoking its tokens. "
        "(A warning.)",
        "A consent that nobody uses is a key that lies about.",
        "Call the bank's revocation endpoint (RFC 7009) with the refresh token, then forget it.",
        given_back,
    ),
)
