"""A receipt, drawn by the platform. Everything that a purchase tells has a place in it."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from . import messages
from .turn import Sorry, Turn, at

MOST_ITEMS = 100
ADDRESS = {
    "street_1": "street_1",
    "city": "city",
    "postal_code": "postal_code",
    "state": "region",
    "country": "country",
}


def receipt(turn: Turn, words: list[str]) -> None:
    slug, purchase_id = words
    bank = at(turn, slug)
    purchase = bank.purchase(purchase_id)
    if "receipt" not in purchase:
        raise Sorry(f"{purchase['merchant']['name']} has not issued the receipt yet.")
    number = purchase["receipt"]["receipt_number"]
    times = turn.desk.memory.showing(turn.psid, purchase["receipt"]["receipt_id"])
    # The platform takes every order number once, and people look at receipts twice.
    order_number = number if times == 1 else f"{number} ({times})"
    turn.show(messages.receipt(recipient_name=recipient(purchase), order_number=order_number, **drawn(purchase)))
    link = bank.receipt(purchase["receipt"]["receipt_id"])["url"]
    turn.show(messages.with_buttons("The whole receipt, for the next minutes:", messages.web_url("Open", link)))


def recipient(purchase: dict[str, Any]) -> str:
    return str(purchase.get("ship_to", {}).get("name") or "You")


def drawn(purchase: dict[str, Any]) -> dict[str, Any]:
    """The template's members. subtotal + shipping + tax - adjustments = total cost."""
    totals = purchase["totals"]
    paid = number(totals["total"])
    paid += sum((number(one["amount"]) for one in purchase["adjustments"]), start=Decimal(0))
    paid -= sum((number(one["amount"]) for one in purchase["refunds"]), start=Decimal(0))
    told: dict[str, Any] = {
        "merchant_name": purchase["merchant"]["name"],
        "currency": totals["total"]["currency"],
        "payment_method": paid_with(purchase),
        "timestamp": str(int(datetime.fromisoformat(purchase["placed_at"]).timestamp())),
        "elements": elements_of(purchase),
        "summary": {
            "subtotal": float(number(totals["subtotal"])),
            "shipping_cost": float(number(totals["shipping"])),
            "total_tax": float(number(totals["tax"])),
            "total_cost": float(paid),
        },
    }
    optional = {
        "adjustments": adjustments_of(purchase),
        "order_url": purchase.get("order_url"),
        "address": address_of(purchase),
    }
    return told | {name: value for name, value in optional.items() if value}


def elements_of(purchase: dict[str, Any]) -> list[dict[str, Any]]:
    """An item each. What does not fit is one line with what it comes to, so that nothing is lost from the sum."""
    items = purchase.get("line_items", [])
    shown = items if len(items) <= MOST_ITEMS else items[: MOST_ITEMS - 1]
    drawn = [
        {
            "title": item["title"],
            "subtitle": item.get("description", ""),
            "quantity": float(item["quantity"]),
            "price": float(number(item["total"])),
            "currency": item["total"]["currency"],
            "image_url": item.get("image_url", ""),
        }
        for item in shown
    ]
    rest = items[len(shown) :]
    if rest:
        price = sum((number(item["total"]) for item in rest), start=Decimal(0))
        drawn.append({"title": f"{len(rest)} more items", "quantity": len(rest), "price": float(price)})
    return [{name: value for name, value in one.items() if value != ""} for one in drawn]


def adjustments_of(purchase: dict[str, Any]) -> list[dict[str, Any]]:
    """What makes the sum smaller is positive; a tip makes it larger."""
    totals = purchase["totals"]
    found = [
        ("Discount", number(totals["discount"])),
        ("Tip", -number(totals["tip"])),
        *((one["name"], -number(one["amount"])) for one in purchase["adjustments"]),
        *((f"Refund of {one['at'][:10]}", number(one["amount"])) for one in purchase["refunds"]),
    ]
    return [{"name": name, "amount": float(amount)} for name, amount in found if amount]


def paid_with(purchase: dict[str, Any]) -> str:
    card = purchase.get("card")
    if card is None:
        return "Not known"
    through = f" ({card['wallet']})" if "wallet" in card else ""
    return f"{card['network'].title()} ending in {card['last4']}{through}"


def address_of(purchase: dict[str, Any]) -> dict[str, str]:
    """All that the platform wants, or nothing."""
    told = purchase.get("ship_to", {})
    address = {ours: told.get(theirs, "") for ours, theirs in ADDRESS.items()}
    if not all(address.values()):
        return {}
    return address | ({"street_2": told["street_2"]} if told.get("street_2") else {})


def number(money: dict[str, Any]) -> Decimal:
    return Decimal(money["amount"])
