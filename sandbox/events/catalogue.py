"""Every type of event: what a consent must cover for a client to be told of it, and what its data say."""

from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.events import members
from sandbox.events.members import Members, joined
from sandbox.ledger.clusters import Cluster


@dataclass(frozen=True, slots=True)
class EventType:
    text: str
    cluster: Cluster | None
    """None: it is told under any consent."""
    data: Members
    """All of its members."""
    marketing: bool = False
    """It needs the customer's consent to offers as well."""


def _of_account(text: str, cluster: Cluster, *groups: Members) -> EventType:
    return _told(text, cluster, members.ACCOUNT, *groups)


def _told(text: str, cluster: Cluster | None, *groups: Members, marketing: bool = False) -> EventType:
    return EventType(text, cluster, joined(members.RELATION, *groups), marketing)


def _offer(text: str, *groups: Members) -> EventType:
    return _told(text, Cluster.OFFERS, members.OFFER, *groups, marketing=True)


TYPES: Mapping[str, EventType] = {
    "transaction.created": _of_account("A row appeared on an account.", Cluster.TRANSACTIONS, members.TRANSACTION),
    "transaction.posted": _of_account(
        "A pending row was booked.", Cluster.TRANSACTIONS, members.TRANSACTION, members.RENAMED
    ),
    "transaction.updated": _of_account("A row changed.", Cluster.TRANSACTIONS, members.TRANSACTION, members.RENAMED),
    "transaction.removed": _of_account(
        "A row is no more: a hold was dropped.", Cluster.TRANSACTIONS, members.TRANSACTION
    ),
    "transactions.sync_updates_available": _of_account(
        "The sync endpoint has something new.", Cluster.TRANSACTIONS, members.SYNC
    ),
    "balance.low": _of_account(
        "A balance fell below its threshold.", Cluster.BALANCES, members.BALANCE, members.THRESHOLD
    ),
    "balance.updated": _of_account("A balance changed.", Cluster.BALANCES, members.BALANCE),
    "purchase.created": _of_account("Something was bought.", Cluster.PURCHASES, members.PURCHASE),
    "purchase.updated": _of_account("A purchase has another status.", Cluster.PURCHASES, members.PURCHASE),
    "purchase.refunded": _of_account(
        "Money for a purchase is back.", Cluster.PURCHASES, members.PURCHASE, members.REFUND
    ),
    "receipt.available": _of_account("A receipt was issued.", Cluster.RECEIPTS, members.RECEIPT),
    "shipment.created": _of_account("A parcel has its label.", Cluster.DELIVERIES, members.SHIPMENT),
    "shipment.updated": _of_account(
        "A parcel passed a checkpoint.", Cluster.DELIVERIES, members.SHIPMENT, members.PROGRESS
    ),
    "shipment.delivered": _of_account("A parcel arrived.", Cluster.DELIVERIES, members.SHIPMENT, members.PROGRESS),
    "shipment.delayed": _of_account(
        "A parcel comes later than was said.", Cluster.DELIVERIES, members.SHIPMENT, members.PROGRESS
    ),
    "invoice.created": _of_account("A biller asks for money.", Cluster.INVOICES, members.INVOICE),
    "invoice.due_soon": _of_account("An invoice is due within three days.", Cluster.INVOICES, members.INVOICE),
    "invoice.overdue": _of_account("An invoice was not paid in time.", Cluster.INVOICES, members.INVOICE),
    "invoice.paid": _of_account("An invoice is paid.", Cluster.INVOICES, members.INVOICE),
    "offer.available": _offer("An offer was made."),
    "offer.activated": _offer("An offer was taken up."),
    "offer.redeemed": _offer("A purchase earned an offer's reward.", members.REDEMPTION),
    "offer.expiring": _offer("An offer is about to end."),
    "offer.withdrawn": _offer("An offer was taken back."),
    "card.status_changed": _of_account("A card was frozen, unfrozen, lost or closed.", Cluster.CARDS, members.CARD),
    "dispute.status_changed": _of_account("A dispute went on.", Cluster.DISPUTES, members.DISPUTE),
    "payment.status_changed": _of_account("A payment went on or failed.", Cluster.TRANSACTIONS, members.PAYMENT),
    "consent.granted": _told("The customer agreed.", None, members.CONSENT),
    "consent.updated": _told("The customer changed what is shared, or the bank lets it go on.", None, members.CONSENT),
    "consent.suspended": _told("The bank holds the consent back.", None, members.CONSENT),
    "consent.revoked": _told("The consent was withdrawn. Nothing follows it.", None, members.CONSENT),
    "consent.expiring": _told("The consent ends soon.", None, members.CONSENT),
    "consent.expired": _told("The consent has ended.", None, members.CONSENT),
    "consent.reauth_required": _told("The customer has to sign in again.", None, members.CONSENT),
    "account.linked": _of_account("An account is shared.", Cluster.ACCOUNT_BASIC),
    "account.unlinked": _of_account("An account is shared no more.", Cluster.ACCOUNT_BASIC),
    "account.closed": _of_account("An account was closed.", Cluster.ACCOUNT_BASIC),
    "webhook.ping": EventType("A test of an endpoint.", None, members.ENDPOINT),
    "webhook.disabled": EventType(
        "An endpoint is not used any more.", None, joined(members.ENDPOINT, members.WHY_DISABLED)
    ),
}
