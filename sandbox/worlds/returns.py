"""What comes back: refunds, for which goods and why, and when the goods were returned."""

from datetime import UTC, datetime

from sandbox.kernel import ids
from sandbox.ledger.entries import Entry
from sandbox.ledger.order_plans import OrderPlan
from sandbox.ledger.purchases import LineItem, Refund
from sandbox.ledger.shipments import Shipment
from sandbox.worlds.baskets import FEE
from sandbox.worlds.names import Names

REASONS = ("Returned by mail", "Changed mind", "Did not fit", "Not as described", "Arrived damaged", "Gift return")
KEPT = ("Price adjusted after the sale", "Part of the order was not in stock", "Arrived damaged and was kept")


def refunded(
    names: Names, row: Entry, plan: OrderPlan, lines: tuple[LineItem, ...], *, total: int, scale: float
) -> Refund:
    """Of a row that pays back: `total` is what was paid, in the currency of the order, `scale` leads to it."""
    assert row.posted_at is not None
    amount = row.foreign.amount if row.foreign is not None else round(row.amount * scale)
    drawn = ids.number("refund", names.account_id, row.sequence)
    given = _lines_for(amount, total, lines)
    goods = given or amount >= total
    reason = plan.refund_reason or (REASONS[drawn % len(REASONS)] if goods else KEPT[drawn % len(KEPT)])
    return Refund(
        refund_id=names.name("rfd", row.sequence),
        sequence=row.sequence,
        amount=amount,
        at=row.authorised_at,
        posted_at=row.posted_at,
        reason=reason,
        line_ids=given,
    )


def returned_at(
    names: Names, row: Entry, plan: OrderPlan, refunds: tuple[Refund, ...], shipments: tuple[Shipment, ...]
) -> datetime | None:
    """When the goods went back: between their arrival and the money's return."""
    if plan.returned_after is not None:
        return row.authorised_at + plan.returned_after
    if not refunds or not refunds[0].line_ids:
        return None
    back = refunds[0].at
    arrived = max((point.at for sent in shipments for point in sent.checkpoints), default=row.authorised_at)
    if arrived >= back:
        return None
    share = 0.35 + ids.number("returned", names.account_id, row.sequence) % 50 / 100
    return (arrived + (back - arrived) * share).astimezone(UTC).replace(microsecond=0)


def _lines_for(amount: int, total: int, lines: tuple[LineItem, ...]) -> tuple[str, ...]:
    """Which lines a refund pays back: all, or those that come to no more than it, the dearest first."""
    if amount >= total:
        return tuple(line.line_id for line in lines)
    chosen, left = list[str](), amount
    for line in sorted(lines, key=lambda line: (-line.total, line.line_id)):
        if line.title != FEE.title and 0 < line.total + line.tax_amount <= left:
            chosen.append(line.line_id)
            left -= line.total + line.tax_amount
    return tuple(sorted(chosen, key=lambda name: int(name.rpartition("_")[2])))
