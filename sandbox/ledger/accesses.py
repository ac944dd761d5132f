"""Accesses: who read what of whom, under which consent, for which purpose, and what came of it.

An access is a link of a chain. Its hash is SHA-256 of the hash before it and its own document, so that a chain in which
something was altered, removed, inserted or reordered does not hold any more.
"""

from datetime import datetime
from hashlib import sha256

import msgspec


class Head(msgspec.Struct, frozen=True):
    """The latest link of a chain."""

    chain: str
    number: int
    hash: str
    """In hex."""


class Access(msgspec.Struct, omit_defaults=True):
    """A call to a bank that carried a token of a consent, answered or refused."""

    world: str
    at: datetime
    """By the world's clock."""
    bank: str
    client: str
    consent: str
    customer: str
    operation: str
    status: int
    """Of the answer, in HTTP."""
    purposes: list[str] = []
    """The one that the client stated, or those for which the data was granted; none where no data was read."""
    accounts: tuple[str, ...] = ()
    clusters: tuple[str, ...] = ()
    error: str = ""
    trace: str = ""
    """Under which a refusal is explained."""
    chain: str = ""
    number: int = 0
    """Within the chain, from 1. The chain and this are the store's to fill in, and the heads."""
    heads: tuple[Head, ...] = ()
    """In a chain's first link: where the world's other chains stood."""


encode = msgspec.json.Encoder().encode
decode = msgspec.json.Decoder(Access).decode


def link(previous: bytes, document: bytes) -> bytes:
    """The hash of a link; `previous` is empty before the first."""
    return sha256(previous + document).digest()
