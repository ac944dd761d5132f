"""The operations of openapi/commerce.yaml by operationId."""

from collections.abc import Mapping
from functools import partial

from sandbox.commerce import cards, disputes, invoices, logos, offers, purchases, receipts, shipments
from sandbox.commerce.links import Links
from sandbox.dialect.bank import Handler


def table(links: Links) -> Mapping[str, Handler]:
    return {
        "listPurchases": purchases.list_purchases,
        "getPurchase": purchases.get_purchase,
        "getReceipt": partial(receipts.get_receipt, links),
        "openReceipt": partial(receipts.open_receipt, links),
        "getMerchantLogo": logos.get_merchant_logo,
        "listShipments": shipments.list_shipments,
        "getShipment": shipments.get_shipment,
        "listInvoices": invoices.list_invoices,
        "getInvoice": invoices.get_invoice,
        "listOffers": offers.list_offers,
        "getOffer": offers.get_offer,
        "activateOffer": offers.activate_offer,
        "declineOffer": offers.decline_offer,
        "listDisputes": disputes.list_disputes,
        "openDispute": disputes.open_dispute,
        "getDispute": disputes.get_dispute,
        "withdrawDispute": disputes.withdraw_dispute,
        "listCards": cards.list_cards,
        "getCard": cards.get_card,
        "freezeCard": cards.freeze_card,
        "unfreezeCard": cards.unfreeze_card,
        "reportCardLost": cards.report_card_lost,
    }
