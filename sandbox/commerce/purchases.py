"""Purchases: list, one. What a purchase shows follows the consent: items and receipt with RECEIPTS, parcels and where
they go with DELIVERIES."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from sandbox.commerce import finding, pages, wire
from sandbox.commerce.shipments import summary
from sandbox.dialect.call import Call, Reply
from sandbox.dialect.shapes import Json
from sandbox.kernel.clock import iso
from sandbox.kernel.errors import PurchaseNotFound, TransactionNotFound
from sandbox.kernel.money import exponent
from sandbox.ledger.clusters import Cluster
from sandbox.ledger.feed import Window
from sandbox.ledger.purchases import LineItem, Purchase, PurchaseStatus, Refund, Totals, status_at, totals_at
from sandbox.ledger.shipments import tracking
from sandbox.worlds.accounts import AccountView


@dataclass(frozen=True, slots=True)
class Found:
    view: AccountView
    purchase: Purchase


def list_purchases(call: Call) -> Reply:
    before, window = pages.last(call), finding.window(call)
    keep = [partial(fits, call) for name, fits in FILTERS.items() if name in call.query]
    span = pages.until(window, before)
    found = (_kept(lists, keep) for lists in _lists(call, span))
    return Reply(
        pages.page(
            call,
            "purchases",
            found,
            before=before,
            instant=lambda one: one.purchase.placed_at,
            name=lambda one: one.purchase.purchase_id,
            shown=lambda one: purchase(call, one.view, one.purchase),
        )
    )


def get_purchase(call: Call) -> Reply:
    asked = call.path["purchase_id"]
    view, found = finding.among(call, PurchaseNotFound, lambda one: call.commerce.purchase(one, asked), asked)
    return Reply(purchase(call, view, finding.in_sight(call, found, PurchaseNotFound, asked)))


def _lists(call: Call, span: Window) -> list[Iterator[Found]]:
    """Of each account its purchases, newest first; of one transaction its purchase alone."""
    asked = call.query.get("transaction_id")
    if asked is None:
        return [_of(view, call.commerce.purchases(view, span)) for view in finding.views(call)]
    try:
        view, row = finding.transaction(call, asked)
    except TransactionNotFound:
        return []
    found = call.commerce.purchase_of(view, row.entry.sequence)
    inside = found is not None and (span.start is None or found.placed_at >= span.start)
    return [_of(view, iter([found] if found is not None and inside else []))]


def _of(view: AccountView, found: Iterator[Purchase]) -> Iterator[Found]:
    return (Found(view, one) for one in found)


def _kept(found: Iterator[Found], keep: Sequence[Callable[[Found], bool]]) -> Iterator[Found]:
    return (one for one in found if all(keeps(one) for keeps in keep))


# --- Filters --------------------------------------------------------------------------------------------------------


def _status(call: Call, one: Found) -> bool:
    return _status_of(one.view, one.purchase).value in call.query["status"]


def _merchant(call: Call, one: Found) -> bool:
    asked, merchant = call.query["merchant"].casefold(), one.purchase.merchant
    return asked == merchant.slug or asked in merchant.name.casefold()


def _category(call: Call, one: Found) -> bool:
    return bool(one.purchase.merchant.category.casefold() == call.query["category"].casefold())


def _channel(call: Call, one: Found) -> bool:
    return bool(one.purchase.channel.value == call.query["channel"])


def _at_least(call: Call, one: Found) -> bool:
    return _total(one) >= Decimal(call.query["min_amount"])


def _at_most(call: Call, one: Found) -> bool:
    return _total(one) <= Decimal(call.query["max_amount"])


def _text(call: Call, one: Found) -> bool:
    asked, value = call.query["q"].casefold(), one.purchase
    texts = [value.merchant.name, value.merchant.descriptor, value.merchant_order_id]
    receipt = value.receipt
    if receipt is not None and receipt.issued_at <= one.view.now and _sees_items(call):
        texts += [text for line in value.line_items for text in (line.title, line.description)]
    return any(asked in text.casefold() for text in texts)


FILTERS: dict[str, Callable[[Call, Found], bool]] = {
    "status": _status,
    "merchant": _merchant,
    "category": _category,
    "channel": _channel,
    "min_amount": _at_least,
    "max_amount": _at_most,
    "q": _text,
}


def _total(one: Found) -> Decimal:
    value = one.purchase
    return Decimal(totals_at(value, one.view.now).total).scaleb(-exponent(value.currency))


# --- On the wire ----------------------------------------------------------------------------------------------------


def purchase(call: Call, view: AccountView, value: Purchase) -> Json:
    currency = value.currency
    members = {
        "purchase_id": value.purchase_id,
        "account_id": wire.account_ref(call, view),
        "merchant_order_id": value.merchant_order_id,
        "order_url": value.order_url,
        "placed_at": iso(value.placed_at),
        "channel": value.channel.value,
        "status": _status_of(view, value).value,
        "transaction_ids": wire.transaction_ids(call, view, [charge.sequence for charge in value.charges]),
        "match": {
            "status": value.match.value,
            "candidate_transaction_ids": wire.transaction_ids(call, view, value.candidates),
        },
        "card": paid_with(value),
        "merchant": wire.merchant(call.base_url, value.merchant),
        "totals": totals(totals_at(value, view.now), currency),
        "adjustments": wire.adjustments(value.adjustments, currency),
        "refunds": [_refund(call, view, one) for one in value.refunds if one.at <= view.now],
        "invoice_id": value.invoice_id,
        "lite": value.lite,
        "previous_total": None if value.previous_total is None else wire.money(value.previous_total, currency),
    }
    return wire.known({**members, **_bought(call, view, value), **_sent(call, view, value)})


def _bought(call: Call, view: AccountView, value: Purchase) -> Json:
    """Nothing before the receipt is issued."""
    receipt = value.receipt
    if receipt is None or receipt.issued_at > view.now or not _sees_items(call):
        return {}
    return {
        "line_items": [line_item(line, value.currency) for line in value.line_items],
        "receipt": {
            "receipt_id": receipt.receipt_id,
            "receipt_number": receipt.receipt_number,
            "issued_at": iso(receipt.issued_at),
        },
    }


def _sees_items(call: Call) -> bool:
    return wire.sees(call, "receipts:read", Cluster.RECEIPTS)


def _sent(call: Call, view: AccountView, value: Purchase) -> Json:
    if not wire.sees(call, "deliveries:read", Cluster.DELIVERIES):
        return {}
    stages = (tracking(shipment, view.now) for shipment in value.shipments)
    return {
        "ship_to": wire.address(value.ship_to, value.recipient) if value.ship_to is not None else None,
        "shipments": [summary(call, view, stage) for stage in stages if stage is not None],
    }


def _refund(call: Call, view: AccountView, value: Refund) -> Json:
    items = {"line_ids": list(value.line_ids)} if _sees_items(call) else {}
    return wire.known(
        {
            "refund_id": value.refund_id,
            "transaction_id": wire.first(wire.transaction_ids(call, view, [value.sequence])),
            "amount": wire.money(value.amount, view.account.currency),
            "at": iso(value.at),
            "status": "posted" if value.posted_at <= view.now else "pending",
            **items,
        }
    ) | {"reason": value.reason}


def paid_with(value: Purchase) -> Json | None:
    if not value.card_last4:
        return None
    return wire.known({"last4": value.card_last4, "wallet": value.wallet}) | {"network": value.card_network}


def totals(value: Totals, currency: str) -> Json:
    names = ("subtotal", "discount", "shipping", "tax", "tip", "total")
    return {name: wire.money(getattr(value, name), currency) for name in names}


def line_item(value: LineItem, currency: str) -> Json:
    optional = {
        "gtin": value.gtin,
        "description": value.description,
        "image_url": value.image_url,
        "category": value.category,
        "commodity_code": value.commodity_code,
        "returnable_until": value.returnable_until.isoformat() if value.returnable_until else None,
    }
    return {
        "line_id": value.line_id,
        "sku": value.sku,
        "title": value.title,
        "quantity": wire.plain(value.quantity, 3),
        "unit_price": wire.money(value.unit_price, currency),
        "discount": wire.money(value.discount, currency),
        "tax_amount": wire.money(value.tax_amount, currency),
        "tax_rate": wire.percent(value.tax_rate_bp),
        "total": wire.money(value.total, currency),
        **wire.known(optional),
    }


def _status_of(view: AccountView, value: Purchase) -> PurchaseStatus:
    status = status_at(value, view.now)
    assert status is not None, "a purchase that is listed was placed"
    return status
