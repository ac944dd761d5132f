"""What has to be paid."""

from typing import Any

from . import messages
from .money import of
from .turn import Turn

MOST = 20
DUE = ("open", "scheduled", "partially_paid", "overdue")


def invoices(turn: Turn, words: list[str]) -> None:
    for bank in turn.linked():
        due = [one for one in bank.get("invoices", limit=MOST)["invoices"] if one["status"] in DUE]
        due.sort(key=lambda invoice: str(invoice["due_on"]))
        turn.show_cards(map(card_of, due), f"There is nothing to pay, as far as {bank.name} knows.")


def card_of(invoice: dict[str, Any]) -> dict[str, Any]:
    pays_itself = invoice["autopay"]["enabled"]
    how = "pays itself" if pays_itself else invoice["status"].replace("_", " ")
    pay = [messages.web_url("Pay", invoice["pay_url"])] if "pay_url" in invoice and not pays_itself else []
    return messages.card(f"{invoice['biller']}: {of(invoice['amount_due'])}", f"Due {invoice['due_on']}, {how}", *pay)
