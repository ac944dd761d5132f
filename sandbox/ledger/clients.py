"""Clients: the applications that customers let read their data. RFC 6749 and RFC 7591 name the members."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Profile(StrEnum):
    EASY = "easy"
    """A plain OAuth client with PKCE works."""
    STRICT = "strict"
    """As the bank, or FAPI, demands."""


@dataclass(frozen=True, slots=True)
class Client:
    """One registration at one bank, in one world. `secret_hash` is empty for a public client."""

    client_id: str
    bank: str
    world_id: str
    name: str
    redirect_uris: tuple[str, ...]
    created_at: datetime
    secret_hash: str = ""
    profile: Profile = Profile.EASY
    purposes: tuple[str, ...] = ("Show your balances and recent purchases in chat",)
    client_uri: str = ""

    @property
    def confidential(self) -> bool:
        return bool(self.secret_hash)
