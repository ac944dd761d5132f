"""Every type of event, and what a consent must cover for a client to be told of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.ledger.clusters import Cluster


@dataclass(frozen=True, slots=True)
class EventType:
    text: str
    cluster: Cluster | None = None
    """None: it is told under any consent."""
    marketing: bool = False
    """It needs the customer's consent to offers as well."""


TYPES: Mapping[str, EventType] = {
    "transaction.created": EventType("A row appeared on an account.", Cluster.TRANSACTIONS),
    "transaction.posted": EventType("A pending row was booked.", Cluster.TRANSACTIONS),
    "transaction.updated": EventType("A row changed.", Cluster.TRANSACTIONS),
    "transaction.removed": EventType("A row is no more: a hold was dropped.", Cluster.TRANSACTIONS),
    "transactions.sync_updates_available": EventType("The sync endpoint has something new.", Cluster.TRANSACTIONS),
    "balance.low": EventType("A balance fell below its threshold.", Cluster.BALANCES),
    "balance.updated": EventType("A balance changed.", Cluster.BALANCES),
    "purchase.created": EventType("Something was bought.", Cluster.PURCHASES),
    "purchase.updated": EventType("A purchase has another status.", Cluster.PURCHASES),
    "purchase.refunded": EventType("Money for a purchase is back.", Cluster.PURCHASES),
    "receipt.available": EventType("A receipt was issued.", Cluster.RECEIPTS),
    "shipment.created": EventType("A parcel has its label.", Cluster.DELIVERIES),
    "shipment.updated": EventType("A parcel passed a checkpoint.", Cluster.DELIVERIES),
    "shipment.delivered": EventType("A parcel arrived.", Cluster.DELIVERIES),
    "shipment.delayed": EventType("A parcel comes later than was said.", Cluster.DELIVERIES),
    "invoice.created": EventType("A biller asks for money.", Cluster.INVOICES),
    "invoice.due_soon": EventType("An invoice is due within three days.", Cluster.INVOICES),
    "invoice.overdue": EventType("An invoice was not paid in time.", Cluster.INVOICES),
    "invoice.paid": EventType("An invoice is paid.", Cluster.INVOICES),
    "offer.available": EventType("An offer was made.", Cluster.OFFERS, marketing=True),
    "offer.activated": EventType("An offer was taken up.", Cluster.OFFERS, marketing=True),
    "offer.redeemed": EventType("A purchase earned an offer's reward.", Cluster.OFFERS, marketing=True),
    "offer.expiring": EventType("An offer is about to end.", Cluster.OFFERS, marketing=True),
    "offer.withdrawn": EventType("An offer was taken back.", Cluster.OFFERS, marketing=True),
    "card.status_changed": EventType("A card was frozen, unfrozen, lost or closed.", Cluster.CARDS),
    "dispute.status_changed": EventType("A dispute went on.", Cluster.DISPUTES),
    "payment.status_changed": EventType("A payment went on or failed.", Cluster.TRANSACTIONS),
    "consent.granted": EventType("The customer agreed."),
    "consent.updated": EventType("The customer changed what is shared."),
    "consent.suspended": EventType("The bank holds the consent back."),
    "consent.revoked": EventType("The consent was withdrawn. Nothing follows it."),
    "consent.expiring": EventType("The consent ends soon."),
    "consent.expired": EventType("The consent has ended."),
    "consent.reauth_required": EventType("The customer has to sign in again."),
    "account.linked": EventType("An account is shared.", Cluster.ACCOUNT_BASIC),
    "account.unlinked": EventType("An account is shared no more.", Cluster.ACCOUNT_BASIC),
    "account.closed": EventType("An account was closed.", Cluster.ACCOUNT_BASIC),
    "webhook.ping": EventType("A test of an endpoint."),
    "webhook.disabled": EventType("An endpoint is not used any more."),
}
