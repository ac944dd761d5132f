"""A charge that somebody says is wrong."""

from .bank import BankRefused
from .money import of
from .turn import MENU, Sorry, Turn, at

REASONS = (
    ("I do not know it", "unrecognized"),
    ("It was not me", "fraud"),
    ("Charged twice", "duplicate"),
    ("It never came", "not_received"),
    ("Not as described", "not_as_described"),
    ("Wrong amount", "wrong_amount"),
)
KEEPS = 24 * 60 * 60


def wrong(turn: Turn, words: list[str]) -> None:
    """`words`: bank and purchase."""
    slug, purchase_id = words
    at(turn, slug)
    turn.say("What is wrong with it?", [(title, f"dispute {slug} {purchase_id} {code}") for title, code in REASONS])


def dispute(turn: Turn, words: list[str]) -> None:
    slug, purchase_id, reason = words
    bank = at(turn, slug)
    purchase = bank.purchase(purchase_id)
    if not purchase["transaction_ids"]:
        raise Sorry("Nothing was charged for it yet.")
    open_dispute(turn, slug, purchase["transaction_ids"][0], reason)


def dispute_alert(turn: Turn, words: list[str]) -> None:
    """Of a charge that an alert was about. `words`: the ticket that stands for it."""
    [name] = words
    ticket = turn.desk.memory.ticket("charge", name, KEEPS)
    if ticket is None or ticket.psid != turn.psid:
        raise Sorry("That alert is too old. Say “purchases”, and choose the charge there.")
    open_dispute(turn, ticket.value["bank"], ticket.value["transaction_id"], "fraud")


def open_dispute(turn: Turn, slug: str, transaction_id: str, reason: str) -> None:
    bank = at(turn, slug)
    try:
        opened = bank.dispute(transaction_id, reason)
    except BankRefused as error:
        if error.status >= 500:
            raise
        raise Sorry(
            f"{bank.name} cannot take a dispute of that charge (yet): it is pending, too old, or disputed."
        ) from error
    turn.say(f"{bank.name} has opened a dispute over {of(opened['amount'])}. I will tell you how it goes on.", MENU)
