"""A receipt, drawn by the platform. Everything that a purchase tells has a place in it."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from . import messages
from .turn import Sorry, Turn

Json = dict[str, Any]

MOST_ITEMS = 100
ADDRESS = {
    "street_1": "street_1",
    "city": "city",
    "postal_code": "postal_code",
    "state": "region",
    "country": "country",
}
"""The platform's name of each line, and the bank's."""


def receipt(turn: Turn, words: list[str]) -> None:
    slug, purchase_id = words
    bank = turn.at(slug)
    purchase = bank.get(f"purchases/{purchase_id}")
    if "receipt" not in purchase:
        raise Sorry(f"{purchase['merchant']['name']} has not issued the receipt yet.")
    receipt_id, number = purchase["receipt"]["receipt_id"], purchase["receipt"]["receipt_number"]
    # The platform takes every order number once, and people look at receipts twice.
    times = turn.desk.memory.showing(turn.psid, receipt_id)
    turn.show(messages.receipt(order_number=number if times == 1 else f"{number} ({times})", **drawn(purchase)))
    link = bank.get(f"receipts/{receipt_id}")["url"]
    turn.show(messages.with_buttons("The whole receipt, for the next minutes:", messages.web_url("Open", link)))


def drawn(purchase: Json) -> Json:
    """The template's members. subtotal + shipping + tax - adjustments = total cost."""
    totals = purchase["totals"]
    told = {
        "recipient_name": purchase.get("ship_to", {}).get("name") or "You",
        "merchant_name": purchase["merchant"]["name"],
        "currency": totals["total"]["currency"],
        "payment_method": paid_with(purchase),
        "timestamp": str(int(datetime.fromisoformat(purchase["placed_at"]).timestamp())),
        "elements": elements_of(purchase.get("line_items", [])),
        "summary": {
            "subtotal": total(totals["subtotal"]),
            "shipping_cost": total(totals["shipping"]),
            "total_tax": total(totals["tax"]),
            "total_cost": total(totals["total"], *of(purchase["adjustments"]), less=of(purchase["refunds"])),
        },
    }
    optional = {
        "adjustments": adjustments_of(purchase),
        "order_url": purchase.get("order_url"),
        "address": address_of(purchase.get("ship_to", {})),
    }
    return told | {name: value for name, value in optional.items() if value}


def elements_of(items: list[Json]) -> list[Json]:
    """An item each. What does not fit is one line with what it comes to, so that nothing is lost from the sum."""
    fits = len(items) if len(items) <= MOST_ITEMS else MOST_ITEMS - 1
    drawn = [
        {
            "title": item["title"],
            "subtitle": item.get("description", ""),
            "quantity": float(item["quantity"]),
            "price": total(item["total"]),
            "currency": item["total"]["currency"],
            "image_url": item.get("image_url", ""),
        }
        for item in items[:fits]
    ]
    if rest := items[fits:]:
        price = total(*(item["total"] for item in rest))
        drawn.append({"title": f"{len(rest)} more items", "quantity": len(rest), "price": price})
    return [{name: value for name, value in one.items() if value != ""} for one in drawn]


def adjustments_of(purchase: Json) -> list[Json]:
    """What makes the sum smaller is positive; a tip makes it larger."""
    totals = purchase["totals"]
    found = [
        ("Discount", total(totals["discount"])),
        ("Tip", -total(totals["tip"])),
        *((one["name"], -total(one["amount"])) for one in purchase["adjustments"]),
        *((f"Refund of {one['at'][:10]}", total(one["amount"])) for one in purchase["refunds"]),
    ]
    return [{"name": name, "amount": amount} for name, amount in found if amount]


def paid_with(purchase: Json) -> str:
    card = purchase.get("card")
    if card is None:
        return "Not known"
    through = f" ({card['wallet']})" if "wallet" in card else ""
    return f"{card['network'].title()} ending in {card['last4']}{through}"


def address_of(told: Json) -> dict[str, str]:
    """All that the platform wants, or nothing."""
    address = {ours: told.get(theirs, "") for ours, theirs in ADDRESS.items()}
    if not all(address.values()):
        return {}
    return address | ({"street_2": told["street_2"]} if told.get("street_2") else {})


def of(listed: list[Json]) -> list[Json]:
    """The amounts of adjustments or refunds."""
    return [one["amount"] for one in listed]


def total(*amounts: Json, less: Iterable[Json] = ()) -> float:
    """Summed as decimals, and told as the number that the platform wants."""
    return float(sum(Decimal(one["amount"]) for one in amounts) - sum(Decimal(one["amount"]) for one in less))
