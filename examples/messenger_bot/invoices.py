"""What has to be paid."""

from . import messages
from .money import of
from .turn import MENU, Turn, linked

MOST = 20
DUE = ("open", "scheduled", "partially_paid", "overdue")


def invoices(turn: Turn, words: list[str]) -> None:
    for bank in linked(turn):
        due = [one for one in bank.invoices(MOST) if one["status"] in DUE]
        if not due:
            turn.say(f"There is nothing to pay, as far as {bank.name} knows.", MENU)
            continue
        cards = []
        for one in sorted(due, key=lambda invoice: str(invoice["due_on"])):
            pays_itself = one["autopay"]["enabled"]
            how = "pays itself" if pays_itself else one["status"].replace("_", " ")
            pay = [messages.web_url("Pay", one["pay_url"])] if "pay_url" in one and not pays_itself else []
            title = f"{one['biller']}: {of(one['amount_due'])}"
            cards.append(messages.card(title, f"Due {one['due_on']}, {how}", *pay))
        turn.show(messages.carousel(cards))
