"""How sure the sign-in has to be (`acr_values`) and how fresh (`max_age`): RFC 9470 4, OIDC Core 3.1.2.1. Here every
authorization signs the customer in anew, so that any age is kept."""

from sandbox.dialect.step_up import CLASSES, TWO_FACTORS
from sandbox.oauth.rules.request import AuthorizationRequest


def sign_in(request: AuthorizationRequest) -> None:
    max_age, wanted = request.value("max_age"), request.value("acr_values").split()
    if max_age and not (max_age.isascii() and max_age.isdecimal() and len(max_age) <= 9):
        request.refuse("invalid_request", "max_age is a number of seconds", max_age=max_age[:80])
    known = [one for one in wanted if one in CLASSES]
    if wanted and not known:
        request.refuse(
            "unmet_authentication_requirements",
            "no sign-in here is of any of these acr_values",
            asked=wanted[:20],
            offered=list(CLASSES),
        )
    request.two_factors = bool(known) and all(one == TWO_FACTORS for one in known)
