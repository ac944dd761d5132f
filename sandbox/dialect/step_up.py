"""Step-up (RFC 9470): what could do harm needs a sign-in a moment ago, with a second factor."""

from datetime import timedelta

from sandbox.dialect.call import Call
from sandbox.kernel.errors import StepUpRequired
from sandbox.ledger.consents import Consent, authorized_at

ONE_FACTOR, TWO_FACTORS = "urn:sandbank:acr:one-factor", "urn:sandbank:acr:two-factors"
CLASSES = (TWO_FACTORS, ONE_FACTOR)
"""Values of `acr`: Sandbank's own, since no bank of ours publishes any."""


def class_of(consent: Consent) -> str:
    """Of the latest sign-in."""
    return TWO_FACTORS if consent.two_factors else ONE_FACTOR


def signed_in_lately(call: Call, within: timedelta) -> None:
    """Raises StepUpRequired where the authorization behind the token is older, or was with one factor."""
    consent, since = call.consent, call.world.now - authorized_at(call.consent)
    if since <= within and consent.two_factors:
        return
    raise StepUpRequired(
        f"the customer signed in {int(since.total_seconds())} seconds ago"
        + ("" if consent.two_factors else ", with one factor"),
        hint="Send the customer to the authorization endpoint with these acr_values and max_age; use the new token.",
        acr_values=TWO_FACTORS,
        max_age=int(within.total_seconds()),
    )
