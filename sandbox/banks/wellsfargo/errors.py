"""How errors sound at Wells Fargo: FDX's codes, as text, each error with an id of its own. Source: FDX 5.2's code table
and 6.4 at second hand; where FDX is silent, Sandbank's choice (the table with its sources is components.x-error-table
in openapi/wellsfargo.yaml)."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from sandbox.dialect.faces import Face
from sandbox.kernel import errors as e
from sandbox.kernel import ids

FACES: Mapping[type[e.SandbankError], Face] = {
    e.BadRequest: Face(400, "401", "Invalid input"),
    e.MalformedId: Face(404, "701", "Account not found"),
    e.InvalidDate: Face(400, "702", "Invalid date"),
    e.InvalidDateRange: Face(400, "703", "Invalid date range"),
    e.Unauthorized: Face(401, "603", "Authentication failed"),
    e.StepUpRequired: Face(401, "603", "Authentication required anew"),
    e.Forbidden: Face(403, "403", "Forbidden"),
    e.ClusterNotGranted: Face(403, "602", "Customer not authorized"),
    e.MarketingNotGranted: Face(403, "602", "Customer not authorized"),
    e.NotFound: Face(404, "1107", "No data found for the parameters"),
    e.CustomerNotFound: Face(404, "601", "Customer not found"),
    e.AccountNotFound: Face(404, "701", "Account not found"),
    e.RewardProgramNotFound: Face(404, "1101", "Reward program not found"),
    e.RewardCategoriesNotFound: Face(404, "1102", "Reward categories not found"),
    e.ImageNotFound: Face(404, "1103", "Image not found"),
    e.StatementNotFound: Face(404, "1104", "Statement not found"),
    e.StatementsNotFound: Face(404, "1108", "Statements not found"),
    e.StatementProcessing: Face(400, "1300", "Statement is being processed"),
    e.AccountTypeNotSupported: Face(422, "704", "Account type not supported"),
    e.Conflict: Face(409, "409", "Conflict"),
    e.AccountClosed: Face(409, "705", "Account is closed"),
    e.AccountLocked: Face(403, "706", "Access to the account is forbidden"),
    e.UnknownPath: Face(404, "404", "Not found"),
    e.MethodNotAllowed: Face(405, "1206", "Method not allowed"),
    e.NotAcceptable: Face(406, "406", "Not acceptable"),
    e.PayloadTooLarge: Face(413, "413", "Payload too large"),
    e.UnsupportedMediaType: Face(415, "415", "Unsupported media type"),
    e.RateLimited: Face(429, "1207", "Too many requests"),
    e.SandbankError: Face(500, "500", "Internal server error"),
    e.SubsystemUnavailable: Face(500, "501", "Subsystem unavailable"),
    e.Maintenance: Face(503, "503", "Scheduled maintenance"),
    e.NotModelled: Face(501, "1106", "Version not supported"),
}

UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)


def envelope(face: Face, error: e.SandbankError, trace_id: str) -> dict[str, Any]:
    """`debugMessage` begins with an id that no other error has."""
    error_id = ids.stable_uuid("wellsfargo", "error", trace_id)
    return {"code": face.code, "message": face.message, "debugMessage": f"error {error_id}: {error.detail}"}


def echo(headers: Mapping[str, str], trace_id: Callable[[], str]) -> Mapping[str, str]:
    """The interaction id comes back; one of the bank's own where the request brought none, or none that is a UUID."""
    sent = headers.get("x-fapi-interaction-id", "")
    known = sent if UUID.fullmatch(sent) else ids.stable_uuid("wellsfargo", "interaction", trace_id())
    return {"x-fapi-interaction-id": known}
