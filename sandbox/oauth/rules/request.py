"""An authorization request on its way through the rules, and the refusal of one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Never

from sandbox.dialect.bank import Bank
from sandbox.dialect.policy import Demands
from sandbox.ledger.clients import Client
from sandbox.ledger.consent_requests import ConsentRequest
from sandbox.ledger.consents import Consent
from sandbox.oauth.refusals import Because, OAuthRefused
from sandbox.oauth.signed import Signatures

if TYPE_CHECKING:
    from sandbox.oauth.pushed import Pushed


@dataclass(slots=True)
class AuthorizationRequest:
    """`values` holds every parameter with all its values; the rules fill in what they have found good."""

    bank: Bank
    issuer: str
    values: Mapping[str, list[str]]
    find_client: Callable[[str, str], Client | None]
    signatures: Signatures
    pull: Callable[[Client, str], "Pushed | str"]
    """What was pushed under a `request_uri`, or what is wrong with that."""
    pushed: bool = False
    """Whether it came over the back channel."""
    request_uri: str = ""
    """The reference by which it came, if it did."""
    signed: bool = False
    """Whether it came as an object that the client signed."""
    client: Client | None = None
    redirect_uri: str = ""
    """Where the answer goes; empty until it is known good."""
    asked_redirect_uri: str = ""
    """As sent, and to be repeated at the token endpoint; empty where it was left out."""
    scope: str = ""
    state: str = ""
    code_challenge: str = ""
    dpop_jkt: str = ""
    """The thumbprint of the key to which the code is bound."""
    proven_key: str = ""
    """The thumbprint of the key by which a pushed request was proven."""
    active_consent: Callable[[str], Consent | None] = lambda _: None
    """A consent of any client, where it works now."""
    consent_request: ConsentRequest | None = None
    nonce: str = ""
    two_factors: bool = False
    """Whether one factor is too few (acr_values)."""

    def value(self, name: str) -> str:
        return self.values.get(name, [""])[0]

    @property
    def known_client(self) -> Client:
        assert self.client is not None, "the rules that come after known_client have a client"
        return self.client

    @property
    def asked(self) -> ConsentRequest:
        assert self.consent_request is not None, "the rules that come after authorization_details know what is asked"
        return self.consent_request

    @property
    def demands(self) -> Demands:
        return self.bank.oauth.demands(self.known_client)

    def refuse(self, error: str, description: str, **facts: object) -> Never:
        raise AuthorizationRefused(self, error, description, facts)


class AuthorizationRefused(Exception):
    """`request.redirect_uri` is empty where the refusal must stay on our own page."""

    def __init__(
        self, request: AuthorizationRequest, error: str, description: str, facts: Mapping[str, object]
    ) -> None:
        self.request = request
        self.error = error
        self.description = description
        self.facts = facts
        super().__init__(f"{error}: {description}")

    @property
    def answer(self) -> dict[str, str]:
        """As the client is told, where it may be."""
        return {"error": self.error, "error_description": self.description}

    def explained(self) -> OAuthRefused:
        return OAuthRefused(Because(self.error, self.description, self.facts))
