"""Offers are advertising. They are shown to who asks and told their bank that they want them; they are sent, without
being asked for, to who in addition told the platform."""

from typing import Any

from . import messages
from .bank import BankRefused
from .turn import MENU, Turn

MOST = 20
RUNNING = ("available", "activated")


def offers(turn: Turn, words: list[str]) -> None:
    agreed = False
    for bank in turn.linked():
        try:
            found = bank.get("offers", limit=MOST)["offers"]
        except BankRefused as error:
            if error.status != 403:
                raise
            refused = f"You have not told {bank.name} that you want offers. To do so, link again and tick the box."
            turn.show(messages.with_buttons(refused, turn.desk.linking.button(turn.psid, bank.slug)))
        else:
            agreed = True
            running = (card_of(bank.slug, one) for one in found if one["activation"]["state"] in RUNNING)
            turn.show_cards(running, f"There are no offers at {bank.name}.")
    if agreed and not turn.desk.memory.offers_token(turn.psid):
        turn.show(messages.ask_for_opt_in("Offers as they come", "offers-opt-in"))


def card_of(slug: str, offer: dict[str, Any]) -> dict[str, Any]:
    can_be_taken = offer["activation"]["required"] and offer["activation"]["state"] == "available"
    take = [messages.postback("Activate", f"activate {slug} {offer['offer_id']}")] if can_be_taken else []
    subtitle = offer["description"] if can_be_taken else f"Active. {offer['description']}"
    return messages.card(offer["title"], subtitle, *take, image_url=offer["merchant"]["logo_url"])


def activate(turn: Turn, words: list[str]) -> None:
    slug, offer_id = words
    offer = turn.at(slug).post(f"offers/{offer_id}/activate", channel="messenger")
    turn.say(f"“{offer['title']}” is active until {offer['valid']['to'][:10]}. {offer['terms']}", MENU)


def opted_in(turn: Turn, optin: dict[str, Any]) -> None:
    """What the platform tells when somebody agrees, stops, or goes on."""
    stopped = optin.get("notification_messages_status") == "STOP_NOTIFICATIONS"
    turn.desk.memory.set_offers_token(turn.psid, "" if stopped else optin["notification_messages_token"])
    if not stopped:
        turn.say("I will tell you when there is an offer. You can stop that whenever you like.", MENU)


def stop(turn: Turn, words: list[str]) -> None:
    turn.desk.memory.set_offers_token(turn.psid, "")
    turn.say("I will not send you offers any more.", MENU)
