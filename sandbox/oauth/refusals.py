"""Refusals of the authorization server: RFC-shaped to the client, and the exact cause behind the trace id."""

import re
from collections.abc import Mapping
from typing import Any, ClassVar, Never

from authlib.oauth2.rfc6749.errors import OAuth2Error

from sandbox.kernel.errors import SandbankError

NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}
UNPRINTABLE = re.compile(r"[^\x20-\x21\x23-\x5b\x5d-\x7e]")
"""What RFC 6749 5.2 does not let an error_description hold."""

SENTENCES = {
    "invalid_request": "A request carries what its kind needs, each parameter once and well formed (RFC 6749 5.2).",
    "invalid_client": "A client proves that it is who it says, in the way it registered (RFC 6749 2.3, 5.2).",
    "invalid_grant": "A code or refresh token is live, unused and this client's own (RFC 6749 5.2).",
    "unauthorized_client": "A client uses the grant types that are open to it (RFC 6749 5.2).",
    "unsupported_grant_type": "The grant type is one that this endpoint serves (RFC 6749 5.2).",
    "unsupported_response_type": "Only the code flow is offered (RFC 9700 2.1.2).",
    "invalid_scope": "Scopes are the bank's, and no wider than what was granted (RFC 6749 3.3, 6).",
    "access_denied": "The customer agrees (RFC 6749 4.1.2.1).",
    "login_required": "The customer signs in (OIDC Core 3.1.2.6).",
    "invalid_request_uri": "A request_uri is live, unused and this client's own (RFC 9126 2.2, RFC 9101 10).",
    "invalid_request_object": "A request object is signed by the client and says what it must (RFC 9101 6.3).",
    "invalid_authorization_details": "Authorization details have a type and members that the bank knows (RFC 9396 5).",
    "invalid_grant_id": "A grant to merge or replace lives, and is this client's and customer's own (OAuth GM).",
    "invalid_dpop_proof": "A DPoP proof fits its request, is fresh, and was never used (RFC 9449 4.3).",
    "use_dpop_nonce": "A DPoP proof carries the server's latest nonce (RFC 9449 8).",
    "invalid_redirect_uri": "Redirect URIs are absolute, without fragment, and safe (RFC 7591 3.2.2, RFC 9700 2.1).",
    "invalid_client_metadata": "A registration's members are ones that the bank can honour (RFC 7591 3.2.2).",
    "invalid_software_statement": "A software statement is signed by who may vouch (RFC 7591 3.2.2).",
    "invalid_token": "The token is live and was given for this (RFC 6750 3.1).",
}
"""What each error code stands for, as the rule that was broken."""

UNTOLD = {
    "invalid_client": "the client is unknown or did not prove itself",
    "invalid_token": "the token is not good for this",
}
"""What is said where the cause would tell a stranger what is registered."""


class Because(OAuth2Error):  # type: ignore[misc]
    """An error of the protocol with its cause. `description` goes to the client, `facts` and `hint` to the developer
    alone: what was expected and what came, never a secret."""

    def __init__(
        self,
        error: str,
        description: str,
        facts: Mapping[str, object] | None = None,
        *,
        status: int = 400,
        hint: str = "",
    ) -> None:
        super().__init__(UNPRINTABLE.sub("'", description), status_code=status, error=error)
        self.hint = hint
        self.facts = facts or {}


class OAuthRefused(SandbankError):
    """What an OAuth endpoint refuses with, once it is known how. `headers` go with the answer."""

    rule: ClassVar[str] = "OAuth requests must keep to RFC 6749 and its kin."

    def __init__(self, error: OAuth2Error) -> None:
        self.error: str = error.error
        self.status_code: int = error.status_code or 400
        # RFC 6749 5.2: who may try again with credentials is told how.
        scheme = 'Bearer error="invalid_token"' if self.error == "invalid_token" else 'Basic realm="clients"'
        self.headers = {"WWW-Authenticate": scheme} if self.status_code == 401 else {}
        hint, facts = getattr(error, "hint", ""), getattr(error, "facts", {})
        super().__init__(error.description or SENTENCES.get(error.error, ""), hint=hint, **facts)

    @property
    def name(self) -> str:
        return self.error

    @property
    def told(self) -> str:
        """The description that the client gets. Who has proven nothing learns nothing of what is registered."""
        return UNTOLD.get(self.error, self.detail)

    def explain(self) -> dict[str, Any]:
        return {**super().explain(), "rule": SENTENCES.get(self.error, self.rule)}


def refuse(error: str, description: str, *, status: int = 400, hint: str = "", **facts: object) -> Never:
    raise Because(error, description, facts, status=status, hint=hint)
