"""Cards, disputes, and the end of accounts."""

from collections.abc import Iterator
from datetime import timedelta

from sandbox.events.lives.telling import Span, of_account
from sandbox.ledger.accounts import Account
from sandbox.ledger.cards import HeldCard, status_at
from sandbox.ledger.disputes import Dispute
from sandbox.ledger.happenings import Happening

INSTANT = timedelta(milliseconds=1)


def of_card(account: Account, held: HeldCard, span: Span) -> Iterator[Happening]:
    """`old` and `new` are its statuses; a change that changes nothing is not told."""
    reasons = {change.at: change.reason for change in held.changes}
    if held.card.replaced_at is not None:
        reasons[held.card.replaced_at] = "replaced"
    for at, reason in sorted(reasons.items()):
        old, new = status_at(held, at - INSTANT), status_at(held, at)
        if at in span and old is not new:
            data = {"card_id": held.card_id, "old": old.value, "new": new.value, "reason": reason}
            yield of_account(account, "card.status_changed", f"{held.card_id}#{new.value}", at, data)


def of_dispute(account: Account, dispute: Dispute, span: Span) -> Iterator[Happening]:
    old: str | None = None
    for place, step in enumerate(dispute.steps):
        if step.at in span:
            data = {"dispute_id": dispute.dispute_id, "old": old, "new": step.status.value, "reason": step.note}
            subject = f"{dispute.dispute_id}#{place}"
            yield of_account(account, "dispute.status_changed", subject, step.at, data, sequences=(dispute.sequence,))
        old = step.status.value


def of_account_itself(account: Account, span: Span) -> Iterator[Happening]:
    closed = account.closed_at
    if closed is not None and closed in span:
        yield of_account(account, "account.closed", "", closed, {})
