"""Addresses that open one receipt without a token, for a while and only as long as the consent lives."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from hashlib import sha256

from sandbox.kernel.clock import from_millis, to_millis
from sandbox.kernel.errors import ReceiptNotFound

LIFETIME = timedelta(minutes=15)
"""By the world's clock (Mastercard's test receipts live as long)."""


@dataclass(frozen=True, slots=True)
class Ticket:
    consent_id: str
    receipt_id: str
    ends_at: datetime

    @property
    def text(self) -> str:
        return f"{self.consent_id}.{self.receipt_id}.{to_millis(self.ends_at)}"


class Links:
    def __init__(self, make_key: Callable[[], str]) -> None:
        """`make_key` gives the server's key, the same in all its processes."""
        self._make_key = make_key

    @cached_property
    def _key(self) -> bytes:
        return self._make_key().encode()

    def sealed(self, ticket: Ticket) -> str:
        return f"{ticket.text}.{self._seal(ticket.text)}"

    def opened(self, sealed: str) -> Ticket:
        """Raises ReceiptNotFound for what this server did not give."""
        text, _, seal = sealed.rpartition(".")
        if not hmac.compare_digest(seal.encode("utf-8", "replace"), self._seal(text).encode()):
            raise ReceiptNotFound("the link is not one that this server gave, or was cut short")
        consent_id, receipt_id, millis = text.split(".")
        return Ticket(consent_id, receipt_id, from_millis(int(millis)))

    def _seal(self, text: str) -> str:
        return hmac.new(self._key, text.encode("utf-8", "replace"), sha256).hexdigest()[:32]
