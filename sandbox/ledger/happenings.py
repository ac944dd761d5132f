"""Happenings: that something happened in a world, as a message may tell it. A happening holds references and what a
person may see on a lock screen; never a number of an account or card, never a token: who wants more has to ask with a
token, so that a revoked consent bites."""

from datetime import datetime
from typing import Any

import msgspec


class Happening(msgspec.Struct, frozen=True, omit_defaults=True):
    """`event_id` follows from what happened and when: the same seed, clock and deeds give the same one."""

    event_id: str
    type: str
    """Of the catalogue, without prefix: `purchase.created`."""
    at: datetime
    """By the world's clock; when it was learned, for something put into the past."""
    bank: str
    account_id: str = ""
    """The ledger's name; each client is told its own. Empty for what concerns no account."""
    consent_id: str = ""
    """Where it concerns one consent alone."""
    client_id: str = ""
    """Where it concerns one client alone (webhook.ping)."""
    customer_id: str = ""
    sequences: tuple[int, ...] = ()
    """The account's entries that it is about; each client is told its own names of them, in this order."""
    of: datetime | None = None
    """The instant that it is about, where that is not `at`."""
    data: dict[str, Any] = {}
    """Members of the message beyond those, money as {amount, currency} with a decimal text."""


encode = msgspec.json.Encoder().encode
decode = msgspec.json.Decoder(Happening).decode
