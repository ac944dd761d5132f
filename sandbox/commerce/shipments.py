"""Shipments: list, one with its checkpoints."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sandbox.commerce import finding, pages, wire
from sandbox.dialect.call import Call, Reply
from sandbox.dialect.shapes import Json
from sandbox.kernel.clock import iso
from sandbox.kernel.errors import PurchaseNotFound, ShipmentNotFound
from sandbox.ledger.feed import Window
from sandbox.ledger.purchases import Purchase
from sandbox.ledger.shipments import Eta, ShipmentStatus, Tracking, tracking
from sandbox.worlds.accounts import AccountView

ARRIVED = frozenset({ShipmentStatus.DELIVERED, ShipmentStatus.RETURNED, ShipmentStatus.CANCELLED})


@dataclass(frozen=True, slots=True)
class Sent:
    """A parcel of a purchase that has left, or has its label."""

    view: AccountView
    purchase: Purchase
    stage: Tracking


def list_shipments(call: Call) -> Reply:
    before = pages.last(call)
    span = pages.until(call.in_sight(Window()), before)
    return Reply(
        pages.page(
            call,
            "shipments",
            [_sent(view, purchases, _keep(call)) for view, purchases in _orders(call, span)],
            before=before,
            instant=lambda one: one.purchase.placed_at,
            name=lambda one: one.stage.shipment.shipment_id,
            shown=lambda one: summary(call, one.view, one.stage),
        )
    )


def get_shipment(call: Call) -> Reply:
    asked = call.path["shipment_id"]
    view, (purchase, shipment) = finding.among(
        call, ShipmentNotFound, lambda one: call.commerce.shipment(one, asked), asked
    )
    finding.in_sight(call, purchase, ShipmentNotFound, asked)
    stage = tracking(shipment, view.now)
    if stage is None:
        raise ShipmentNotFound(f"{asked!r} has no label yet", asked=asked)
    return Reply({**summary(call, view, stage), "checkpoints": _checkpoints(stage)})


def _orders(call: Call, span: Window) -> list[tuple[AccountView, Iterator[Purchase]]]:
    asked = call.query.get("purchase_id")
    if asked is None:
        return [(view, call.commerce.purchases(view, span)) for view in finding.views(call)]
    view, found = finding.among(call, PurchaseNotFound, lambda one: call.commerce.purchase(one, asked), asked)
    return [(view, iter([finding.in_sight(call, found, PurchaseNotFound, asked)]))]


def _sent(view: AccountView, purchases: Iterator[Purchase], keep: Callable[[Tracking], bool]) -> Iterator[Sent]:
    for purchase in purchases:
        for shipment in purchase.shipments:
            stage = tracking(shipment, view.now)
            if stage is not None and keep(stage):
                yield Sent(view, purchase, stage)


def _keep(call: Call) -> Callable[[Tracking], bool]:
    statuses, active = call.query.get("status"), call.query.get("active")

    def keep(stage: Tracking) -> bool:
        fits = statuses is None or stage.status.value in statuses
        return fits and (active is None or active is (stage.status not in ARRIVED))

    return keep


# --- On the wire ----------------------------------------------------------------------------------------------------


def summary(call: Call, view: AccountView, stage: Tracking) -> Json:
    value = stage.shipment
    return {
        "shipment_id": value.shipment_id,
        "purchase_id": value.purchase_id,
        "account_id": wire.account_ref(call, view),
        "carrier": {"code": value.carrier_code, "name": value.carrier_name},
        "service": value.service,
        "tracking_number": value.tracking_number,
        "tracking_url": value.tracking_url,
        "status": stage.status.value,
        **wire.known(
            {
                "previous_status": stage.previous_status.value if stage.previous_status is not None else None,
                "eta": _eta(stage.eta, view.account.time_zone),
                "previous_eta": _eta(stage.previous_eta, view.account.time_zone),
            }
        ),
        "items": [{"line_id": line_id, "qty": wire.plain(quantity, 3)} for line_id, quantity in value.items],
        "created_at": iso(value.created_at),
        "updated_at": iso(stage.checkpoints[-1].at),
    }


def _eta(value: Eta | None, zone: str) -> Json | None:
    """The day is the bank's, as everywhere."""
    if value is None:
        return None
    return {
        "date": value.window_start.astimezone(ZoneInfo(zone)).date().isoformat(),
        "window_start": iso(value.window_start),
        "window_end": iso(value.window_end),
    }


def _checkpoints(stage: Tracking) -> list[Json]:
    return [
        {"at": iso(one.at), "status": one.status.value, "location": one.location, "message": one.message}
        for one in stage.checkpoints
    ]
