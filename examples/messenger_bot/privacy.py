"""What was read, and the end of it."""

import logging
from typing import Any

import requests

from . import messages
from .bank import Bank
from .settings import Settings
from .turn import MENU, Turn

LOG = logging.getLogger(__name__)


def privacy(turn: Turn, words: list[str]) -> None:
    text = "I read what you ask about, when you ask, and keep none of it. See what I read, unlink, or be forgotten."
    read, forget = messages.postback("What did you read?", "accesses"), messages.postback("Forget me", "forget")
    is_linked = bool(turn.desk.memory.links(turn.psid))
    link = messages.account_unlink() if is_linked else messages.postback("Link", "link")
    turn.show(messages.with_buttons(text, read, link, forget))


def accesses(turn: Turn, words: list[str]) -> None:
    """By the bank's own record, not by ours."""
    for bank in turn.linked():
        uses = uses_of(turn.desk.settings, bank)
        if uses is None:
            turn.say(f"{bank.name} keeps the record, and shows it on its own pages.", MENU)
            continue
        lines = [f"{one['reads']} × {one['operation']}, last {one['last_at'][:16].replace('T', ' ')}" for one in uses]
        turn.say("\n".join([f"On record at {bank.name}:", *(lines or ["nothing"])]), MENU)


def uses_of(settings: Settings, bank: Bank) -> list[dict[str, Any]] | None:
    """Banks show the record to their customers. That it can be asked for is Sandbank's own: None elsewhere."""
    if not settings.access_log_url:
        return None
    url = f"{settings.access_log_url}/consents/{bank.consent}/accesses"
    answer = requests.get(url, params={"world": settings.world}, timeout=30)
    answer.raise_for_status()
    return list(answer.json()["summary"]["uses"])


def unlink(turn: Turn, words: list[str]) -> None:
    """The platform tells us by a webhook when it is done; what we have from the banks goes at once."""
    turn.say(
        "I have forgotten what I had from your banks. They may list the consent for some time: you can end it there."
    )
    end_all(turn)
    turn.desk.graph.unlink(turn.psid)


def forget(turn: Turn, words: list[str]) -> None:
    """The last that is said. From here on there is nobody whom we know."""
    turn.say("Everything that I knew about you is deleted. If you write again, we begin anew.")
    had_links = end_all(turn)
    turn.desk.memory.forget(turn.psid)
    if had_links:
        turn.desk.graph.unlink(turn.psid)


def end_all(turn: Turn) -> bool:
    """Whether there was anything to end. We let go first: a bank that does not answer does not hold that up."""
    banks = turn.desk.banks(turn.psid)
    for bank in banks:
        turn.desk.memory.unlink(turn.psid, bank.slug)
        try:
            bank.end()
        except requests.RequestException:
            LOG.exception("the consent %s at %s could not be ended", bank.consent, bank.name)
    return bool(banks)
