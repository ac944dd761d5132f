"""Signing in at a bank: username and password, then the second factor. The same for a client's request and for the
page on which a customer looks after what is shared."""

from datetime import datetime

import msgspec
from msgspec.structs import replace

from sandbox.dialect.bank import Bank
from sandbox.faults.profiles import PROFILES
from sandbox.kernel.errors import CustomerNotFound
from sandbox.ledger.customers import Customer
from sandbox.oauth.factors import FACTORS, LIFETIME, RUN_OUT, TRIES, USUAL, devices
from sandbox.oauth.magic import LOGINS, PASSWORD, SLOW
from sandbox.worlds.worlds import World, Worlds


class Visitor(msgspec.Struct, frozen=True):
    """Somebody at the bank's door, and how far they have come."""

    username: str = ""
    factor: str = USUAL
    device: str = "text"
    """Where the code goes; empty until it is chosen."""
    asked_at: datetime | None = None
    """When the second factor was asked for."""
    tries: int = 0
    proven: bool = False
    slow: bool = False
    profile: str = ""
    """The faults that are to befall whoever reads under the consent."""

    @property
    def outcome(self) -> str:
        """Of a magic login."""
        return LOGINS[self.username].outcome if self.username in LOGINS else ""


NOBODY = Visitor()


class StepRefused(Exception):
    """What the person did is not accepted; they may try again on the same page. `visitor` is who they are by now, where
    that has changed."""

    def __init__(self, title: str, text: str, visitor: Visitor | None = None) -> None:
        self.title = title
        self.text = text
        self.visitor = visitor
        super().__init__(text)


class Stopped(Exception):
    """The bank lets nobody on."""

    def __init__(self, title: str, text: str) -> None:
        self.title = title
        self.text = text
        super().__init__(text)


class OutOfOrder(Exception):
    """The bank's sign-in is not available."""


class TurnedBack(Exception):
    """The customer wants no more of it."""


class Door:
    def __init__(self, worlds: Worlds) -> None:
        self.worlds = worlds

    def password(self, world: World, bank: Bank, visitor: Visitor, login: str, password: str) -> Visitor:
        """Raises StepRefused, Stopped or OutOfOrder."""
        known = self._known(world, login.strip())
        if known is None or password != PASSWORD or known.outcome == "wrong_password":
            raise self._missed(
                visitor,
                "We could not sign you in",
                "The username or the password is not right.",
                "Your login is locked",
            )
        if known.outcome == "locked":
            raise StepRefused("Your login is locked", "Too many tries went wrong. Call the bank to have it unlocked.")
        if known.outcome == "bank_down":
            raise OutOfOrder
        if known.factor == "trusted" and not bank.oauth.second_factor_by_risk:
            known = replace(known, factor=USUAL)
        return replace(
            known,
            asked_at=world.now,
            device="" if known.factor == "devices" else "text",
            proven=known.factor == "trusted",
        )

    def device(self, world: World, visitor: Visitor, name: str) -> Visitor:
        """Send the code there; empty: choose anew. Raises StepRefused."""
        if name and name not in devices(None):
            raise StepRefused("No way is chosen", "Choose where the code should go.")
        return replace(visitor, device=name, asked_at=world.now)

    def again(self, world: World, visitor: Visitor) -> Visitor:
        """Ask once more; the tries that went wrong still count."""
        return replace(visitor, asked_at=world.now)

    def answer(self, world: World, visitor: Visitor, answer: str) -> Visitor:
        """To the second factor. Raises StepRefused, Stopped or TurnedBack."""
        factor, answer = FACTORS[visitor.factor], " ".join(answer.split())
        waited_too_long = visitor.asked_at is not None and world.now - visitor.asked_at > LIFETIME
        if waited_too_long or visitor.outcome == "otp_expired" or answer == RUN_OUT:
            again = self.again(world, visitor)
            raise StepRefused(factor.run_out, "Here is a new one. Use it within ten minutes.", again)
        if visitor.outcome == "otp_wrong" or answer.casefold() != factor.right:
            raise self._missed(visitor, factor.wrong, "Check it and try again.", "Too many wrong answers")
        if visitor.outcome == "cancels":
            raise TurnedBack
        return replace(visitor, proven=True, tries=0)

    def customer(self, world: World, visitor: Visitor) -> Customer | None:
        """Who is signing in; None for a magic login, which is nobody."""
        if not visitor.username or visitor.username in LOGINS:
            return None
        return self.worlds.customer(world, visitor.username)

    def _known(self, world: World, login: str) -> Visitor | None:
        """Who that is, and what was added to the username: a second factor, that the bank is slow, or a profile."""
        name, plus, added = login.rpartition("+")
        if self._is_there(world, login):
            return Visitor(login)
        known = self._known(world, name) if plus else None
        if known is None:
            return None
        if added == SLOW:
            return replace(known, slow=True)
        if added in PROFILES:
            return replace(known, profile=added)
        return replace(known, factor=added) if added in FACTORS else None

    def _is_there(self, world: World, username: str) -> bool:
        if username in LOGINS:
            return True
        try:
            self.worlds.customer(world, username)
        except CustomerNotFound:
            return False
        return True

    @staticmethod
    def _missed(visitor: Visitor, title: str, text: str, last: str) -> StepRefused | Stopped:
        tries = visitor.tries + 1
        if tries >= TRIES:
            return Stopped(last, "For your safety we have stopped here. Start again from the beginning.")
        left = TRIES - tries
        return StepRefused(
            title, f"{text} {left} {'tries are' if left > 1 else 'try is'} left.", replace(visitor, tries=tries)
        )
