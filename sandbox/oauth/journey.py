"""How far a person has come on their way through a bank's pages."""

from enum import StrEnum

import msgspec

from sandbox.ledger.consent_requests import ConsentRequest
from sandbox.oauth.door import NOBODY, Visitor


class Step(StrEnum):
    LOGIN = "login"
    OTP = "otp"
    """The second factor, whichever it is."""
    ACCOUNTS = "accounts"
    REVIEW = "review"


class Journey(msgspec.Struct, frozen=True):
    journey_id: str
    bank: str
    world_id: str
    client_id: str
    issuer: str
    redirect_uri: str
    asked_redirect_uri: str
    asked: ConsentRequest
    state: str
    code_challenge: str
    csrf: str
    nonce: str = ""
    auth_time: int = 0
    """When the customer had signed in: seconds since 1970, by the machine's clock."""
    dpop_jkt: str = ""
    two_factors: bool = False
    """Whether the client asked for no less."""
    step: Step = Step.LOGIN
    visitor: Visitor = NOBODY
    account_ids: tuple[str, ...] = ()
