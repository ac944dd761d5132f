"""Purchases put on an account: the rows that charge them and bring money back, and what was bought."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sandbox.control import find, show
from sandbox.control.accounts import minor
from sandbox.control.moments import moment
from sandbox.control.operation import Operation, created, world_of, wrong
from sandbox.control.services import Services
from sandbox.control.transactions import must_be_chargeable, must_render, row_of
from sandbox.dialect.call import Call, Reply
from sandbox.kernel.durations import parse_duration
from sandbox.ledger.entries import Entry, EntryKind, OrderPart, status_at
from sandbox.ledger.order_plans import CheckpointPlan, ItemPlan, OrderPlan, ParcelPlan, TaxPlan
from sandbox.ledger.purchases import Adjustment, Match, Purchase, PurchaseChannel
from sandbox.ledger.purchases import status_at as purchase_status_at
from sandbox.ledger.shipments import ShipmentStatus
from sandbox.worlds.accounts import AccountView

Json = Mapping[str, Any]

CHANNELS = {"online": "ONLINE", "phone": "ONLINE", "recurring": "ONLINE", "in_store": "CARD_PRESENT"}
BESIDE = ("merchant", "hold", "card_last4", "foreign", "status", "posted_at", "dropped_at", "description", "memo")
"""Members of a purchase that its first row is told as it is."""


def add_purchase(services: Services, call: Call) -> Reply:
    wish, world = call.body, world_of(services, call)
    account_id = call.path["accountId"]
    view = find.account(services, world, account_id)
    with services.worlds.together(world, account_id):
        rows = _charges(services, view, wish)
        plan = _plan(view, wish)
        must_be_chargeable(view, rows)
        must_render(view, rows)
        [first] = services.worlds.add_entries(world, account_id, rows[:1])
        further = [replace(row, order=OrderPart(first=first.sequence)) for row in rows[1:]]
        refunds = [_refund(view, first, wish, number) for number in range(len(wish.get("refunds", ())))]
        must_render(view, refunds)
        call.commerce.plan_order(world, account_id, first.sequence, plan)
        others = services.worlds.add_entries(world, account_id, [*further, *refunds])
        call.commerce.rows_changed(world, view, [first])
    world = world_of(services, call)
    view = find.account(services, world, account_id)
    purchase = call.commerce.purchase_of(view, first.sequence)
    told = [show.transaction(view.account, row, status_at(row, view.now)) for row in (first, *others)]
    body = {
        "account_id": account_id,
        "transactions": told,
        "balances": show.balances(view.balances(), view.account.currency),
    }
    return created(
        body | (_told(purchase, view) if purchase else {}), f"/accounts/{account_id}/transactions/{first.sequence}"
    )


# --- Pieces --------------------------------------------------------------------------------------------------------


def _charges(services: Services, view: AccountView, wish: Json) -> list[Entry]:
    """A row for each parcel that is charged by itself, else one. Their sum is the amount."""
    total = minor(wish["amount"], view.account.currency, "/amount")
    parcels = wish.get("charges") or [{"amount": wish["amount"]}]
    amounts = [
        minor(one["amount"], view.account.currency, f"/charges/{place}/amount") for place, one in enumerate(parcels)
    ]
    if sum(amounts) != total or min(amounts) <= 0:
        message = f"the charges must come to the amount, {wish['amount']}, each above zero"
        raise wrong("/charges", message, rule="sum", expected=wish["amount"], got=[one["amount"] for one in parcels])
    if len(parcels) > 1 and ("foreign" in wish or "hold" in wish):
        raise wrong("/charges", "several charges go with neither foreign nor hold", rule="conflict")
    placed = moment(wish["placed_at"], view.now, "placed_at") if "placed_at" in wish else view.now
    channel = wish.get("order", {}).get("channel")
    asked: dict[str, Any] = {name: wish[name] for name in BESIDE if name in wish}
    if "hold" in wish:
        asked["hold"] = f"-{wish['hold']}"
    if channel is not None:
        asked["channel"] = CHANNELS[channel]
    rows = []
    for place, (one, amount) in enumerate(zip(parcels, amounts, strict=True)):
        at = placed + length(one.get("after", "P0D"), f"/charges/{place}/after")
        row = row_of(
            view,
            services.seeds.catalogue,
            {"kind": "PURCHASE", "amount_minor": -amount, "authorised_at": at.isoformat(), **asked},
        )
        rows.append(row)
    if "recurrence" in wish:
        rows[0] = replace(rows[0], order=OrderPart(recurrence=wish["recurrence"]))
    return rows


def _refund(view: AccountView, first: Entry, wish: Json, number: int) -> Entry:
    """Money back for a purchase, some time after it was placed."""
    said = wish["refunds"][number]
    at = first.authorised_at + length(said["after"], f"/refunds/{number}/after")
    return replace(
        first,
        sequence=0,
        kind=EntryKind.REFUND,
        amount=minor(said["amount"], view.account.currency, f"/refunds/{number}/amount"),
        authorised_at=at,
        posted_at=at,
        dropped_at=None,
        hold=None,
        foreign=None,
        related=first.sequence,
        order=None,
    )


def _told(purchase: Purchase, view: AccountView) -> dict[str, Any]:
    """The names that the commerce API has for it."""
    status = purchase_status_at(purchase, view.now)
    return show.present(
        {
            "purchase_id": purchase.purchase_id,
            "status": status.value if status else None,
            "receipt_id": purchase.receipt.receipt_id if purchase.receipt else None,
            "shipment_ids": [shipment.shipment_id for shipment in purchase.shipments],
            "merchant_order_id": purchase.merchant_order_id,
        }
    )


def _plan(view: AccountView, wish: Json) -> OrderPlan:
    """What was bought, in the ledger's terms. Prices are the merchant's, in its currency."""
    order: Json = wish.get("order", {})
    currency: str = wish["foreign"]["currency"] if "foreign" in wish else view.account.currency
    return OrderPlan(
        channel=PurchaseChannel(order["channel"]) if "channel" in order else None,
        order_id=order.get("order_id", ""),
        items=tuple(
            _item(item, currency, f"/order/items/{place}") for place, item in enumerate(order.get("items", ()))
        ),
        lines=order.get("lines", 0),
        tip=_price(order, "tip", currency),
        taxes=tuple(TaxPlan(tax["name"], _hundredths(tax["rate"])) for tax in order["taxes"])
        if "taxes" in order
        else None,
        discount=_price(order, "discount", currency),
        shipping=_price(order, "shipping", currency),
        adjustments=tuple(
            Adjustment(one["name"], minor(one["amount"], currency, "/order/adjustments"))
            for one in order.get("adjustments", ())
        ),
        receipt=order.get("receipt"),
        lite=order.get("lite", False if "items" in order else None),  # whoever names items wants to see them
        receipt_after=_after(order, "receipt_after", "/order"),
        match=Match(order["match"]) if "match" in order else None,
        shipments=tuple(_parcel(one, place) for place, one in enumerate(order["shipments"]))
        if "shipments" in order
        else None,
        returned_after=_after(order, "returned_after", "/order"),
        refund_reason=order.get("refund_reason", ""),
        wallet=order.get("wallet", ""),
        previous_total=_price(order, "previous_total", currency),
    )


def _item(said: Json, currency: str, place: str) -> ItemPlan:
    return ItemPlan(
        title=said["title"],
        quantity=round(said.get("quantity", 1) * 1000),
        unit_price=_price(said, "unit_price", currency, place),
        discount=_price(said, "discount", currency, place) or 0,
        sku=said.get("sku", ""),
        description=said.get("description", ""),
        category=said.get("category", ""),
    )


def _parcel(said: Json, number: int) -> ParcelPlan:
    place = f"/order/shipments/{number}"
    points = tuple(
        CheckpointPlan(
            length(one["after"], f"{place}/checkpoints"),
            ShipmentStatus(one["status"]),
            one.get("location", ""),
            one.get("message", ""),
        )
        for one in said.get("checkpoints", ())
    )
    if list(points) != sorted(points, key=lambda point: point.after):
        raise wrong(f"{place}/checkpoints", "checkpoints must be in order of time", rule="order")
    if points and points[0].status is not ShipmentStatus.LABEL_CREATED:
        raise wrong(f"{place}/checkpoints/0/status", "checkpoints must begin with label_created", rule="order")
    return ParcelPlan(
        fault=said.get("fault", ""),
        lines=tuple(said.get("lines", ())),
        carrier=said.get("carrier", ""),
        delivered_after=_after(said, "delivered_after", place),
        checkpoints=points,
    )


def _price(said: Json, name: str, currency: str, place: str = "/order") -> int | None:
    return minor(said[name], currency, f"{place}/{name}") if name in said else None


def _after(said: Json, name: str, place: str) -> timedelta | None:
    return length(said[name], f"{place}/{name}") if name in said else None


def length(text: str, pointer: str) -> timedelta:
    try:
        return parse_duration(text)
    except ValueError as error:
        raise wrong(pointer, str(error), got=text) from None


def _hundredths(percent: str) -> int:
    return minor(percent, "USD", "/order/taxes")


OPERATIONS: Mapping[str, Operation] = {"addPurchase": add_purchase}
