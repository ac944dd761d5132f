"""Where parcels are."""

from typing import Any

from . import messages
from .turn import Turn

MOST = 5
OVER = ("delivered", "returned", "cancelled")


def deliveries(turn: Turn, words: list[str]) -> None:
    for bank in turn.linked():
        found = bank.get("shipments", limit=MOST)["shipments"]
        cards = (card_of(bank.slug, one) for one in found if one["status"] not in OVER)
        turn.show_cards(cards, f"Nothing is on its way to you, as far as {bank.name} knows.")


def card_of(slug: str, shipment: dict[str, Any]) -> dict[str, Any]:
    details = messages.postback("Details", f"track {slug} {shipment['shipment_id']}")
    return messages.card(f"{shipment['carrier']['name']}: {spoken(shipment)}", expected(shipment), details)


def track(turn: Turn, words: list[str]) -> None:
    slug, shipment_id = words
    shipment = turn.at(slug).get(f"shipments/{shipment_id}")
    steps = [
        f"{one['at'][:16].replace('T', ' ')} {one['message']} ({one['location']})" for one in shipment["checkpoints"]
    ]
    said = "\n".join([f"{spoken(shipment).capitalize()}. {expected(shipment)}", *steps[-5:]])
    turn.show(messages.with_buttons(said, messages.web_url("At the carrier", shipment["tracking_url"])))


def spoken(shipment: dict[str, Any]) -> str:
    return str(shipment["status"]).replace("_", " ")


def expected(shipment: dict[str, Any]) -> str:
    if shipment["status"] == "delivered" or "eta" not in shipment:
        return f"By {shipment['carrier']['name']}, {shipment['service']}"
    before = shipment.get("previous_eta", {}).get("date", shipment["eta"]["date"])
    changed = f", first {before}" if before != shipment["eta"]["date"] else ""
    return f"Expected {shipment['eta']['date']}{changed}"
