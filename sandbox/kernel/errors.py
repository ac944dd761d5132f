"""What can go wrong, said once. A bank says how it sounds (`banks/<slug>/errors.py`); OAuth endpoints speak RFC 6749.

Every error carries the rule it enforces, so that `GET /_sandbox/why/{id}` can explain it:
`rule` is the class's sentence, `detail` the case at hand, `facts` what was expected and what came, `hint` what would
work.
A face for an error is looked up along its class's ancestors, so that a bank need not name each of them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class Violation:
    """One way in which a message breaks its document.

    `location` is path, query, header, cookie, body or response; `name` the parameter or a JSON pointer into the body;
    `rule` the keyword broken (required, format, enum, unknown …).
    """

    location: str
    name: str
    rule: str
    message: str
    expected: object = None
    got: object = None

    def as_dict(self) -> dict[str, object]:
        return {key: value for key, value in asdict(self).items() if value is not None}


class SandbankError(Exception):
    """The root. `status` is what a neutral voice (control API, an unknown path) answers; banks choose their own."""

    status: ClassVar[int] = 500
    rule: ClassVar[str] = "Something inside Sandbank failed."
    challenge: str = ""
    """What `WWW-Authenticate` says with it (RFC 6750 3, RFC 9449 7.1)."""
    operation: str = ""
    """The operationId that was refused, once that is known: some banks word an error by it."""

    def __init__(self, detail: str = "", *, hint: str = "", **facts: object) -> None:
        self.detail = detail or self.rule
        self.hint = hint
        self.facts: Mapping[str, object] = facts
        super().__init__(self.detail)

    @property
    def name(self) -> str:
        return type(self).__name__

    @property
    def violations(self) -> Sequence[Violation]:
        return ()

    def explain(self) -> dict[str, Any]:
        """The whole story as JSON: error, rule, detail, facts, violations, hint."""
        story: dict[str, Any] = {"error": self.name, "rule": self.rule, "detail": self.detail}
        if self.facts:
            story["facts"] = dict(self.facts)
        if self.violations:
            story["violations"] = [violation.as_dict() for violation in self.violations]
        if self.hint:
            story["hint"] = self.hint
        return story


# --- The request itself -------------------------------------------------------------------------------------------


class BadRequest(SandbankError):
    status = 400
    rule = "The request must keep to the document of the API it calls."


class InvalidRequest(BadRequest):
    """Carries every violation, not only the first."""

    def __init__(self, violations: Sequence[Violation], *, hint: str = "") -> None:
        self._violations = tuple(violations)
        super().__init__("; ".join(violation.message for violation in violations), hint=hint)

    @property
    def violations(self) -> Sequence[Violation]:
        return self._violations


class InvalidInput(InvalidRequest):
    rule = "Parameters and bodies must have the form that the API's document gives them."


class InvalidHeader(InvalidRequest):
    rule = "Required headers must be present and well formed."


class MalformedId(InvalidRequest):
    rule = "Identifiers in the path must have this bank's form."


class InvalidDate(InvalidRequest):
    rule = "Dates must be written as the API's document says."


class InvalidDateRange(BadRequest):
    rule = "A date window has both ends, in order, inside the history and the width that the bank allows."


class InvalidCursor(BadRequest):
    rule = "A paging cursor must come unchanged from the previous page of the same list."


class LeverMisused(BadRequest):
    rule = "What `Prefer` or a `__` parameter asks the sandbox for must be something that can be had at this operation."


class TokenMisplaced(BadRequest):
    challenge = 'Bearer error="invalid_request"'
    rule = "An access token travels in the Authorization header, and nowhere else (RFC 6750 2, RFC 9700 4.3.2)."


class UnknownPath(SandbankError):
    """`nearest` finds the paths that look like it: once somebody wants to know, since beside an API's own paths there
    are pages that no document names."""

    status = 404
    rule = "The path must be one of this API's operations."

    def __init__(self, detail: str, *, path: str = "", nearest: Callable[[], list[str]] = list) -> None:
        self.path = path
        self._nearest = nearest
        super().__init__(detail)

    def explain(self) -> dict[str, Any]:
        close = self._nearest()
        if close:
            self.hint = self.hint or f"Did you mean {' or '.join(close)}?"
            self.facts = {"nearest": close}
        return super().explain()


class MethodNotAllowed(SandbankError):
    status = 405
    rule = "The method must be one that this path offers."

    def __init__(self, detail: str, *, allowed: Sequence[str], hint: str = "") -> None:
        self.allowed = tuple(allowed)
        super().__init__(detail, hint=hint, allowed=list(allowed))


class NotAcceptable(SandbankError):
    status = 406
    rule = "The Accept header must allow a media type that this operation can answer with."


class PayloadTooLarge(SandbankError):
    status = 413
    rule = "A request body must stay within the server's limit."


class UnsupportedMediaType(SandbankError):
    status = 415
    rule = "A request body must have a media type that this operation reads."


# --- Who asks, and what they may see ------------------------------------------------------------------------------


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


# --- Things that are not there, or not so -------------------------------------------------------------------------


class NotFound(SandbankError):
    status = 404
    rule = "What is asked for must exist and be shared with the caller."


class AccountNotFound(NotFound):
    rule = "The account must exist and be one that the customer shared (a bank does not tell the two apart)."


class TransactionNotFound(NotFound):
    rule = "The transaction must exist in a shared account and inside the consent's look-back."


class StatementNotFound(NotFound):
    rule = "The statement must exist in a shared account and inside the consent's look-back."


class StatementsNotFound(NotFound):
    rule = "The account must be one for which statements are made."


class ImageNotFound(NotFound):
    rule = "The image must belong to a transaction of the account."


class CustomerNotFound(NotFound):
    rule = "The customer must be the one who gave the consent."


class PurposeUnknown(BadRequest):
    rule = "A purpose must be one for which the client may use data."


class NumberNotFound(NotFound):
    rule = "A tokenised account number must be one that a consent brought forth."


class ConsentNotFound(NotFound):
    rule = "The consent must be one that was given to this client."


class RewardProgramNotFound(NotFound):
    rule = "The reward program must be one in which a shared account takes part."


class RewardCategoriesNotFound(NotFound):
    rule = "The reward program must have categories."


class PurchaseNotFound(NotFound):
    rule = "The purchase must be charged to a shared account, inside the consent's look-back."


class ReceiptNotFound(NotFound):
    rule = "The receipt must be of a purchase in sight, and issued."


class ShipmentNotFound(NotFound):
    rule = "The shipment must be of a purchase in sight, and on its way."


class InvoiceNotFound(NotFound):
    rule = "The invoice must be issued, and to be paid from a shared account."


class OfferNotFound(NotFound):
    rule = "The offer must be one that was made to the customer, and not withdrawn."


class DisputeNotFound(NotFound):
    rule = "The dispute must be about a transaction of a shared account."


class CardNotFound(NotFound):
    rule = "The card must belong to a shared account."


class SubscriptionNotFound(NotFound):
    rule = "The subscription must be one of the calling client's."


class EventNotFound(NotFound):
    rule = "The event must be one that the caller may be told of."


class NoData(NotFound):
    rule = "There must be something to answer with."


class Conflict(SandbankError):
    status = 409
    rule = "The request must fit the state that things are in."


class AccountClosed(Conflict):
    rule = "The account must not be closed for this operation."


class NothingShared(Conflict):
    rule = "A consent shares at least one account for at least one purpose; to share nothing is to withdraw it."


class TargetingAlone(Conflict):
    rule = "Offers are chosen by a customer's data only where the customer agreed to offers."


class AccountRefused(Conflict):
    rule = "An account that another holder took out of a consent does not come back into it."


class ConsentAlreadyEnded(Conflict):
    rule = "A consent ends once: it cannot be revoked when it is revoked or expired."


class ConsentNotSuspended(Conflict):
    rule = "A consent that the bank does not hold back cannot be let go on."


class ConsentHeldBack(Conflict):
    rule = "A consent that the bank holds back already cannot be held back again."


class OfferEnded(Conflict):
    rule = "An offer can be taken up or declined while it is open."


class DisputeNotPossible(Conflict):
    rule = "A dispute is about a posted charge of the last 120 days that is not in dispute."


class DisputeEnded(Conflict):
    rule = "A dispute can be changed until it is decided or withdrawn."


class CardEnded(Conflict):
    rule = "A card that is lost or closed stays so."


class CardFrozen(Conflict):
    rule = "Nothing is charged to a card while it is frozen, lost or closed."


class AccountLocked(SandbankError):
    status = 403
    rule = "The account must not be locked by the bank."


class AccountTypeNotSupported(SandbankError):
    status = 422
    rule = "The operation must make sense for the kind of account."


class StateUnknown(SandbankError):
    status = 422
    rule = "A provider state must be one that the sandbox can bring about."


class StatementProcessing(SandbankError):
    status = 400
    rule = "A statement can be fetched once the bank has finished preparing it."


# --- The server ---------------------------------------------------------------------------------------------------


class RateLimited(SandbankError):
    status = 429
    rule = "Calls must stay within the bank's rate."

    def __init__(self, detail: str = "", *, retry_after: int = 1, hint: str = "") -> None:
        self.retry_after = retry_after
        super().__init__(detail, hint=hint, retry_after=retry_after)


class InternalError(SandbankError):
    rule = "The server must not fail; this is a defect of Sandbank, or was asked for."


class ContractBroken(InternalError):
    """An answer of ours broke its own document: a defect, shown loudly."""

    rule = "Every answer must keep to the document of its API."

    def __init__(self, operation: str, violations: Sequence[Violation]) -> None:
        self._violations = tuple(violations)
        super().__init__(f"{operation}: " + "; ".join(v.message for v in violations), operation=operation)

    @property
    def violations(self) -> Sequence[Violation]:
        return self._violations


class NotModelled(SandbankError):
    status = 501
    rule = "The operation must be one that Sandbank models (docs/fidelity.md lists what it does not)."


class SubsystemUnavailable(SandbankError):
    status = 503
    rule = "The bank's system must be up."
    retry_after: int = 30
    """Seconds."""


class Maintenance(SubsystemUnavailable):
    rule = "The bank must not be in a maintenance window."


# --- The sandbox's own affairs ------------------------------------------------------------------------------------


class ClockMovedBack(Conflict):
    rule = "A world's clock only goes forward; reset the world to go back."

    def __init__(self, *, now: str, asked: str) -> None:
        super().__init__(
            f"the clock shows {now}, which is later than {asked}",
            hint='POST /_sandbox/worlds/{world}/reset with {"now": "' + asked + '"} starts the world there.',
            now=now,
            asked=asked,
        )


class ExchangeNotFound(NotFound):
    rule = "The exchange must have been kept in the journal of that world."


class JournalCut(SandbankError):
    status = 409
    rule = "What is said about a world's exchanges must not depend on those that its journal has lost."


class WorldNotFound(NotFound):
    rule = "The world must have been created and not deleted."


class SnapshotNotFound(NotFound):
    rule = "The snapshot must have been saved of that world and not deleted."


class PersonaNotFound(NotFound):
    rule = "The persona must be one of the seed data's."


class BankNotFound(NotFound):
    rule = "The bank must be one of those that this server imitates."


class ClientNotFound(NotFound):
    rule = "The client must be registered at the bank, in some world."


class KeyNotFound(NotFound):
    rule = "The key must be one that the bank has or had."


class ScenarioNotFound(NotFound):
    rule = "The scenario must be one of the seed data's."


class RunNotFound(NotFound):
    rule = "The run must be one that this server began."


class FaultNotFound(NotFound):
    rule = "The fault must be one that was ordered in the world and not taken away."


class TraceNotFound(NotFound):
    rule = "A trace is kept for the latest refusals only."


class SeedDataInvalid(BadRequest):
    """`problems` are lines of `file:line: field: what is wrong`."""

    rule = "Seed files must keep to their schema."

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problems), problems=list(problems))


class DataFileForeign(SandbankError):
    rule = "--data must name a new file or one that this version of Sandbank made; nothing else is ever overwritten."
