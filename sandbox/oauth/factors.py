"""The second factor: what a bank asks for after the password. One table; what the sandbox takes for right stands in it,
and on the page that asks.

A person chooses it at sign-in by adding its name to the username (`maya+push`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType

from sandbox.faults.profiles import PROFILES
from sandbox.ledger.customers import Customer
from sandbox.oauth.magic import OTP, SLOW, SLOW_SECONDS

LIFETIME = timedelta(minutes=10)
"""On the world's clock: how long a code, a question or a request on the phone waits for its answer."""
TRIES = 3
RUN_OUT = "999999"
"""A code that is always taken for one that has run out."""
ANSWER = "harbor"
QUESTION = "On which street did you grow up?"
APPROVE = "approve"


@dataclass(frozen=True, slots=True)
class Factor:
    text: str
    """What the bank does, as the login page tells it to a developer."""
    page: str
    """The template that asks."""
    right: str
    """What is accepted."""
    wrong: str
    """What the page says to anything else."""
    run_out: str
    """What it says once it has waited too long."""
    amr: tuple[str, ...]
    """How the customer was proven in all, in the words of RFC 8176."""


_CODE = ("That code is not right", "That code has run out")

FACTORS: Mapping[str, Factor] = MappingProxyType(
    {
        "text": Factor("A one-time code by text message.", "otp.html", OTP, *_CODE, ("pwd", "sms", "mfa")),
        "devices": Factor("Choose first where the one-time code goes.", "otp.html", OTP, *_CODE, ("pwd", "otp", "mfa")),
        "question": Factor(
            "A security question instead of a code.",
            "question.html",
            ANSWER,
            "That is not the answer we know",
            "That question has run out",
            ("pwd", "kba"),
        ),
        "push": Factor(
            "A request to approve in the bank’s app on a phone.",
            "push.html",
            APPROVE,
            "Nobody has approved it yet",
            "That request has run out",
            ("pwd", "swk", "mfa"),
        ),
        "trusted": Factor(
            "No second factor, where a bank (Citi) asks for it by risk: its risk engine sees none.",
            "",
            "",
            "",
            "",
            ("pwd", "rba"),
        ),
    }
)
USUAL = "text"


@dataclass(frozen=True, slots=True)
class Device:
    title: str
    address: str
    """Where a code goes; masked."""


def devices(customer: Customer | None) -> dict[str, Device]:
    """Where a code can be sent, by name. A magic login is nobody, and has the first number of the reserved range."""
    phone = customer.phone[-4:] if customer else "0100"
    name, _, host = (customer.email if customer else "nobody@example.com").partition("@")
    return {
        "text": Device("Text message", f"••• ••• {phone}"),
        "email": Device("Email", f"{name[:1]}•••@{host}"),
        "app": Device("Authenticator app", "the app on your phone"),
    }


def additions(by_risk: bool = True) -> list[tuple[str, str]]:
    """What can be added to a username, and what that does; `by_risk` is whether the bank may do without."""
    factors = [(f"+{name}", one.text) for name, one in FACTORS.items() if by_risk or name != "trusted"]
    return [*factors, (f"+{SLOW}", f"Every page takes {SLOW_SECONDS:g} seconds, and so does the way back to the app.")]


def befalling() -> list[tuple[str, str]]:
    """What else can be added: whatever is read under the consent meets these faults."""
    return [(f"+{name}", profile.text) for name, profile in PROFILES.items()]
