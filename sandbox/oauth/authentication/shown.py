"""What a request shows of the client behind it, before any of it is believed."""

from collections.abc import Mapping
from dataclasses import dataclass

from authlib.oauth2.rfc6749.util import extract_basic_authorization

from sandbox.dialect.bank import Bank
from sandbox.dialect.call import Call
from sandbox.dialect.policy import Demands
from sandbox.ledger.clients import Client
from sandbox.oauth.authority import Authority
from sandbox.oauth.refusals import Because, refuse
from sandbox.oauth.signed import Signatures, unverified
from sandbox.store.grants import Grants

BY_CERTIFICATE = ("tls_client_auth", "self_signed_tls_client_auth")
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@dataclass(slots=True)
class Shown:
    bank: Bank
    grants: Grants
    issuer: str
    """The bank as this client addresses it: an assertion's audience."""
    form: Mapping[str, str]
    client: Client
    signatures: Signatures
    authority: Authority
    certificate: bytes | None = None
    """Of the connection, DER."""
    secret: str = ""
    basic: bool = False

    @property
    def demands(self) -> Demands:
        return self.bank.oauth.demands(self.client)

    def ways(self) -> list[str]:
        """The methods of which the request bears a sign; `none` where it bears none."""
        signs = {
            "client_secret_basic": self.basic,
            "client_secret_post": "client_secret" in self.form,
            "private_key_jwt": "client_assertion" in self.form or "client_assertion_type" in self.form,
        }
        return [way for way, there in signs.items() if there] or [self._by_connection()]

    def _by_connection(self) -> str:
        """A certificate alone is no sign: clients show theirs as well who prove themselves otherwise."""
        registered = self.client.token_endpoint_auth_method
        return registered if registered in BY_CERTIFICATE else "none"


def read(grants: Grants, signatures: Signatures, authority: Authority, call: Call, form: Mapping[str, str]) -> Shown:
    """Raises Because where no client can be made out."""
    bank = call.bank
    client_id, secret, basic = form.get("client_id", ""), form.get("client_secret", ""), False
    authorization = call.headers.get("authorization", "")
    if authorization[:6].lower() == "basic ":
        basic = True
        try:
            named, secret = extract_basic_authorization({"Authorization": authorization})
        except ValueError as error:
            raise unproven("the Basic credentials cannot be read") from error
        if not named:
            raise unproven("the Basic credentials cannot be read")
        if client_id not in ("", named):
            refuse("invalid_request", "client_id in the form is not the client that authenticates")
        client_id = named
    if not client_id and "client_assertion" in form:
        client_id = str(unverified(form["client_assertion"]).get("sub", ""))  # RFC 7521 4.2: it need not be said twice
    if not client_id:
        raise unproven("the request does not say which client it comes from")
    client = grants.client(bank.slug, client_id)
    if client is None:
        raise unproven(f"no client of that id is registered at {bank.name}", client_id=client_id)
    certificate = call.asked.certificate
    return Shown(bank, grants, call.base_url, form, client, signatures, authority, certificate, secret or "", basic)


def unproven(description: str, **facts: object) -> Because:
    return Because("invalid_client", description, facts, status=401)
