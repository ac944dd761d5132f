"""What an authorization code stands for."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CodeDocument:
    bank: str
    client_id: str
    consent_id: str
    redirect_uri: str
    """As asked for, and to be repeated; empty where it was left out."""
    scope: str
    code_challenge: str
    code_challenge_method: str = "S256"
    nonce: str = ""
    dpop_jkt: str = ""
    auth_time: int = 0
    """Seconds since 1970, by the machine's clock: when the customer signed in."""
    amr: tuple[str, ...] = ("pwd",)
    """By what (RFC 8176)."""
    replayed_at: int = 0
    """When it was presented once more, the last time, in milliseconds of the world's clock."""
