"""Consents: given, changed, withdrawn, and running out."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sandbox.dialect.bank import Bank
from sandbox.events.lives.telling import Span, event_id
from sandbox.kernel.clock import iso
from sandbox.ledger.accounts import Account
from sandbox.ledger.consents import REMINDER, Act, Consent
from sandbox.ledger.happenings import Happening

LAST_CALL = timedelta(days=7)
"""So long before its end the client is asked to bring the customer back."""
ACTORS = {"INDIVIDUAL": "user", "DATA_PROVIDER": "bank", "DATA_RECIPIENT": "app"}


def of_consent(
    bank: Bank, consent: Consent, accounts: Callable[[], Sequence[Account]], span: Span
) -> Iterator[Happening]:
    """What happens to it by itself, as long as nobody withdraws it. `accounts` finds those that it shares."""
    end = consent.expires_at
    if end is None:
        return
    steps = (
        ("expiring", end - REMINDER, "it ends within 30 days"),
        ("reauth_required", end - LAST_CALL, "it ends within 7 days: the customer has to agree anew"),
        ("expired", end, "its time is over"),
    )
    for what, at, reason in steps:
        ended = consent.revocation is not None and consent.revocation.at <= at
        if at > consent.created_at and at in span and not ended:
            by_itself = {"actor": "system", "reason": reason, "effective_at": iso(at)}
            yield _told(consent, what, at, {**_shares(bank, consent, accounts()), **by_itself})


def granted_id(consent: Consent) -> str:
    """The id of the event that it was given."""
    return event_id("consent.granted", consent.consent_id, "", consent.created_at)


def granted(bank: Bank, consent: Consent, accounts: Sequence[Account]) -> list[Happening]:
    at = consent.created_at
    first = _told(consent, "granted", at, {**_shares(bank, consent, accounts), **_by(consent, at)})
    return [first, *(_link(consent, account, "linked", at) for account in accounts)]


def altered(
    bank: Bank, before: Consent, after: Consent, accounts: Mapping[str, Account], *, at: datetime, deed: int
) -> list[Happening]:
    """`accounts` are those of both; after a withdrawal nothing but that is told."""
    kept = [accounts[account_id] for account_id in after.account_ids]
    what = _DEEDS.get(after.history[-1].act, "updated")
    told = _told(after, what, at, {**_shares(bank, after, kept), **_by(after, at)}, deed)
    if what == "revoked":
        return [told]
    added = [account for account in kept if account.account_id not in before.account_ids]
    gone = [accounts[one] for one in before.account_ids if one not in after.account_ids]
    return [
        told,
        *(_link(after, account, "linked", at, deed) for account in added),
        *(_link(after, account, "unlinked", at, deed) for account in gone),
    ]


_DEEDS = {Act.REVOKED: "revoked", Act.SUSPENDED: "suspended"}
"""What is told of the latest in a consent's history, where it is not that it was updated."""


def _shares(bank: Bank, consent: Consent, accounts: Sequence[Account]) -> dict[str, Any]:
    return {
        "scopes": consent.scope.split(),
        "purposes": [purpose.code for purpose in consent.purposes],
        "account_ids": [bank.account_ref(account, consent.client_id) for account in accounts],
    }


def _by(consent: Consent, at: datetime) -> dict[str, Any]:
    last = consent.history[-1] if consent.history else None
    who = ACTORS.get(last.by, "system") if last is not None else "system"
    return {"actor": who, "reason": (last.detail or None) if last is not None else None, "effective_at": iso(at)}


def _told(consent: Consent, what: str, at: datetime, data: Mapping[str, Any], deed: int = 0) -> Happening:
    kind = f"consent.{what}"
    return Happening(
        event_id(kind, consent.consent_id, deed or "", at),
        kind,
        at,
        consent.bank,
        consent_id=consent.consent_id,
        client_id=consent.client_id,
        customer_id=consent.customer_id,
        data=dict(data),
    )


def _link(consent: Consent, account: Account, what: str, at: datetime, deed: int = 0) -> Happening:
    kind = f"account.{what}"
    return Happening(
        event_id(kind, consent.consent_id, account.account_id, at, *([deed] if deed else [])),
        kind,
        at,
        consent.bank,
        account_id=account.account_id,
        consent_id=consent.consent_id,
        client_id=consent.client_id,
        customer_id=consent.customer_id,
    )
