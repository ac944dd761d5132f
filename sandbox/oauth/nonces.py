"""Nonces for DPoP proofs (RFC 9449 8): each names its minute, signed, so that nothing of them need be kept."""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Callable
from functools import cached_property

from sandbox.kernel import ids
from sandbox.store.server_facts import ServerFacts

SLOT = 60_000
"""Milliseconds. A nonce is good in its own slot and in the next."""


class Nonces:
    """`wall` is the machine's clock in milliseconds. Every process of a server makes the same ones."""

    def __init__(self, facts: ServerFacts, wall: Callable[[], int]) -> None:
        self.facts = facts
        self.wall = wall

    def latest(self) -> str:
        return self._of(self.wall() // SLOT)

    def good(self, nonce: str) -> bool:
        now = self.wall() // SLOT
        return any(hmac.compare_digest(nonce.encode(), self._of(slot).encode()) for slot in (now, now - 1))

    def _of(self, slot: int) -> str:
        mac = hmac.digest(self._secret, str(slot).encode(), hashlib.sha256)
        return urlsafe_b64encode(mac[:24]).decode()

    @cached_property
    def _secret(self) -> bytes:
        return self.facts.get("nonce_secret", ids.secret).encode()
