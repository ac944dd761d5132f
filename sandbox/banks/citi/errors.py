"""How errors sound at Citi: `{type, code, details, location}`. Source: the published client kit for the envelope; code
names are general knowledge, the rest is reconstructed (the table with its sources is components.x-error-table in
openapi/citi.yaml)."""

from collections.abc import Callable, Mapping
from typing import Any

from sandbox.dialect.faces import Face
from sandbox.kernel import errors as e

FACES: Mapping[type[e.SandbankError], Face] = {
    e.BadRequest: Face(400, "invalidRequest", "A parameter is missing or is not of the right kind."),
    e.InvalidHeader: Face(400, "invalidRequest", "The header uuid must hold a UUID."),
    e.MalformedId: Face(404, "resourceNotFound", "No such account is shared with this client."),
    e.InvalidDate: Face(400, "invalidRequest", "A date must be a calendar day written YYYY-MM-DD."),
    e.InvalidDateRange: Face(400, "invalidRequest", "The date range is upside down, too old or too wide."),
    e.InvalidCursor: Face(400, "invalidRequest", "This start index does not belong to this list."),
    e.Unauthorized: Face(401, "unAuthorized", "The token is not known."),
    e.StepUpRequired: Face(401, "unAuthorized", "The customer has to sign in anew."),
    e.TokenMissing: Face(401, "unAuthorized", "A bearer token is required."),
    e.TokenExpired: Face(401, "unAuthorized", "The token has expired."),
    e.ConsentRevoked: Face(401, "unAuthorized", "The customer has withdrawn this consent."),
    e.ConsentExpired: Face(401, "unAuthorized", "This consent has expired."),
    e.ConsentSuspended: Face(401, "unAuthorized", "This consent is suspended for now."),
    e.ClientMismatch: Face(401, "unAuthorized", "The token was issued to another client."),
    e.Forbidden: Face(403, "accessNotConfigured", "The customer does not share this kind of data with this client."),
    e.ScopeInsufficient: Face(403, "accessNotConfigured", "The token lacks the scope this call needs."),
    e.MarketingNotGranted: Face(403, "accessNotConfigured", "The customer did not agree to offers."),
    e.NotFound: Face(404, "resourceNotFound", "There is nothing to answer with."),
    e.AccountNotFound: Face(404, "resourceNotFound", "No such account is shared with this client."),
    e.TransactionNotFound: Face(404, "resourceNotFound", "This account has no such transaction."),
    e.StatementNotFound: Face(404, "resourceNotFound", "This account has no such statement."),
    e.ImageNotFound: Face(404, "resourceNotFound", "There is no such image."),
    e.RewardProgramNotFound: Face(404, "resourceNotFound", "None of these cards earns points."),
    e.CustomerNotFound: Face(404, "resourceNotFound", "There is no such customer."),
    e.UnknownPath: Face(404, "resourceNotFound", "This path leads nowhere."),
    e.Conflict: Face(422, "businessValidationsFailed", "This account is closed."),
    e.OfferEnded: Face(422, "businessValidationsFailed", "This offer is not open any more."),
    e.DisputeNotPossible: Face(422, "businessValidationsFailed", "This transaction cannot be disputed."),
    e.DisputeEnded: Face(422, "businessValidationsFailed", "This dispute is over."),
    e.CardEnded: Face(422, "businessValidationsFailed", "This card is lost or closed."),
    e.AccountLocked: Face(403, "accessNotConfigured", "This account is locked."),
    e.AccountTypeNotSupported: Face(422, "businessValidationsFailed", "This kind of account does not offer this."),
    e.StatementProcessing: Face(422, "businessValidationsFailed", "This statement is still being prepared."),
    e.MethodNotAllowed: Face(405, "methodNotAllowed", "This path does not take this method."),
    e.NotAcceptable: Face(406, "notAcceptable", "This cannot be had in an accepted media type."),
    e.UnsupportedMediaType: Face(415, "unsupportedMediaType", "The body is not of a media type taken here."),
    e.PayloadTooLarge: Face(413, "payloadTooLarge", "The body is too large."),
    e.RateLimited: Face(429, "tooManyRequests", "Too many calls. Wait before the next one."),
    e.SandbankError: Face(500, "serverUnavailable", "The call failed inside the bank."),
    e.SubsystemUnavailable: Face(503, "serverUnavailable", "A system behind this call is not available."),
    e.Maintenance: Face(503, "serverUnavailable", "The service is down for planned maintenance."),
    e.NotModelled: Face(501, "notImplemented", "Sandbank does not model this."),
}

TYPES: Mapping[str, str] = {
    "invalidRequest": "invalid",
    "notAcceptable": "invalid",
    "payloadTooLarge": "invalid",
    "unsupportedMediaType": "invalid",
    "tooManyRequests": "warn",
    "serverUnavailable": "fatal",
}
"""How grave a code is; any other is an `error`."""

LOCATIONS: Mapping[type[e.SandbankError], str] = {
    e.InvalidHeader: "uuid",
    e.MalformedId: "accountId",
    e.InvalidDate: "transactionFromDate",
    e.InvalidDateRange: "transactionFromDate",
    e.InvalidCursor: "nextStartIndex",
    e.Unauthorized: "Authorization",
    e.ClientMismatch: "client_id",
    e.AccountNotFound: "accountId",
    e.AccountClosed: "accountId",
    e.AccountLocked: "accountId",
    e.AccountTypeNotSupported: "accountId",
    e.TransactionNotFound: "transactionReferenceId",
    e.StatementNotFound: "statementId",
    e.StatementProcessing: "statementId",
    e.RewardProgramNotFound: "cardDetails",
    e.NotAcceptable: "Accept",
    e.UnsupportedMediaType: "Content-Type",
}
"""What is usually at fault, where the error itself does not name it."""


def envelope(face: Face, error: e.SandbankError, _trace_id: str = "") -> dict[str, Any]:
    """What is wrong with a request is said in full; of anything else the bank says no more than its own sentence."""
    members = {
        "type": "warn" if isinstance(error, e.StatementProcessing) else TYPES.get(face.code, "error"),
        "code": face.code,
        "details": error.detail if face.code == "invalidRequest" else face.message,
    }
    location = location_of(error)
    return {**members, "location": location} if location else members


def location_of(error: e.SandbankError) -> str:
    """The name of the parameter, header or member at fault: the first of them, in dots where it lies deep in a body."""
    if error.violations:
        return error.violations[0].name.strip("/").replace("/", ".")
    known = (LOCATIONS[kind] for kind in type(error).__mro__ if kind in LOCATIONS)
    return str(error.facts.get("parameter") or next(known, ""))


def echo(headers: Mapping[str, str], _trace_id: Callable[[], str]) -> Mapping[str, str]:
    """The `uuid` of the call comes back."""
    sent = headers.get("uuid", "")
    return {"uuid": sent} if sent.isprintable() and sent.isascii() and 0 < len(sent) <= 128 else {}
