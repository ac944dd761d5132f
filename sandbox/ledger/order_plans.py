"""What is told of an order, so that it need not be drawn. Amounts are minor units of the merchant's currency."""

from dataclasses import dataclass
from datetime import timedelta

from sandbox.ledger.purchases import Adjustment, Match, PurchaseChannel
from sandbox.ledger.shipments import ShipmentStatus


@dataclass(frozen=True, slots=True)
class ItemPlan:
    title: str
    quantity: int = 1000
    """In thousandths."""
    unit_price: int | None = None
    """None: whatever makes the sums right."""
    discount: int = 0
    sku: str = ""
    description: str = ""
    category: str = ""


@dataclass(frozen=True, slots=True)
class TaxPlan:
    name: str
    rate_bp: int
    """Hundredths of a percent."""


@dataclass(frozen=True, slots=True)
class CheckpointPlan:
    after: timedelta
    """From the placing of the order."""
    status: ShipmentStatus
    location: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class ParcelPlan:
    """One parcel: its journey told by checkpoints, or drawn, with a mishap or none."""

    fault: str = ""
    """late, lost, attempted, or empty."""
    lines: tuple[int, ...] = ()
    """Which of the order's lines are in it, from 0; none: an even share."""
    carrier: str = ""
    """A code of `worlds.parcels.CARRIERS`; empty: drawn."""
    delivered_after: timedelta | None = None
    checkpoints: tuple[CheckpointPlan, ...] = ()


@dataclass(frozen=True, slots=True)
class OrderPlan:
    """Everything is optional: None, or empty, is drawn from the ids. The sums always come to what is charged: where
    all prices are told, tax is what is missing to it, and a discount what is beyond."""

    channel: PurchaseChannel | None = None
    order_id: str = ""
    items: tuple[ItemPlan, ...] = ()
    lines: int = 0
    """How many lines to draw, where no items are told."""
    tip: int | None = None
    taxes: tuple[TaxPlan, ...] | None = None
    discount: int | None = None
    shipping: int | None = None
    adjustments: tuple[Adjustment, ...] = ()
    receipt: bool | None = None
    """Whether there is one; None: as the merchant does."""
    lite: bool | None = None
    receipt_after: timedelta | None = None
    match: Match | None = None
    shipments: tuple[ParcelPlan, ...] | None = None
    """Empty: nothing is sent."""
    returned_after: timedelta | None = None
    """From the placing of the order."""
    refund_reason: str = ""
    wallet: str = ""
    previous_total: int | None = None
