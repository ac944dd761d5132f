"""What the platform told, brought to who answers it."""

import json
import re
from collections.abc import Mapping
from functools import partial
from typing import Any

import requests

from . import (
    accounts,
    alerts,
    cards,
    deliveries,
    disputes,
    invoices,
    offers,
    people,
    privacy,
    purchases,
    receipts,
    welcome,
)
from .bank import BankRefused, NotLetIn
from .banks import BANKS
from .turn import MENU, Answer, Desk, Sorry, Turn

FIELDS = "messages,messaging_postbacks,messaging_account_linking,messaging_optins,messaging_handovers,standby"
"""Of webhooks."""


COMMANDS: Mapping[str, Answer] = {
    "start": welcome.start,
    "link": welcome.link,
    "lost": welcome.lost,
    "fine": welcome.fine,
    "balance": accounts.balance,
    "activity": accounts.activity,
    "purchases": purchases.recent,
    "more": purchases.page,
    "receipt": receipts.receipt,
    "deliveries": deliveries.deliveries,
    "track": deliveries.track,
    "invoices": invoices.invoices,
    "offers": offers.offers,
    "activate": offers.activate,
    "stop-offers": offers.stop,
    "cards": cards.cards,
    "freeze": partial(cards.change, deed="freeze"),
    "unfreeze": partial(cards.change, deed="unfreeze"),
    "wrong": disputes.wrong,
    "dispute": disputes.dispute,
    "dispute-alert": disputes.dispute_alert,
    "talk": people.talk,
    "privacy": privacy.privacy,
    "accesses": privacy.accesses,
    "unlink": privacy.unlink,
    "forget": privacy.forget,
}
"""The first word of a payload."""

PHRASES: tuple[tuple[str, str], ...] = (
    (r"forget me|delete my data", "forget"),
    (r"what did you read|who read", "accesses"),
    (r"unlink|log ?out|disconnect", "unlink"),
    (r"privacy|my data|gdpr|ccpa", "privacy"),
    (r"stop offers|no (more )?offers|unsubscribe", "stop-offers"),
    (r"human|person|agent|somebody", "talk"),
    (r"\blink\b|connect|log ?in", "link"),
    (r"balance|how much", "balance"),
    (r"purchase|bought|receipt|dispute", "purchases"),
    (r"transaction|activity|happened", "activity"),
    (r"deliver|parcel|package|shipment|where is", "deliveries"),
    (r"bill|invoice|due", "invoices"),
    (r"offer|deal|cash ?back", "offers"),
    (r"card|freeze|stolen|lost", "cards"),
    (r"^(hi|hello|hey|start|help|menu)\b", "start"),
)
"""What people write, the first that fits. A language model could do better, and would have to be told less than all."""


def understood(text: str) -> str:
    said = text.casefold()
    return next((command for pattern, command in PHRASES if re.search(pattern, said)), "lost")


class Bot:
    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def told_by_platform(self, psid: str, body: str) -> None:
        """One event of table `messaging`."""
        event = json.loads(body)
        turn = Turn(self.desk, psid)
        kind = next((kind for kind in KINDS if kind in event), "")
        if kind:
            KINDS[kind](self, turn, event)

    def told_by_bank(self, psid: str, body: str) -> None:
        alerts.told(self.desk, psid, json.loads(body))

    def message(self, turn: Turn, event: dict[str, Any]) -> None:
        message = event["message"]
        if message.get("is_echo"):
            return  # our own words
        payload = message.get("quick_reply", {}).get("payload")
        self.answer(turn, event, payload or understood(message.get("text", "")))

    def postback(self, turn: Turn, event: dict[str, Any]) -> None:
        self.answer(turn, event, event["postback"]["payload"])

    def account_linking(self, turn: Turn, event: dict[str, Any]) -> None:
        if event["account_linking"]["status"] == "unlinked":
            privacy.end_all(turn)
            return
        found = self.desk.linking.complete(turn.psid, event["account_linking"].get("authorization_code", ""))
        if found is None:
            turn.say("That did not work: the sign-in was not yours, or it took too long. Please try again.")
        elif "command" in found.then:
            self.run(turn, found.then["command"])
        else:
            bank = BANKS[found.link.bank].name
            turn.say(f"{bank} is linked. I read only what you ask about. What would you like to know?", MENU)

    def optin(self, turn: Turn, event: dict[str, Any]) -> None:
        if event["optin"].get("type") == "notification_messages":
            offers.opted_in(turn, event["optin"])

    def handover(self, turn: Turn, event: dict[str, Any]) -> None:
        """The conversation is ours again, if we are the one that it was passed to."""
        if self.desk.memory.is_with_person(turn.psid):
            people.back(turn)

    def answer(self, turn: Turn, event: dict[str, Any], payload: str) -> None:
        now = int(event["timestamp"])
        before = self.desk.memory.heard(turn.psid, now)
        if self.desk.memory.is_with_person(turn.psid):
            return
        self.desk.graph.act(turn.psid, "typing_on")
        welcome.introduce(turn, before, now)
        self.run(turn, payload)

    def run(self, turn: Turn, payload: str) -> None:
        command, *words = payload.split()
        try:
            COMMANDS.get(command, welcome.lost)(turn, words)
        except Sorry as error:
            turn.say(str(error), MENU)
        except NotLetIn:
            turn.say("Your bank does not let me in any more. You may have ended it there, or it ran out.")
            welcome.link(turn, [])
        except (BankRefused, requests.RequestException):
            turn.say("Your bank could not answer that. Please try again in a while.", MENU)
            raise  # into the log, with the trace


KINDS = {
    "message": Bot.message,
    "postback": Bot.postback,
    "account_linking": Bot.account_linking,
    "optin": Bot.optin,
    "pass_thread_control": Bot.handover,
}
"""By the member that an event has beside sender, recipient and timestamp."""
