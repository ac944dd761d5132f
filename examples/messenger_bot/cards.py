"""Cards: freezing one is easy; unfreezing it wants the person to sign in at the bank again."""

from typing import Any

from . import messages
from .bank import Bank, StepUp
from .turn import MENU, Turn

DEEDS = {"active": "freeze", "frozen": "unfreeze"}
"""By a card's status, what can be done."""


def cards(turn: Turn, words: list[str]) -> None:
    drawn = [card_of(bank, one) for bank in turn.linked() for one in bank.get("cards")["cards"]]
    turn.show_cards(drawn, "There are no cards on the accounts that you share.")


def card_of(bank: Bank, card: dict[str, Any]) -> dict[str, Any]:
    deed = DEEDS.get(card["status"])
    buttons = [messages.postback(deed.capitalize(), f"{deed} {bank.slug} {card['card_id']}")] if deed else []
    return messages.card(
        f"{card['network'].title()} ending in {card['last4']}", f"{bank.name}, {card['status']}", *buttons
    )


def change(turn: Turn, words: list[str], *, deed: str) -> None:
    """`words`: the bank and the card."""
    slug, card_id = words
    bank = turn.at(slug)
    try:
        card = bank.post(f"cards/{card_id}/{deed}", reason="Asked for in chat")
    except StepUp as wanted:
        asked = {**wanted.asked, "grant_management_action": "merge", "grant_id": bank.consent}
        button = turn.desk.linking.button(turn.psid, slug, {"asked": asked, "command": f"{deed} {slug} {card_id}"})
        turn.show(messages.with_buttons(f"{bank.name} wants you to sign in again for that.", button))
    else:
        turn.say(f"Your {card['network'].title()} card ending in {card['last4']} is {card['status']} now.", MENU)
