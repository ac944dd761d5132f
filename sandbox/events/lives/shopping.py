"""Purchases with their receipts, refunds and parcels."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sandbox.dialect.commerce import UNLISTED
from sandbox.events.lives.telling import Span, amount, of_account
from sandbox.kernel.clock import iso
from sandbox.ledger.accounts import Account
from sandbox.ledger.happenings import Happening
from sandbox.ledger.merchants import Merchant
from sandbox.ledger.purchases import Purchase, PurchaseStatus, status_at
from sandbox.ledger.shipments import Eta, Shipment, ShipmentStatus, Tracking, tracking


def of_purchase(account: Account, purchase: Purchase, span: Span) -> Iterator[Happening]:
    """In order of time; at one instant the purchase comes first, then its receipt, its refunds, its parcels."""
    told = [
        *_of_order(account, purchase, span),
        *_of_receipt(account, purchase, span),
        *_of_refunds(account, purchase, span),
        *(one for parcel in purchase.shipments for one in of_shipment(account, parcel, span)),
    ]
    yield from sorted(told, key=lambda one: one.at)


def merchant(value: Merchant) -> dict[str, str]:
    return {"merchant_id": value.slug or UNLISTED, "name": value.name}


def _of_order(account: Account, purchase: Purchase, span: Span) -> Iterator[Happening]:
    before = status_at(purchase, purchase.placed_at)
    if purchase.placed_at in span:
        yield _order(account, purchase, "purchase.created", purchase.placed_at, before)
    refunded = {refund.posted_at for refund in purchase.refunds}
    moments = {
        *(charge.posted_at for charge in purchase.charges),
        *(charge.dropped_at for charge in purchase.charges),
        *(point.at for parcel in purchase.shipments for point in parcel.checkpoints),
        purchase.returned_at,
    }
    known = sorted(at for at in moments if at is not None and at > purchase.placed_at and at not in refunded)
    for at in known:
        status = status_at(purchase, at)
        if status is not before and at in span:
            yield _order(account, purchase, "purchase.updated", at, status)
        before = status


def _of_refunds(account: Account, purchase: Purchase, span: Span) -> Iterator[Happening]:
    for refund in purchase.refunds:
        if refund.posted_at in span:
            told = {"refund_id": refund.refund_id, "refund": amount(refund.amount, account.currency)}
            at, status = refund.posted_at, status_at(purchase, refund.posted_at)
            yield _order(account, purchase, "purchase.refunded", at, status, subject=refund.refund_id, more=told)


def _order(
    account: Account,
    purchase: Purchase,
    kind: str,
    at: datetime,
    status: PurchaseStatus | None,
    *,
    subject: str = "",
    more: dict[str, Any] | None = None,
) -> Happening:
    assert status is not None, "nothing happens to a purchase before it is placed"
    charged = tuple(charge.sequence for charge in purchase.charges if charge.at <= at)
    data = {
        "purchase_id": purchase.purchase_id,
        "merchant": merchant(purchase.merchant),
        "total": amount(purchase.totals.total, purchase.currency),
        "item_count": len(purchase.line_items),
        "status": status.value,
        **(more or {}),
    }
    return of_account(account, kind, subject or purchase.purchase_id, at, data, sequences=charged)


def _of_receipt(account: Account, purchase: Purchase, span: Span) -> Iterator[Happening]:
    receipt = purchase.receipt
    if receipt is None or receipt.issued_at not in span:
        return
    data = {
        "receipt_id": receipt.receipt_id,
        "purchase_id": purchase.purchase_id,
        "receipt_number": receipt.receipt_number,
    }
    yield of_account(account, "receipt.available", receipt.receipt_id, receipt.issued_at, data)


def of_shipment(account: Account, parcel: Shipment, span: Span) -> Iterator[Happening]:
    for place, point in enumerate(parcel.checkpoints):
        if point.at in span:
            found = tracking(parcel, point.at)
            assert found is not None
            kind = f"shipment.{_step(found, place)}"
            subject = f"{parcel.shipment_id}#{place}"
            yield of_account(account, kind, subject, point.at, _parcel(found))


def _step(found: Tracking, place: int) -> str:
    if place == 0:
        return "created"
    if found.status is ShipmentStatus.DELIVERED:
        return "delivered"
    point, before = found.checkpoints[place], found.previous_eta
    later = point.eta is not None and before is not None and point.eta.window_end > before.window_end
    return "delayed" if later or found.status is ShipmentStatus.DELAYED else "updated"


def _parcel(found: Tracking) -> dict[str, Any]:
    parcel = found.shipment
    told: dict[str, Any] = {
        "shipment_id": parcel.shipment_id,
        "purchase_id": parcel.purchase_id,
        "carrier": {"code": parcel.carrier_code, "name": parcel.carrier_name},
        "tracking_number": parcel.tracking_number,
        "status": found.status.value,
    }
    if found.previous_status is not None:
        told["previous_status"] = found.previous_status.value
    if found.eta is not None:
        told["eta"] = _eta(found.eta)
    if found.previous_eta is not None:
        told["previous_eta"] = _eta(found.previous_eta)
    return told


def _eta(eta: Eta) -> dict[str, str]:
    day = eta.window_start.date().isoformat()
    return {"date": day, "window_start": iso(eta.window_start), "window_end": iso(eta.window_end)}
