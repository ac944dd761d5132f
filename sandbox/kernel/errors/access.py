"""Who asks, and what they may see."""

from sandbox.kernel.errors.root import SandbankError

BAD_TOKEN = 'Bearer error="invalid_token"'
PROOF_ALGORITHMS = ("ES256", "PS256", "RS256", "EdDSA", "Ed25519")
"""By which DPoP proofs may be signed."""
DPOP = f'DPoP algs="{" ".join(PROOF_ALGORITHMS)}"'


class Unauthorized(SandbankError):
    status = 401
    challenge = BAD_TOKEN
    rule = "A call to a bank's data needs a live access token."


class TokenMissing(Unauthorized):
    challenge = 'Bearer realm="accounts"'
    rule = "A call to a bank's data carries `Authorization: Bearer <access token>`."


class TokenInvalid(Unauthorized):
    rule = "The access token must be one that this bank issued."


class TokenExpired(TokenInvalid):
    rule = "The access token must not be older than its lifetime."


class TokenBound(TokenInvalid):
    challenge = f"{BAD_TOKEN}, {DPOP}"
    rule = "A token that was given to a key is shown with the scheme DPoP and a proof by that key (RFC 9449 7.1)."


class TokenUnbound(TokenInvalid):
    challenge = f'{DPOP}, error="invalid_token"'
    rule = "A token that was given to no key is shown with the scheme Bearer (RFC 9449 7.1)."


class ProofInvalid(TokenInvalid):
    code = "invalid_dpop_proof"
    """What an OAuth endpoint calls it."""
    challenge = f'{DPOP}, error="invalid_dpop_proof"'
    rule = "A DPoP proof fits its request and its token, is fresh, and was never used (RFC 9449 4.3)."


class ProofNonceWanted(ProofInvalid):
    code = "use_dpop_nonce"
    challenge = f'{DPOP}, error="use_dpop_nonce"'
    rule = "A DPoP proof carries the server's latest nonce, which is in the header DPoP-Nonce (RFC 9449 8, 9)."


class CertificateMismatch(TokenInvalid):
    rule = "A token that was given to a certificate works on a connection with that certificate alone (RFC 8705 3)."


class ConsentRevoked(TokenInvalid):
    rule = "The customer's consent must not have been withdrawn."


class ConsentExpired(TokenInvalid):
    rule = "The customer's consent must not have run out."


class ConsentSuspended(TokenInvalid):
    rule = "The bank must not be holding the consent back. That passes, and nothing has to be done but wait."


class StepUpRequired(Unauthorized):
    rule = "What could do harm needs a sign-in a moment ago, with a second factor (RFC 9470)."

    def __init__(
        self,
        detail: str = "",
        *,
        acr_values: str = "urn:sandbank:acr:two-factors",
        max_age: int = 300,
        hint: str = "",
    ) -> None:
        """`max_age` in seconds."""
        self.challenge = (
            'Bearer error="insufficient_user_authentication", '
            'error_description="A sign-in with a second factor a moment ago is needed", '
            f'acr_values="{acr_values}", max_age="{max_age}"'
        )
        super().__init__(detail, hint=hint, acr_values=acr_values, max_age=max_age)


class Forbidden(SandbankError):
    status = 403
    rule = "The consent must cover what is asked for."


class ClusterNotGranted(Forbidden):
    challenge = 'Bearer error="insufficient_scope"'
    rule = "The customer must have granted the data cluster that this operation reads."


class PurposeNotGranted(Forbidden):
    rule = "What is read must have been granted for the purpose that the client states."


class ScopeInsufficient(Forbidden):
    challenge = 'Bearer error="insufficient_scope"'
    rule = "The access token must carry a scope that this operation asks for."


class MarketingNotGranted(Forbidden):
    rule = "Offers are shown to those alone who agreed to them, apart from sharing their data."


class ClientMismatch(Forbidden):
    challenge = BAD_TOKEN
    rule = "The client named in the request must be the one the token was issued to."


class ControlForbidden(Forbidden):
    rule = "The control API answers the loopback interface only, or callers with the control token."


class ClientUnproven(Unauthorized):
    challenge = "Basic"
    rule = "A client that calls in its own name proves itself with its client_id and client_secret."
