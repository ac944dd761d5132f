"""What was read, and the end of it."""

import logging

import requests

from . import messages
from .bank import Bank
from .turn import MENU, Turn, linked

LOG = logging.getLogger(__name__)


def privacy(turn: Turn, words: list[str]) -> None:
    text = "I read what you ask about, when you ask, and keep none of it. See what I read, unlink, or be forgotten."
    turn.show(
        messages.with_buttons(
            text,
            messages.postback("What did you read?", "accesses"),
            messages.account_unlink() if turn.desk.memory.links(turn.psid) else messages.postback("Link", "link"),
            messages.postback("Forget me", "forget"),
        )
    )


def accesses(turn: Turn, words: list[str]) -> None:
    """By the bank's own record, not by ours."""
    for bank in linked(turn):
        uses = turn.desk.accesses.uses(bank.consent)
        if uses is None:
            turn.say(f"{bank.name} keeps the record, and shows it on its own pages.", MENU)
            continue
        lines = [f"{one.reads} × {one.operation}, last {one.last_at[:16].replace('T', ' ')}" for one in uses]
        turn.say("\n".join([f"On record at {bank.name}:", *(lines or ["nothing"])]), MENU)


def unlink(turn: Turn, words: list[str]) -> None:
    """The platform tells us by a webhook when it is done; what we have from the banks goes at once."""
    turn.say(
        "I have forgotten what I had from your banks. They may list the consent for some time: you can end it there."
    )
    end_all(turn)
    turn.desk.graph.unlink(turn.psid)


def unlinked(turn: Turn) -> None:
    end_all(turn)


def forget(turn: Turn, words: list[str]) -> None:
    """The last that is said. From here on there is nobody whom we know."""
    turn.say("Everything that I knew about you is deleted. If you write again, we begin anew.")
    had_links = bool(turn.desk.memory.links(turn.psid))
    end_all(turn)
    turn.desk.memory.forget(turn.psid)
    if had_links:
        turn.desk.graph.unlink(turn.psid)


def end_all(turn: Turn) -> None:
    for link in turn.desk.memory.links(turn.psid):
        turn.desk.memory.unlink(turn.psid, link.bank)
        end(Bank(turn.desk.clients[link.bank], turn.desk.memory, link))


def end(bank: Bank) -> None:
    """We have let go already; a bank that does not answer does not hold that up."""
    try:
        bank.end()
    except requests.RequestException:
        LOG.exception("the consent %s at %s could not be ended", bank.consent, bank.name)
