"""Cards: freezing one is easy; unfreezing it wants the person to sign in at the bank again."""

from . import messages
from .bank import Bank, StepUp
from .turn import MENU, Turn, at, linked

DEEDS = {"active": ("Freeze", "freeze"), "frozen": ("Unfreeze", "unfreeze")}
"""By a card's status: what can be done, and the command for it."""


def cards(turn: Turn, words: list[str]) -> None:
    drawn = []
    for bank in linked(turn):
        for one in bank.cards():
            deed = DEEDS.get(one["status"])
            buttons = [messages.postback(deed[0], f"{deed[1]} {bank.slug} {one['card_id']}")] if deed else []
            title = f"{one['network'].title()} ending in {one['last4']}"
            drawn.append(messages.card(title, f"{bank.name}, {one['status']}", *buttons))
    if drawn:
        turn.show(messages.carousel(drawn))
    else:
        turn.say("There are no cards on the accounts that you share.", MENU)


def freeze(turn: Turn, words: list[str]) -> None:
    slug, card_id = words
    change(turn, at(turn, slug), card_id, "freeze")


def unfreeze(turn: Turn, words: list[str]) -> None:
    slug, card_id = words
    bank = at(turn, slug)
    try:
        change(turn, bank, card_id, "unfreeze")
    except StepUp as wanted:
        asked = {**wanted.asked, "grant_management_action": "merge", "grant_id": bank.consent}
        then = {"asked": asked, "command": f"unfreeze {slug} {card_id}"}
        button = turn.desk.linking.button(turn.psid, slug, then)
        turn.show(messages.with_buttons(f"{bank.name} wants you to sign in again for that.", button))


def change(turn: Turn, bank: Bank, card_id: str, deed: str) -> None:
    card = bank.set_card(card_id, deed)
    turn.say(f"Your {card['network'].title()} card ending in {card['last4']} is {card['status']} now.", MENU)
