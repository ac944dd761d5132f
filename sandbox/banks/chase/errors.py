"""How errors sound at Chase. Source: FDX 5.2's code table, Chase's documented 500; the rest reconstructed (the table
with its sources is components.x-error-table in openapi/chase.yaml)."""

from collections.abc import Callable, Mapping
from typing import Any

from sandbox.dialect.faces import Face
from sandbox.kernel import errors as e

FACES: Mapping[type[e.SandbankError], Face] = {
    e.BadRequest: Face(400, "401", "Invalid input"),
    e.InvalidHeader: Face(400, "401", "Invalid header"),
    e.MalformedId: Face(400, "401", "Invalid identifier"),
    e.InvalidDate: Face(400, "702", "Invalid date"),
    e.InvalidDateRange: Face(400, "703", "Invalid date range"),
    e.InvalidCursor: Face(400, "401", "Invalid offset"),
    e.Unauthorized: Face(401, "603", "Authentication required"),
    e.StepUpRequired: Face(401, "603", "Authentication required anew"),
    e.TokenInvalid: Face(401, "603", "Authentication failed"),
    e.TokenExpired: Face(401, "603", "Access token expired"),
    e.ConsentRevoked: Face(401, "603", "Authorization revoked"),
    e.ConsentExpired: Face(401, "603", "Authorization expired"),
    e.ConsentSuspended: Face(401, "603", "Authorization suspended"),
    e.Forbidden: Face(403, "403", "Forbidden"),
    e.ClusterNotGranted: Face(403, "602", "Customer not authorized"),
    e.MarketingNotGranted: Face(403, "602", "Customer not authorized for offers"),
    e.NotFound: Face(404, "1107", "No data for these parameters"),
    e.AccountNotFound: Face(404, "701", "Account not found"),
    e.TransactionNotFound: Face(404, "1107", "Transaction not found"),
    e.StatementNotFound: Face(404, "1104", "Statement not found"),
    e.ImageNotFound: Face(406, "1103", "Image not found"),
    e.RewardProgramNotFound: Face(404, "1101", "Reward program not found"),
    e.CustomerNotFound: Face(404, "601", "Customer not found"),
    e.Conflict: Face(409, "705", "Account is closed"),
    e.OfferEnded: Face(409, "409", "Offer has ended"),
    e.DisputeNotPossible: Face(409, "409", "Dispute is not possible"),
    e.DisputeEnded: Face(409, "409", "Dispute has ended"),
    e.CardEnded: Face(409, "409", "Card has ended"),
    e.AccountLocked: Face(403, "706", "Account is locked"),
    e.AccountTypeNotSupported: Face(422, "704", "Account type not supported"),
    e.StatementProcessing: Face(400, "1300", "Statement is processing"),
    e.UnknownPath: Face(404, "404", "Resource not found"),
    e.MethodNotAllowed: Face(405, "1206", "Method not allowed"),
    e.NotAcceptable: Face(406, "406", "Not acceptable"),
    e.UnsupportedMediaType: Face(415, "415", "Unsupported media type"),
    e.PayloadTooLarge: Face(413, "413", "Payload too large"),
    e.RateLimited: Face(429, "1207", "Too many requests"),
    e.SandbankError: Face(500, "500", "Internal Server Error"),
    e.SubsystemUnavailable: Face(500, "501", "Subsystem unavailable"),
    e.Maintenance: Face(503, "503", "Scheduled maintenance"),
    e.NotModelled: Face(501, "1106", "Operation is not modelled"),
}


def envelope(face: Face, error: e.SandbankError, _trace_id: str) -> dict[str, Any]:
    """The code is a number at Chase."""
    return {"code": int(face.code), "message": face.message, "debugMessage": error.detail}


def echo(headers: Mapping[str, str], _trace_id: Callable[[], str]) -> Mapping[str, str]:
    """The interaction id comes back if one was sent."""
    sent = headers.get("interactionid", "")
    return {"interactionId": sent} if sent.isprintable() and sent.isascii() and 0 < len(sent) <= 128 else {}
