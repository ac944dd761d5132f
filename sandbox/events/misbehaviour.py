"""A sender that fails as senders do: it loses, repeats, mixes up and delays messages, and signs them wrongly.

What befalls a message follows from the seed and the message alone, so that a run in which a receiver failed can be
played again.
"""

from collections.abc import Mapping

from sandbox.kernel import ids
from sandbox.ledger.subscriptions import BEHAVED, Misbehaviour

FAULTS: Mapping[str, str] = {
    "drop": "It is never sent, as though it had been.",
    "duplicate": "It is sent twice.",
    "reorder": "Up to three later ones are sent before it.",
    "delay": "It is sent so many seconds later.",
    "bad_signature": "It is signed by a secret that the receiver does not have.",
    "stale_timestamp": "Its timestamp is ten minutes old. The signature is good.",
    "rotated_secret": "A signature by a secret that the receiver does not have stands before the good one.",
}
"""By their name, what befalls a message."""

STEP = 1_000_000
PLACES = 10
"""Numbers in the order of sending for each event, so that one can be put between two others."""


def faults(how: Misbehaviour, message_id: str) -> list[str]:
    """What befalls a message."""
    if how == BEHAVED:
        return []
    return [
        name
        for name in FAULTS
        if ids.number("fault", how.seed, name, message_id) % STEP < round(getattr(how, name) * STEP)
    ]


def place(number: int, message_id: str, befallen: list[str]) -> int:
    """Where a message comes in the order of sending."""
    later = 1 + ids.number("later", message_id) % 3 if "reorder" in befallen else 0
    return (number + later) * PLACES + (1 if later else 0)
