"""What banks tell of their own accord, brought to the person. A bank's message holds references and little else. When
it says that a consent has ended, the bot falls silent and forgets."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from . import messages, offers, templates
from .bank import Bank
from .banks import BANKS
from .graph import OutsideWindow
from .memory import Link
from .money import of
from .turn import Desk

Data = dict[str, Any]


@dataclass(frozen=True)
class Alert:
    """A template with its values, and what can be answered while the conversation is open."""

    template: str
    values: tuple[str, ...]
    replies: messages.QuickReplies = ()


def low_balance(desk: Desk, link: Link, data: Data) -> Alert:
    return Alert("low_balance", (BANKS[link.bank].name, of(data["amount"]), of(data["threshold"])))


def charge(desk: Desk, link: Link, data: Data) -> Alert | None:
    if "large" not in data["rule_hits"] or data["direction"] != "debit":
        return None
    value = {"bank": link.bank, "transaction_id": data["transaction_id"]}
    ticket = desk.memory.issue("charge", link.psid, value)
    replies = (("It was me", "fine"), ("Dispute", f"dispute-alert {ticket}"), ("Freeze a card", "cards"))
    by = data["merchant_name"] or "somebody"
    return Alert("large_charge", (BANKS[link.bank].name, of(data["amount"]), by), replies)


def shipment(desk: Desk, link: Link, data: Data) -> Alert:
    expected = data["eta"]["date"] if "eta" in data else "not known"
    replies = (("Where is it?", f"track {link.bank} {data['shipment_id']}"),)
    values = (data["carrier"]["name"], data["status"].replace("_", " "), expected)
    return Alert("delivery_update", values, replies)


def invoice(desk: Desk, link: Link, data: Data) -> Alert | None:
    if data["status"] == "scheduled":
        return None  # it pays itself
    return Alert("invoice_due", (data["biller"], of(data["amount_due"]), data["due_on"]), (("Show", "invoices"),))


def dispute(desk: Desk, link: Link, data: Data) -> Alert | None:
    if data["old"] is None:
        return None  # it was opened, which the person did
    return Alert("dispute_update", (BANKS[link.bank].name, str(data["new"]).replace("_", " ")))


def consent_ends(desk: Desk, link: Link, data: Data) -> Alert:
    return Alert("consent_ends", (BANKS[link.bank].name,), (("Link again", "link"),))


def offer(desk: Desk, link: Link, data: Data) -> None:
    """Advertising: never in a template, and only to who agreed to be sent it."""
    token = desk.memory.offers_token(link.psid)
    if token:
        offered = Bank(desk.clients[link.bank], desk.memory, link).get(f"offers/{data['offer_id']}")
        desk.graph.send_to_opt_in(token, messages.carousel([offers.card_of(link.bank, offered)]))


def ended(desk: Desk, link: Link, data: Data) -> None:
    desk.memory.unlink(link.psid, link.bank)


ALERTS: Mapping[str, Callable[[Desk, Link, Data], Alert | None]] = {
    "balance.low": low_balance,
    "transaction.created": charge,
    "shipment.delivered": shipment,
    "shipment.delayed": shipment,
    "invoice.due_soon": invoice,
    "dispute.status_changed": dispute,
    "offer.available": offer,
    "consent.reauth_required": consent_ends,
    "consent.revoked": ended,
    "consent.expired": ended,
}
"""By the type of the event, which are also those that the bot subscribes to."""


def told(desk: Desk, psid: str, event: Data) -> None:
    """An event of a bank, about the person's consent."""
    data = event["data"]
    link = desk.memory.link_of_consent(data["consent_id"])
    if link is None or link.psid != psid:
        return  # unlinked while it waited: what there was to say is nobody's business any more
    made = ALERTS.get(event["type"].removeprefix("sandbox."))  # whatever was asked for, consent.* comes as well
    alert = made(desk, link, data) if made else None
    if alert is None or desk.memory.is_with_person(psid):
        return
    try:
        words = templates.text_of(alert.template, *alert.values)
        desk.graph.send(psid, messages.text(words, alert.replies), "UPDATE")
    except OutsideWindow:
        desk.graph.send(psid, templates.filled(alert.template, *alert.values), "UTILITY")
