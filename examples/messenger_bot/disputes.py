"""A charge that somebody says is wrong."""

from .bank import BankRefused
from .money import of
from .turn import MENU, Sorry, Turn

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
    turn.at(words[0])
    asked = " ".join(words)
    turn.say("What is wrong with it?", [(title, f"dispute {asked} {code}") for title, code in REASONS])


def dispute(turn: Turn, words: list[str]) -> None:
    slug, purchase_id, reason = words
    charged = turn.at(slug).get(f"purchases/{purchase_id}")["transaction_ids"]
    if not charged:
        raise Sorry("Nothing was charged for it yet.")
    open_dispute(turn, slug, charged[0], reason)


def dispute_alert(turn: Turn, words: list[str]) -> None:
    """Of a charge that an alert was about. `words`: the ticket that stands for it."""
    ticket = turn.desk.memory.ticket("charge", words[0], KEEPS)
    if ticket is None or ticket.psid != turn.psid:
        raise Sorry("That alert is too old. Say “purchases”, and choose the charge there.")
    open_dispute(turn, ticket.value["bank"], ticket.value["transaction_id"], "fraud")


def open_dispute(turn: Turn, slug: str, transaction_id: str, reason: str) -> None:
    bank = turn.at(slug)
    try:
        opened = bank.post("disputes", transaction_id=transaction_id, reason=reason)
    except BankRefused as error:
        if error.status >= 500:
            raise
        why = f"{bank.name} cannot take a dispute of that charge (yet): it is pending, too old, or disputed."
        raise Sorry(why) from error
    turn.say(f"{bank.name} has opened a dispute over {of(opened['amount'])}. I will tell you how it goes on.", MENU)
