"""To whom a token is bound: to a key, which proves itself by DPoP (RFC 9449), or to a certificate (RFC 8705).

What it is bound to is written `jkt:` or `x5t:` with the thumbprint of the one or the other.
"""

from collections.abc import Mapping

from sandbox.dialect.bank import Bank
from sandbox.dialect.call import Asked
from sandbox.kernel.errors import CertificateMismatch, ProofInvalid, TokenBound, TokenUnbound
from sandbox.ledger.clients import Client
from sandbox.oauth.certificates import thumbprint
from sandbox.oauth.dpop import Proofs
from sandbox.oauth.refusals import Because, refuse
from sandbox.store.grants import Grants, StoredToken

CONFIRMATIONS = {"jkt": "jkt", "x5t": "x5t#S256"}
"""How introspection and JWT access tokens name what a token is bound to (RFC 9449 6, RFC 8705 3.1)."""


def confirmation(bound_to: str) -> dict[str, str]:
    """The value of `cnf`."""
    kind, _, print_ = bound_to.partition(":")
    return {CONFIRMATIONS[kind]: print_}


def bound_to(cnf: Mapping[str, str]) -> str:
    """The other way round: of a `cnf` with one member."""
    [(name, print_)] = cnf.items()
    return next(kind for kind, known in CONFIRMATIONS.items() if known == name) + f":{print_}"


def must_be_bound(bank: Bank, client: Client) -> bool:
    """Whether a client gets no tokens that work for whoever bears them."""
    by_itself = client.dpop_bound_access_tokens or client.tls_client_certificate_bound_access_tokens
    return by_itself or bank.oauth.demands(client).sender_constrained


def token_type(bank: Bank, bound_to: str) -> str:
    """RFC 9449 5; a token that is bound to a certificate is a bearer token all the same (RFC 8705 3)."""
    return "DPoP" if bound_to.startswith("jkt:") else bank.oauth.token_type


class Bindings:
    def __init__(self, proofs: Proofs, grants: Grants) -> None:
        self.proofs = proofs
        self.grants = grants

    def of_request(self, bank: Bank, client: Client, asked: Asked) -> str:
        """What the tokens of a token request are to be bound to; empty: to nothing. Raises Because."""
        constrained = bank.oauth.demands(client).sender_constrained
        if "dpop" in asked.headers or client.dpop_bound_access_tokens:
            return "jkt:" + self.proven_key(bank, client, asked)
        if asked.certificate is not None and (constrained or client.tls_client_certificate_bound_access_tokens):
            return "x5t:" + thumbprint(asked.certificate)
        if client.tls_client_certificate_bound_access_tokens:
            refuse("invalid_request", "this client's tokens are bound to its certificate, and the request shows none")
        if constrained:
            refuse("invalid_dpop_proof", "this client's tokens are bound to a key or certificate: a proof is missing")
        return ""

    def proven_key(self, bank: Bank, client: Client, asked: Asked) -> str:
        """The thumbprint of the key by which a request to the authorization server is proven. Raises Because."""
        wanted = bank.oauth.demands(client).dpop_nonce
        try:
            return self.proofs.thumbprint(asked, client.world_id, nonce_wanted=wanted)
        except ProofInvalid as error:
            raise Because(error.code, error.detail, error.facts, hint=error.hint) from None

    def check(self, bank: Bank, token: StoredToken, asked: Asked, scheme: str, text: str) -> None:
        """That whoever shows a bound token is the one to whom it was given. Raises TokenInvalid."""
        kind, _, expected = token.bound_to.partition(":")
        if kind == "jkt":
            self._check_key(bank, token, asked, scheme, text, expected)
        elif scheme == "dpop":
            raise TokenUnbound("the token was given to no key, and came with the scheme DPoP")
        elif kind == "x5t":
            shown = thumbprint(asked.certificate) if asked.certificate is not None else None
            if shown != expected:
                raise CertificateMismatch(
                    "the connection shows another certificate than the token was given to"
                    if shown
                    else "the token was given to a certificate, and the connection shows none",
                    expected=expected,
                    got=shown,
                )

    def _check_key(  # noqa: PLR0917 (what was shown, and what was expected)
        self, bank: Bank, token: StoredToken, asked: Asked, scheme: str, text: str, expected: str
    ) -> None:
        if scheme != "dpop":
            raise TokenBound("the token was given to a key, and came with the scheme Bearer")
        client = self.grants.client(bank.slug, token.client_id)
        wanted = client is not None and bank.oauth.demands(client).dpop_nonce
        shown = self.proofs.thumbprint(asked, token.world_id, nonce_wanted=wanted, access_token=text)
        if shown != expected:
            raise ProofInvalid("the proof is by another key than the token was given to", expected=expected, got=shown)
