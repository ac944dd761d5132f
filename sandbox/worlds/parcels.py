"""The journeys of parcels: from the label to the door, with what goes wrong on the way."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sandbox.kernel import ids
from sandbox.ledger.customers import Address
from sandbox.ledger.order_plans import ParcelPlan
from sandbox.ledger.shipments import Checkpoint, Eta, Shipment, ShipmentStatus

Dice = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Carrier:
    code: str
    name: str
    host: str
    services: tuple[str, ...]
    prefix: str


CARRIERS = {
    carrier.code: carrier
    for carrier in (
        Carrier("swallow", "Swallow Parcel", "track.swallowparcel.example", ("Ground", "Two-Day"), "SW"),
        Carrier("northmail", "Northmail", "northmail.example", ("Standard", "Priority"), "NM"),
        Carrier("ironpony", "Iron Pony Express", "ironpony.example", ("Saver", "Express"), "IP"),
        Carrier("heron", "Heron Home Delivery", "go.heron.example", ("Evening", "Standard"), "HH"),
    )
}
WAREHOUSES = (
    "Reno, NV", "Columbus, OH", "Memphis, TN", "Allentown, PA", "Ontario, CA", "Lakeland, FL", "Joliet, IL",
    "Tacoma, WA",
)  # fmt: skip
HUBS = (
    "Salt Lake City, UT", "Kansas City, MO", "Louisville, KY", "Denver, CO", "Indianapolis, IN", "Phoenix, AZ",
    "Atlanta, GA", "Harrisburg, PA",
)  # fmt: skip
ZONES = {
    "America/Los_Angeles": "CA NV OR WA",
    "America/Denver": "CO ID MT NM UT WY",
    "America/Phoenix": "AZ",
    "America/Chicago": "AL AR IA IL KS LA MN MO MS ND NE OK SD TN TX WI",
    "Pacific/Honolulu": "HI",
    "America/Anchorage": "AK",
}
ZONE_OF = {state: zone for zone, states in ZONES.items() for state in states.split()}
"""States not listed keep Eastern time."""
DAY = timedelta(days=1)
SUNDAY = 6
LATE, ATTEMPTED, LOST = 0.07, 0.11, 0.116
"""Upper ends of the shares of parcels that come late, that nobody takes at first, and that are lost."""
LEFT = (
    "Left at the front door",
    "Handed to a resident",
    "Left with a neighbor",
    "Placed in the parcel locker",
    "Left on the porch",
)
DELAYS = (
    "Severe weather has delayed your parcel",
    "A mechanical failure has delayed your parcel",
    "Sorted to the wrong truck; it is on its way again",
    "The volume of parcels is high; expect it later",
)


@dataclass(frozen=True, slots=True)
class Parcel:
    """What a journey depends on."""

    shipment_id: str
    purchase_id: str
    placed_at: datetime
    sent_from: datetime
    """When the merchant begins to pack: with the order, or with the parcel's own charge."""
    ship_to: Address | None
    items: tuple[tuple[str, int], ...]
    before: datetime | None
    """It must have arrived before this: what is in it came back later."""


def local(ship_to: Address | None) -> ZoneInfo:
    return ZoneInfo(ZONE_OF.get(ship_to.state if ship_to else "", "America/New_York"))


def send(parcel: Parcel, plan: ParcelPlan | None, dice: Dice) -> Shipment | None:
    """None where it cannot arrive in time: then it was never sent."""
    carriers = tuple(CARRIERS.values())
    drawn = carriers[int(dice() * len(carriers))]
    carrier = CARRIERS.get(plan.carrier, drawn) if plan is not None else drawn
    fast = dice() < 0.3
    number = f"{carrier.prefix}{ids.digits(12, 'tracking', parcel.shipment_id)}"
    points = _told(parcel, plan) if plan is not None and plan.checkpoints else _journey(parcel, plan, dice, fast=fast)
    if not points:
        return None
    return Shipment(
        shipment_id=parcel.shipment_id,
        purchase_id=parcel.purchase_id,
        carrier_code=carrier.code,
        carrier_name=carrier.name,
        service=carrier.services[fast],
        tracking_number=number,
        tracking_url=f"https://{carrier.host}/{number}",
        items=parcel.items,
        checkpoints=points,
    )


def _told(parcel: Parcel, plan: ParcelPlan) -> tuple[Checkpoint, ...]:
    town = _town(parcel.ship_to)
    points = plan.checkpoints
    arrivals = [point.after for point in points if point.status is ShipmentStatus.DELIVERED]
    eta = _window(parcel.placed_at + (arrivals[0] if arrivals else 3 * DAY), local(parcel.ship_to))
    return tuple(
        Checkpoint(
            parcel.placed_at + point.after,
            point.status,
            point.location or town,
            point.message or MESSAGES[point.status],
            eta if place == 0 else None,
        )
        for place, point in enumerate(points)
    )


MESSAGES = {
    ShipmentStatus.LABEL_CREATED: "Shipping label created; the carrier awaits the parcel",
    ShipmentStatus.PICKED_UP: "Picked up by the carrier",
    ShipmentStatus.IN_TRANSIT: "Departed the carrier's hub",
    ShipmentStatus.OUT_FOR_DELIVERY: "Out for delivery",
    ShipmentStatus.DELIVERY_ATTEMPTED: "Nobody could take it; another attempt follows tomorrow",
    ShipmentStatus.DELIVERED: "Delivered",
    ShipmentStatus.DELAYED: DELAYS[0],
    ShipmentStatus.EXCEPTION: "The parcel cannot be found; a search has begun",
    ShipmentStatus.RETURNED: "Returned to the sender",
    ShipmentStatus.CANCELLED: "The shipment was cancelled",
}


def _journey(parcel: Parcel, plan: ParcelPlan | None, dice: Dice, *, fast: bool) -> tuple[Checkpoint, ...]:
    zone = local(parcel.ship_to)
    town = _town(parcel.ship_to)
    origin = WAREHOUSES[int(dice() * len(WAREHOUSES))]
    label = _minute(parcel.sent_from + timedelta(minutes=40 + int(dice() * 16 * 60)))
    picked = label + timedelta(minutes=180 + int(dice() * 14 * 60))
    on_road = 1 if fast else 2 + int(dice() * 3)
    fault = _fault(parcel, plan, dice())
    if plan is not None and plan.delivered_after is not None:
        due = parcel.placed_at + plan.delivered_after
        label, picked = _squeezed(parcel.placed_at, due, label, picked)
        delivered_at = due
    else:
        day = _workday(picked.astimezone(zone).date() + on_road * DAY)
        delivered_at = _on(day, zone, 10 * 60 + int(dice() * 9 * 60))
        if parcel.before is not None and delivered_at > parcel.before:
            day = _workday(picked.astimezone(zone).date() + DAY)
            delivered_at = _on(day, zone, 10 * 60)
            if delivered_at > parcel.before:
                return ()
    day = delivered_at.astimezone(zone).date()
    points = [
        Checkpoint(label, ShipmentStatus.LABEL_CREATED, origin, MESSAGES[ShipmentStatus.LABEL_CREATED],
                   _window(delivered_at, zone)),
        Checkpoint(picked, ShipmentStatus.PICKED_UP, origin, MESSAGES[ShipmentStatus.PICKED_UP]),
    ]  # fmt: skip
    points += _hubs(
        picked, delivered_at, origin=origin, town=town, dice=dice, by=_on(day, zone, 5 * 60 + int(dice() * 90))
    )
    if fault == "lost":
        lost = points[-1].at + timedelta(hours=20 + int(dice() * 40))
        points.append(
            Checkpoint(lost, ShipmentStatus.EXCEPTION, points[-1].location, MESSAGES[ShipmentStatus.EXCEPTION])
        )
        return tuple(points)
    if fault == "late":
        reason = DELAYS[int(dice() * len(DELAYS))]
        told = max(points[-1].at + timedelta(minutes=30), _on(day, zone, 6 * 60 + int(dice() * 180)))
        day = _workday(day + (1 + int(dice() * 3)) * DAY)
        delivered_at = _on(day, zone, 10 * 60 + int(dice() * 9 * 60))
        points.append(
            Checkpoint(told, ShipmentStatus.DELAYED, points[-1].location, reason, _window(delivered_at, zone))
        )
    if fault == "attempted":
        points += _round(points[-1].at, delivered_at, town, zone, ShipmentStatus.DELIVERY_ATTEMPTED)
        day = _workday(day + DAY)
        delivered_at = _on(day, zone, 10 * 60 + int(dice() * 9 * 60))
        at = points[-1].at + timedelta(minutes=1)
        points.append(
            Checkpoint(at, ShipmentStatus.IN_TRANSIT, town, "Back at the carrier's depot", _window(delivered_at, zone))
        )
    points += _round(
        points[-1].at, delivered_at, town, zone, ShipmentStatus.DELIVERED, message=LEFT[int(dice() * len(LEFT))]
    )
    return tuple(points)


def _fault(parcel: Parcel, plan: ParcelPlan | None, drawn: float) -> str:
    if plan is not None:
        return plan.fault
    if parcel.before is not None or drawn >= LOST:
        return ""
    return "late" if drawn < LATE else "attempted" if drawn < ATTEMPTED else "lost"


def _squeezed(placed: datetime, due: datetime, label: datetime, picked: datetime) -> tuple[datetime, datetime]:
    """The first two steps, brought forward where the parcel has to be there sooner."""
    if picked < due - timedelta(hours=10):
        return label, picked
    span = due - placed
    return placed + span / 8, placed + span / 4


def _hubs(picked: datetime, arrives: datetime, *, origin: str, town: str, dice: Dice, by: datetime) -> list[Checkpoint]:
    """A stop every day, and at the end the depot in town, early on the day of delivery."""
    span = arrives - picked
    if span <= timedelta(hours=6):
        return []
    stops = max(1, round(span / DAY) - 1)
    places = [HUBS[int(dice() * len(HUBS))] for _ in range(stops)]
    last = max(picked + timedelta(hours=1), min(picked + (span - timedelta(hours=5)) * 0.9, by))
    step = (last - picked) / (stops + 1)
    points = [
        Checkpoint(_minute(picked + (stop + 1) * step), ShipmentStatus.IN_TRANSIT, place, "Departed the carrier's hub")
        for stop, place in enumerate(places)
        if place != origin
    ]
    return [*points, Checkpoint(_minute(last), ShipmentStatus.IN_TRANSIT, town, "Arrived at the carrier's depot")]


def _round(
    after: datetime, at: datetime, town: str, zone: ZoneInfo, end: ShipmentStatus, *, message: str = ""
) -> Sequence[Checkpoint]:
    """Out for delivery, and what comes of it."""
    loaded = max(
        after + timedelta(minutes=10), min(_on(at.astimezone(zone).date(), zone, 7 * 60 + 50), at - timedelta(hours=1))
    )
    ends = max(at, loaded + timedelta(minutes=20))
    start = ends - timedelta(minutes=70)
    return (
        Checkpoint(loaded, ShipmentStatus.OUT_FOR_DELIVERY, town, MESSAGES[ShipmentStatus.OUT_FOR_DELIVERY],
                   Eta(_half_hour(start), _half_hour(start) + timedelta(hours=2))),
        Checkpoint(ends, end, town, message or MESSAGES[end]),
    )  # fmt: skip


def _town(ship_to: Address | None) -> str:
    return f"{ship_to.city}, {ship_to.state}" if ship_to else "Harrisburg, PA"


def _workday(day: date) -> date:
    return day + DAY if day.weekday() == SUNDAY else day


def _on(day: date, zone: ZoneInfo, minutes: int) -> datetime:
    return datetime.combine(day, time(minutes // 60, minutes % 60), zone).astimezone(UTC)


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def _half_hour(at: datetime) -> datetime:
    return at.replace(minute=at.minute // 30 * 30, second=0, microsecond=0)


def _window(at: datetime, zone: ZoneInfo) -> Eta:
    """The day of an arrival, as carriers promise it."""
    day = at.astimezone(zone).date()
    return Eta(_on(day, zone, 9 * 60), _on(day, zone, 20 * 60))
