"""A happening as one client may hear of it, under one consent; or nothing, where the consent does not cover it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox.dialect.bank import Bank
from sandbox.dialect.commerce import logo_url
from sandbox.events import cursors
from sandbox.events.catalogue import TYPES
from sandbox.kernel import ids
from sandbox.kernel.clock import iso
from sandbox.kernel.errors import AccountNotFound
from sandbox.ledger.accounts import Account
from sandbox.ledger.clusters import Cluster
from sandbox.ledger.consents import Consent, ConsentStatus, history_start, status_at
from sandbox.ledger.happenings import Happening
from sandbox.ledger.offers import Targeting
from sandbox.worlds.worlds import World, Worlds

PREFIX = "sandbox."
ABOUT_CONSENT = frozenset(name for name in TYPES if name.startswith("consent."))
STILL_TOLD = {
    ConsentStatus.ACTIVE: frozenset(TYPES),
    ConsentStatus.SUSPENDED: ABOUT_CONSENT,
    ConsentStatus.REVOKED: frozenset({"consent.revoked"}),
    ConsentStatus.EXPIRED: frozenset({"consent.expired"}),
}
"""Under a consent that stands so."""


def type_of(name: str) -> str:
    """A type of the catalogue, said with or without the prefix."""
    return name.removeprefix(PREFIX)


EVENT_ID = len("evt_") + 24


def event_of(message_id: str) -> str:
    """The event that a message tells."""
    return message_id[:EVENT_ID]


def covers(consent: Consent, number: int, one: Happening, now: datetime) -> bool:
    """Whether a client may hear of it under a consent as that stands now. `number` is its place in the log."""
    if one.bank != consent.bank or one.at < consent.created_at or one.type not in TYPES:
        return False
    if (one.consent_id or consent.consent_id) != consent.consent_id:
        return False
    if (one.client_id or consent.client_id) != consent.client_id:
        return False
    if one.type not in STILL_TOLD[status_at(consent, now)]:
        return False
    if one.type not in ABOUT_CONSENT and any(held.hides(number) for held in consent.suspensions):
        return False
    if one.consent_id:
        return True  # what concerns the consent itself
    kind = TYPES[one.type]
    if kind.cluster is not None and kind.cluster not in consent.clusters:
        return False
    if kind.cluster is Cluster.OFFERS:
        return one.customer_id == consent.customer_id and _may_offer(consent, one)
    shared = one.account_id in consent.account_ids
    return shared and (one.of or one.at) >= history_start(consent)


def _may_offer(consent: Consent, one: Happening) -> bool:
    targeted = one.data.get("targeting_basis") != Targeting.NONE.value
    return consent.marketing and (consent.targeting or not targeted)


def hearers(consents: Iterable[Consent], number: int, one: Happening, now: datetime) -> list[Consent]:
    """Under which of a client's consents it is told: for each customer the newest that covers it."""
    newest: dict[str, Consent] = {}
    for consent in sorted(consents, key=lambda consent: (consent.created_at, consent.consent_id)):
        if covers(consent, number, one, now):
            newest[consent.customer_id] = consent
    return list(newest.values())


@dataclass(frozen=True, slots=True)
class Dresser:
    """Makes messages: CloudEvents 1.0 in JSON."""

    worlds: Worlds
    banks: Mapping[str, Bank]

    def dress(self, world: World, number: int, one: Happening, consent: Consent, base: str) -> dict[str, Any] | None:
        """The message, or None where the consent does not cover it. `number` is its place in the log; `base` is where
        the bank's paths begin: http://host/chase."""
        if not covers(consent, number, one, world.now):
            return None
        account, data = self._account(world, consent, one), one.data
        about = {"consent_id": consent.consent_id, "user_ref": consent.customer_id, "bank_id": consent.bank}
        if account is not None:
            about["account_id"] = self.banks[consent.bank].account_ref(account, consent.client_id)
        else:
            data = {name: value for name, value in data.items() if name != "transaction_id"}
        if "merchant" in data:
            seller = data["merchant"]
            data = {**data, "merchant": {**seller, "logo_url": logo_url(base, seller["merchant_id"])}}
        extra = _EXTRAS.get(one.type)
        more = extra(one, number, consent, base) if extra is not None else {}
        message = envelope(world.world_id, one, base, {**about, **data, **more})
        if account is not None and len(account.holders) > 1:
            # Each holder's client hears of it for its own customer: these are different messages.
            message["id"] += "_" + ids.short("hearer", consent.customer_id, length=6)
        return message

    def _account(self, world: World, consent: Consent, one: Happening) -> Account | None:
        """The account that it is about, where the consent shares it, or did."""
        if not one.account_id or not (one.account_id in consent.account_ids or one.consent_id):
            return None
        try:
            return self.worlds.account(world, consent.persona, consent.bank, one.account_id).account
        except AccountNotFound:
            return None


def envelope(world_id: str, one: Happening, base: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """CloudEvents 1.0, with the world as an extension attribute."""
    members: dict[str, Any] = {
        "specversion": "1.0",
        "id": one.event_id,
        "source": base,
        "type": PREFIX + one.type,
        "time": iso(one.at),
        "datacontenttype": "application/json",
        "sandbankworld": world_id,
        "data": dict(data),
    }
    subject = next((data[name] for name in _SUBJECTS if name in data), None)
    return {**members, "subject": subject} if subject is not None else members


_SUBJECTS = (
    "transaction_id", "receipt_id", "shipment_id", "purchase_id", "invoice_id", "offer_id", "card_id", "dispute_id",
    "account_id", "endpoint_id", "consent_id",
)  # fmt: skip
"""What a message is about: the first of these that it names."""


def _sync(one: Happening, number: int, consent: Consent, _base: str) -> dict[str, Any]:
    """The cursor from which the sync endpoint tells these changes: they stand right before this in the log."""
    before = number - 1 - sum(one.data[name] for name in ("added", "modified", "removed"))
    return {"cursor": cursors.changes_after(max(before, 0), consent)}


def _receipt(one: Happening, _number: int, _consent: Consent, base: str) -> dict[str, Any]:
    """The address asks for a token, and so does not expire."""
    return {"url": f"{base}/commerce/v1/receipts/{one.data['receipt_id']}", "url_expires_at": None}


_EXTRAS: Mapping[str, Callable[[Happening, int, Consent, str], dict[str, Any]]] = {
    "transactions.sync_updates_available": _sync,
    "receipt.available": _receipt,
}
