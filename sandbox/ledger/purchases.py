"""Purchases: what was bought, as the instants of its life. No bank standard has them: they are Sandbank's extension.

Amounts are minor units of `currency`, positive. A purchase is one order at one merchant; its charges are entries of one
account. All its future is in it: what a reader sees at an instant is `status_at`, and what lies ahead is left out by
whoever shows it.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sandbox.ledger.customers import Address
from sandbox.ledger.merchants import Merchant
from sandbox.ledger.shipments import Shipment, ShipmentStatus, tracking


class PurchaseChannel(StrEnum):
    ONLINE = "online"
    IN_STORE = "in_store"
    PHONE = "phone"
    RECURRING = "recurring"


class PurchaseStatus(StrEnum):
    AUTHORIZED = "authorized"
    CAPTURED = "captured"
    PARTIALLY_SHIPPED = "partially_shipped"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    RETURNED = "returned"
    """Sent back; the money is not back yet."""
    REFUNDED = "refunded"
    CANCELLED = "cancelled"


class Match(StrEnum):
    """How sure it is that a receipt belongs to its entries."""

    MATCHED = "matched"
    AMBIGUOUS = "ambiguous"
    """Several entries fit: the same merchant, day and amount."""
    UNMATCHED = "unmatched"
    """No entry fits: paid in cash, with another card, or not charged yet."""


@dataclass(frozen=True, slots=True)
class LineItem:
    """total = quantity × unit_price - discount, rounded; tax comes on top of it."""

    line_id: str
    sku: str
    title: str
    quantity: int
    """In thousandths: 1500 is one and a half."""
    unit_price: int
    total: int
    discount: int = 0
    tax_rate_bp: int = 0
    """Hundredths of a percent."""
    tax_amount: int = 0
    description: str = ""
    category: str = ""
    gtin: str = ""
    image_url: str = ""
    commodity_code: str = ""
    returnable_until: date | None = None


@dataclass(frozen=True, slots=True)
class TaxLine:
    name: str
    rate_bp: int
    """Hundredths of a percent."""
    base: int
    amount: int


@dataclass(frozen=True, slots=True)
class Totals:
    """total = subtotal - discount + shipping + tax + tip; subtotal is the sum of the lines before `discount`."""

    subtotal: int
    discount: int
    shipping: int
    tax: int
    tip: int
    total: int


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A line below the sums: a coupon, a gift card, a fee that was waived. Signed: a credit is negative."""

    name: str
    amount: int


@dataclass(frozen=True, slots=True)
class Receipt:
    receipt_id: str
    receipt_number: str
    issued_at: datetime
    """Often with the purchase, sometimes days late."""
    store_id: str = ""
    store_name: str = ""
    till: str = ""
    cashier: str = ""


@dataclass(frozen=True, slots=True)
class Charge:
    """An entry that takes money for the purchase: one, or one for each parcel."""

    sequence: int
    amount: int
    """In the account's currency, positive."""
    at: datetime
    posted_at: datetime | None
    """None: the hold is dropped at `dropped_at`."""
    dropped_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Refund:
    """Money on its way back. `sequence` is its entry."""

    refund_id: str
    sequence: int
    amount: int
    at: datetime
    posted_at: datetime
    reason: str
    line_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Purchase:
    purchase_id: str
    account_id: str
    merchant: Merchant
    placed_at: datetime
    channel: PurchaseChannel
    currency: str
    """The merchant's; the charges are in the account's."""
    totals: Totals
    charges: tuple[Charge, ...]
    """Oldest first; none where the receipt is unmatched. The first one names the purchase."""
    match: Match = Match.MATCHED
    candidates: tuple[int, ...] = ()
    """Where the match is ambiguous: the sequences of all entries that fit."""
    merchant_order_id: str = ""
    order_url: str = ""
    line_items: tuple[LineItem, ...] = ()
    """As the receipt tells them: nobody knows them before it is issued."""
    tax_lines: tuple[TaxLine, ...] = ()
    adjustments: tuple[Adjustment, ...] = ()
    card_last4: str = ""
    card_network: str = ""
    wallet: str = ""
    ship_to: Address | None = None
    recipient: str = ""
    shipments: tuple[Shipment, ...] = ()
    receipt: Receipt | None = None
    refunds: tuple[Refund, ...] = ()
    returned_at: datetime | None = None
    """When the goods were sent back."""
    invoice_id: str = ""
    lite: bool = False
    """A receipt without items: the merchant tells only the sums."""
    previous_total: int | None = None
    """What the same subscription cost before, where its price has just risen."""
    held_total: int | None = None
    """What is held until the first charge posts, where that is another sum: a bill without its tip, a pump's hold."""


def totals_at(purchase: Purchase, at: datetime) -> Totals:
    """The sums as far as they are known: until it settles, what is held."""
    posted = purchase.charges[0].posted_at if purchase.charges else None
    if purchase.held_total is None or posted is None or posted <= at:
        return purchase.totals
    return Totals(purchase.held_total, 0, 0, 0, 0, purchase.held_total)


def status_at(purchase: Purchase, at: datetime) -> PurchaseStatus | None:
    """None before it was placed."""
    if at < purchase.placed_at:
        return None
    charges = purchase.charges
    if charges and all(charge.dropped_at is not None and charge.dropped_at <= at for charge in charges):
        return PurchaseStatus.CANCELLED
    if any(refund.posted_at <= at for refund in purchase.refunds):
        return PurchaseStatus.REFUNDED
    if purchase.returned_at is not None and purchase.returned_at <= at:
        return PurchaseStatus.RETURNED
    stages = [stage.status if (stage := tracking(shipment, at)) else None for shipment in purchase.shipments]
    if stages and all(stage is ShipmentStatus.DELIVERED for stage in stages):
        return PurchaseStatus.DELIVERED
    moving = [stage for stage in stages if stage not in (None, ShipmentStatus.LABEL_CREATED)]
    if moving:
        return PurchaseStatus.SHIPPED if len(moving) == len(stages) else PurchaseStatus.PARTIALLY_SHIPPED
    if not charges or any(charge.posted_at is not None and charge.posted_at <= at for charge in charges):
        return PurchaseStatus.CAPTURED
    return PurchaseStatus.AUTHORIZED
