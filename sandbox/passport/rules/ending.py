"""Somebody unlinks their accounts in the messenger: what the bot had is deleted, and what it may is given back."""

from collections.abc import Iterator
from datetime import datetime

from sandbox.passport import shapes
from sandbox.passport.evidence import Conversation, Evidence
from sandbox.passport.findings import Finding, Looked, Tally
from sandbox.passport.rule import Rule

NONE_UNLINKED = "No app was told that somebody unlinked their accounts, or the clock has not gone on since."


def nothing_kept(evidence: Evidence) -> Looked:
    tally = Tally(NONE_UNLINKED)
    for conversation, at, delivery in unlinked(evidence):
        tally.cases += 1
        end, until = at + evidence.limits.revocation, _linked_again(conversation, at)
        proof = f"delivery:{delivery}"
        for read in conversation.reads:
            if end < read.at < until and read.status < 400:
                after = (read.at - at).total_seconds()
                text = f"{after:.0f} s after the accounts were unlinked, {read.operation} was read."
                tally.findings.append(Finding(text, read.at, (f"access:{read.chain}/{read.number}", proof)))
        for one in conversation.by_page:
            amounts = shapes.AMOUNT.findall(one.text) if end < one.at < until else []
            if amounts:
                text = f"The accounts are unlinked, and the bot still tells {', '.join(amounts[:3])}."
                tally.findings.append(Finding(text, one.at, (one.ref, proof)))
    return tally.looked()


def given_back(evidence: Evidence) -> Looked:
    tally = Tally(NONE_UNLINKED)
    for conversation, at, delivery in unlinked(evidence):
        end = at + evidence.limits.revocation
        for consent in conversation.consents:
            if consent.created_at > at:
                continue
            tally.cases += 1
            if consent in conversation.living(end):
                text = f"The accounts are unlinked, and consent {consent.consent_id} at {consent.bank} lives on."
                proof = (f"consent:{consent.consent_id}", f"delivery:{delivery}")
                tally.findings.append(Finding(text, at, proof, fails=False))
    return tally.looked()


def unlinked(evidence: Evidence) -> Iterator[tuple[Conversation, datetime, str]]:
    for conversation in evidence.conversations:
        for at, delivery in conversation.unlinked:
            if evidence.past(at):
                yield conversation, at, delivery


def _linked_again(conversation: Conversation, at: datetime) -> datetime:
    """When the person next gave a consent."""
    later = [one.created_at for one in conversation.consents if one.created_at > at]
    return min(later, default=datetime.max.replace(tzinfo=at.tzinfo))


RULES = (
    Rule(
        "unlink.deleted",
        "Nothing is kept of who unlinked",
        "After `account_linking` told the app that somebody unlinked, nothing is read at a bank for them and no "
        "message tells an amount, until they give another consent.",
        "For the person, unlinking is the end. What is told afterwards comes from data that should be deleted.",
        "Delete tokens and data when the event comes, and answer as to a stranger.",
        nothing_kept,
    ),
    Rule(
        "unlink.given_back",
        "Consents are given back with the link",
        "When somebody unlinks, the bot ends its consents at the banks by revoking its tokens. (A warning.)",
        "A consent that nobody uses is a key that lies about.",
        "Call the bank's revocation endpoint (RFC 7009) with the refresh token, then forget it.",
        given_back,
    ),
)
