"""The form of an order in a persona's file: everything about what was bought that should not be drawn. Money is that of
the merchant's currency, in its major units with at most two decimals."""

from datetime import timedelta
from typing import Any

from marshmallow import ValidationError, fields

from sandbox.ledger.order_plans import CheckpointPlan, ItemPlan, OrderPlan, ParcelPlan, TaxPlan
from sandbox.ledger.purchases import Adjustment, Match, PurchaseChannel
from sandbox.ledger.shipments import ShipmentStatus
from sandbox.seeding.seed_fields import Choice, Many, Money, Node, Number, Points, Text

FAULTS = ("late", "lost", "attempted")


class Hours(Number):
    """A length of time in hours."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> timedelta:  # type: ignore[override]
        return timedelta(hours=super()._deserialize(value, attr, data, **kwargs))


def hours(**kwargs: Any) -> Hours:
    return Hours(high=24 * 120, **kwargs)


class ItemNode(Node):
    builds = ItemPlan
    title = Text(required=True)
    quantity = Number(low=0.001, high=10_000)
    unit_price = Money(zero=True, data_key="price")
    discount = Money()
    sku = Text()
    description = Text()
    category = Text()

    def make(self, data: dict[str, Any]) -> Any:
        if "quantity" in data:
            data["quantity"] = round(data["quantity"] * 1000)
        return super().make(data)


class TaxNode(Node):
    builds = TaxPlan
    name = Text(required=True)
    rate_bp = Points(required=True, high=50, data_key="rate")


class AdjustmentNode(Node):
    builds = Adjustment
    name = Text(required=True)
    amount = Money(negative=True, required=True)


class CheckpointNode(Node):
    builds = CheckpointPlan
    after = hours(required=True, data_key="after_hours")
    status = Choice(ShipmentStatus, required=True)
    location = Text()
    message = Text()


class ParcelNode(Node):
    builds = ParcelPlan
    fault = Choice(FAULTS)
    lines = Many(Number(high=1000, whole=True))
    carrier = Text()
    delivered_after = hours(data_key="delivered_after_hours")
    checkpoints = Many(fields.Nested(CheckpointNode))

    def make(self, data: dict[str, Any]) -> Any:
        points: tuple[CheckpointPlan, ...] = data.get("checkpoints", ())
        if list(points) != sorted(points, key=lambda point: point.after):
            raise ValidationError({"checkpoints": ["must be in order of time"]})
        if points and points[0].status is not ShipmentStatus.LABEL_CREATED:
            raise ValidationError({"checkpoints": ["must begin with label_created"]})
        return super().make(data)


class OrderNode(Node):
    builds = OrderPlan
    channel = Choice(PurchaseChannel)
    order_id = Text()
    items = Many(fields.Nested(ItemNode))
    lines = Number(low=1, high=500, whole=True)
    tip = Money(zero=True)
    taxes = Many(fields.Nested(TaxNode))
    discount = Money(zero=True)
    shipping = Money(zero=True)
    adjustments = Many(fields.Nested(AdjustmentNode))
    receipt = fields.Boolean()
    lite = fields.Boolean()
    receipt_after = hours(data_key="receipt_after_hours")
    match = Choice(Match)
    shipments = fields.List(fields.Nested(ParcelNode))
    returned_after = hours(data_key="returned_after_hours")
    refund_reason = Text()
    wallet = Text()
    previous_total = Money()

    def make(self, data: dict[str, Any]) -> Any:
        if "shipments" in data:
            data["shipments"] = tuple(data["shipments"])
        if "items" in data and "lines" in data:
            raise ValidationError({"lines": ["go without items"]})
        return super().make(data)
