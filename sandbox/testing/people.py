"""Somebody of the seed data, in one world."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandbox.testing.consents import Consent
    from sandbox.testing.worlds import Json, World

PASSWORD = "sandbank"
OTP = "123456"


class Persona:
    password = PASSWORD
    otp = OTP

    def __init__(self, world: "World", told: Mapping[str, Any]) -> None:
        self.world = world
        self.told = told
        """Everything that `GET /_sandbox/customers/{username}` tells."""
        self.username: str = told["username"]
        """What they sign in with."""

    def __repr__(self) -> str:
        return f"Persona({self.username!r})"

    def accounts(self, bank: str | None = None) -> "list[Json]":
        return self.world.accounts(self.username, bank)

    def consent(self, bank: str, **more: object) -> "Consent":
        return self.world.consent(bank, self.username, **more)
