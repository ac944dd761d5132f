"""Purchases put on an account: rows and what was bought, of which the sums agree."""

from datetime import timedelta
from typing import Any

import pytest

from sandbox.ledger.cards import CardStatus
from sandbox.ledger.feed import Window
from sandbox.ledger.purchases import Purchase, PurchaseStatus, status_at
from sandbox.ledger.shipments import ShipmentStatus
from sandbox.worlds.market import Market
from tests.conftest import World
from tests.control.words import account_of, refused, told


@pytest.fixture
def card(world: World) -> str:
    account_id: str = account_of(world, kind="CREDIT_CARD")["account_id"]
    return account_id


def bought(world: World, account_id: str, **wish: Any) -> dict[str, Any]:
    body = {"merchant": "willowcart", "amount": "64.90", **wish}
    return told(world.control("POST", f"/accounts/{account_id}/purchases", json=body), 201)


def life(world: World, made: dict[str, Any]) -> Purchase:
    """The whole of it, the future included."""
    worlds = world.server.app.services.worlds
    view = worlds.find_account(worlds.world(world.world_id), made["account_id"])
    return Market(worlds).purchase(view, made["purchase_id"])


def test_a_purchase_is_a_row_and_what_was_bought(world: World, card: str) -> None:
    made = bought(world, card, order={"items": [{"title": "Desk lamp", "unit_price": "59.00"}], "order_id": "W-1"})
    [row] = made["transactions"]
    assert (row["amount"], row["status"], row["merchant"]) == ("-64.90", "POSTED", "willowcart")
    purchase = life(world, made)
    assert [item.title for item in purchase.line_items] == ["Desk lamp"]
    assert purchase.totals.total == 6490
    assert made["merchant_order_id"] == purchase.merchant_order_id == "W-1"
    assert made["receipt_id"] == purchase.receipt.receipt_id if purchase.receipt else False


def test_a_parcel_may_come_late(world: World, card: str) -> None:
    purchase = life(world, bought(world, card, order={"shipments": [{"fault": "late"}]}))
    [shipment] = purchase.shipments
    assert ShipmentStatus.DELAYED in [point.status for point in shipment.checkpoints]


def test_a_journey_can_be_told_point_by_point(world: World, card: str) -> None:
    points = [
        {"after": "PT2H", "status": "label_created"},
        {"after": "P1D", "status": "in_transit", "location": "Reno, NV"},
        {"after": "P3D", "status": "delivered", "message": "Left at the door"},
    ]
    purchase = life(world, bought(world, card, order={"shipments": [{"checkpoints": points}]}))
    [shipment] = purchase.shipments
    assert [(point.at - purchase.placed_at, point.status.value) for point in shipment.checkpoints] == [
        (timedelta(hours=2), "label_created"),
        (timedelta(days=1), "in_transit"),
        (timedelta(days=3), "delivered"),
    ]


def test_parcels_may_be_charged_one_by_one(world: World, card: str) -> None:
    made = bought(world, card, charges=[{"amount": "40.00"}, {"amount": "24.90", "after": "P2D"}])
    assert [row["amount"] for row in made["transactions"]] == ["-40.00", "-24.90"]
    assert [row["status"] for row in made["transactions"]] == ["POSTED", "UNBORN"]
    purchase = life(world, made)
    assert [charge.amount for charge in purchase.charges] == [4000, 2490]
    assert purchase.totals.total == 6490


def test_what_goes_back_is_credited_in_part(world: World, card: str) -> None:
    made = bought(world, card, order={"returned_after": "P5D"}, refunds=[{"amount": "30.00", "after": "P8D"}])
    purchase = life(world, made)
    assert [refund.amount for refund in purchase.refunds] == [3000]
    placed = purchase.placed_at
    assert status_at(purchase, placed + timedelta(days=6)) is PurchaseStatus.RETURNED
    assert status_at(purchase, placed + timedelta(days=9)) is PurchaseStatus.REFUNDED
    assert made["transactions"][1]["related"] == made["transactions"][0]["sequence"]


def test_a_foreign_purchase_is_priced_in_its_own_currency(world: World, card: str) -> None:
    foreign = {"amount": "9800", "currency": "JPY", "rate": "0.0066"}
    purchase = life(
        world, bought(world, card, foreign=foreign, order={"items": [{"title": "Kettle", "unit_price": "8909"}]})
    )
    assert (purchase.currency, purchase.totals.total) == ("JPY", 9800)
    assert purchase.line_items[0].unit_price == 8909


def test_a_hold_may_be_dropped(world: World, card: str) -> None:
    made = bought(world, card, status="pending", dropped_at="+2d")
    assert made["transactions"][0]["status"] == "PENDING"
    purchase = life(world, made)
    assert status_at(purchase, purchase.placed_at + timedelta(days=3)) is PurchaseStatus.CANCELLED


def test_the_purchases_of_the_seeds_stay_as_they_were(world: World, card: str) -> None:
    worlds = world.server.app.services.worlds

    def names() -> list[str]:
        view = worlds.find_account(worlds.world(world.world_id), card)
        found = Market(worlds).purchases(view, Window(view.now - timedelta(days=20)))
        return [purchase.purchase_id for purchase in found]

    before = names()
    made = bought(world, card)
    assert names() == [made["purchase_id"], *before]


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ({"merchant": "willowcat"}, "willowcart"),
        ({"charges": [{"amount": "1.00"}]}, "the charges must come to the amount"),
        ({"charges": [{"amount": "60.00"}, {"amount": "4.90"}], "hold": "50.00"}, "several charges go with neither"),
        ({"order": {"receipt_after": "soon"}}, "is no duration"),
        ({"order": {"shipments": [{"checkpoints": [{"after": "P1D", "status": "delivered"}]}]}}, "label_created"),
        ({"refunds": [{"amount": "1.001", "after": "P1D"}]}, "refunds/0/amount"),
        ({"order": {"itmes": []}}, "itmes"),
    ],
)
def test_what_cannot_be_bought_is_refused_and_leaves_nothing(
    world: World, card: str, wish: dict[str, Any], said: str
) -> None:
    def rows() -> int:
        total: int = told(world.control("GET", f"/accounts/{card}/transactions"))["total"]
        return total

    before = rows()
    body = {"merchant": "willowcart", "amount": "64.90", **wish}
    problem = refused(world.control("POST", f"/accounts/{card}/purchases", json=body), 400, "InvalidInput")
    assert said in str(problem)
    assert rows() == before


def test_nothing_is_charged_to_a_card_that_is_frozen(world: World, card: str) -> None:
    worlds = world.server.app.services.worlds
    market, now = Market(worlds), worlds.world(world.world_id)
    view = worlds.find_account(now, card)
    held = market.cards(view)[-1]
    market.set_card(now, view, held.card_id, CardStatus.FROZEN, reason="lost", by="INDIVIDUAL")
    body = {"merchant": "willowcart", "amount": "5.00"}
    refused(world.control("POST", f"/accounts/{card}/purchases", json=body), 409, "CardFrozen")
    row = {"merchant": "willowcart", "amount": "-5.00"}
    refused(world.control("POST", f"/accounts/{card}/transactions", json=row), 409, "CardFrozen")
    told(world.control("POST", f"/accounts/{card}/transactions", json={**row, "kind": "REFUND", "amount": "5.00"}), 201)
    bought(world, card, placed_at="-2d")
