"""Logins that choose an outcome. One table, the same at every bank; all have the password `sandbank`."""

from dataclasses import dataclass

PASSWORD = "sandbank"
OTP = "123456"
SLOW = "slow"
SLOW_SECONDS = 3.0
"""By the machine's clock: how long every page of a login with `+slow` takes, and the way back to the client."""


@dataclass(frozen=True, slots=True)
class Magic:
    outcome: str
    """The step at which the journey turns, and how: see journeys.py."""
    text: str


LOGINS = {
    "wrong-password": Magic("wrong_password", "The bank does not accept the password, whatever is typed."),
    "locked": Magic("locked", "The bank has locked the login after too many tries."),
    "otp-wrong": Magic("otp_wrong", "No one-time code is ever right; the third try ends the journey."),
    "otp-expired": Magic("otp_expired", "The one-time code has run out; a new one runs out as well."),
    "no-accounts": Magic("no_accounts", "Signed in, but there is no account that could be shared."),
    "bank-down": Magic("bank_down", "The bank's sign-in is not available: temporarily_unavailable goes to the client."),
    "cancels": Magic("cancels", "The customer turns back after signing in: access_denied goes to the client."),
}
