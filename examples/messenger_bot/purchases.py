"""What was bought, as cards with a picture."""

from typing import Any

from . import messages
from .money import of
from .turn import Turn

PAGE = 9
"""Cards of purchases; the tenth leads on."""


def recent(turn: Turn, words: list[str]) -> None:
    for bank in turn.linked():
        page(turn, [bank.slug])


def page(turn: Turn, words: list[str]) -> None:
    """`words`: the bank, and the cursor if it is not the first page."""
    slug, *cursor = words
    bank = turn.at(slug)
    found = bank.get("purchases", limit=PAGE, cursor=cursor)
    cards = [card_of(slug, one) for one in found["purchases"]]
    if found["next_cursor"]:
        more = messages.postback("Show more", f"more {slug} {found['next_cursor']}")
        cards.append(messages.card("Earlier purchases", bank.name, more))
    turn.show_cards(cards, f"There are no purchases at {bank.name}.")


def card_of(slug: str, purchase: dict[str, Any]) -> dict[str, Any]:
    """With what can be done about it."""
    purchase_id = purchase["purchase_id"]
    buttons = [messages.postback("Receipt", f"receipt {slug} {purchase_id}")] if "receipt" in purchase else []
    if purchase.get("shipments"):
        buttons.append(messages.postback("Track", f"track {slug} {purchase['shipments'][-1]['shipment_id']}"))
    buttons.append(messages.postback("Something is wrong", f"wrong {slug} {purchase_id}"))
    return messages.card(
        f"{purchase['merchant']['name']}: {of(purchase['totals']['total'])}",
        f"{purchase['placed_at'][:10]}, {purchase['status'].replace('_', ' ')}",
        *buttons,
        image_url=purchase["merchant"]["logo_url"],
    )
