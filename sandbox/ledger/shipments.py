"""Shipments: parcels on their way, as the checkpoints of their journey. What one is at an instant follows from them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ShipmentStatus(StrEnum):
    LABEL_CREATED = "label_created"
    PICKED_UP = "picked_up"
    IN_TRANSIT = "in_transit"
    OUT_FOR_DELIVERY = "out_for_delivery"
    DELIVERY_ATTEMPTED = "delivery_attempted"
    DELIVERED = "delivered"
    DELAYED = "delayed"
    EXCEPTION = "exception"
    RETURNED = "returned"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Eta:
    """When a parcel is expected, in the recipient's zone; both ends aware."""

    window_start: datetime
    window_end: datetime


@dataclass(frozen=True, slots=True)
class Checkpoint:
    at: datetime
    status: ShipmentStatus
    location: str
    """"Reno, NV"."""
    message: str
    eta: Eta | None = None
    """The expectation from here on; None: as before."""


@dataclass(frozen=True, slots=True)
class Shipment:
    """A whole journey, past and to come. `checkpoints` are in order of time; the first creates the label."""

    shipment_id: str
    purchase_id: str
    carrier_code: str
    carrier_name: str
    service: str
    tracking_number: str
    tracking_url: str
    items: tuple[tuple[str, int], ...]
    """(line_id, quantity in thousandths)."""
    checkpoints: tuple[Checkpoint, ...]

    @property
    def created_at(self) -> datetime:
        return self.checkpoints[0].at


@dataclass(frozen=True, slots=True)
class Tracking:
    """A shipment as it stands at an instant."""

    shipment: Shipment
    status: ShipmentStatus
    previous_status: ShipmentStatus | None
    eta: Eta | None
    previous_eta: Eta | None
    """What was expected before the latest change of `eta`; None where it never changed."""
    checkpoints: tuple[Checkpoint, ...]
    """Those passed, oldest first."""


def tracking(shipment: Shipment, at: datetime) -> Tracking | None:
    """None before the label."""
    passed = tuple(point for point in shipment.checkpoints if point.at <= at)
    if not passed:
        return None
    etas = [point.eta for point in passed if point.eta is not None]
    return Tracking(
        shipment,
        passed[-1].status,
        passed[-2].status if len(passed) > 1 else None,
        etas[-1] if etas else None,
        etas[-2] if len(etas) > 1 else None,
        passed,
    )
