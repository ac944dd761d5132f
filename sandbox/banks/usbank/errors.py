"""How errors sound at U.S. Bank: `{"error": {code, message, details}}`, the code being HTTP status, domain, reason.
Source: replies recorded from Banking Node; the rest reconstructed (components.x-error-table in openapi/usbank.yaml)."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from sandbox.dialect.faces import Face
from sandbox.kernel import errors as e
from sandbox.kernel import ids


class UnknownCode(e.NoData):
    """Reference data has a domain of its own in the bank's codes."""


MALFORMED = Face(400, "400.1057.2000", "Bad or Malformed Request")
REFUSED = Face(400, "400.2002.1000", "Operation not allowed")
NO_RECORDS = Face(404, "404.2002.1000", "No records exist")

FACES: Mapping[type[e.SandbankError], Face] = {
    e.BadRequest: MALFORMED,
    e.Unauthorized: Face(401, "401.1000.1000", "Unauthorized"),
    e.Forbidden: Face(403, "403.1001.1000", "Forbidden"),
    e.NotFound: NO_RECORDS,
    UnknownCode: Face(404, "404.2000.1000", "No records exist"),
    e.Conflict: REFUSED,
    e.AccountLocked: Face(403, "403.2002.1000", "Operation not allowed"),
    e.AccountTypeNotSupported: REFUSED,
    e.StatementProcessing: REFUSED,
    e.UnknownPath: Face(404, "404.1000.1000", "Not found"),
    e.MethodNotAllowed: Face(405, "405.1000.1000", "Method not allowed"),
    e.NotAcceptable: Face(406, "406.1000.1000", "Not acceptable"),
    e.UnsupportedMediaType: Face(415, "415.1000.1000", "Unsupported media type"),
    e.PayloadTooLarge: Face(413, "413.1000.1000", "Payload too large"),
    e.RateLimited: Face(429, "429.1000.1000", "Too many requests"),
    e.SandbankError: Face(500, "500.1000.1000", "System error"),
    e.SubsystemUnavailable: Face(503, "503.1000.1000", "Service unavailable"),
    e.Maintenance: Face(503, "503.1000.2000", "Scheduled maintenance"),
    e.NotModelled: Face(501, "501.1000.1000", "Not implemented"),
}

ATTRIBUTES: Mapping[type[e.SandbankError], str] = {
    e.Unauthorized: "Authorization",
    e.ClusterNotGranted: "consent",
    e.ScopeInsufficient: "scope",
    e.MarketingNotGranted: "consent",
    e.AccountNotFound: "account",
    e.TransactionNotFound: "transaction",
    e.StatementNotFound: "statement",
    e.ImageNotFound: "image",
    e.RewardProgramNotFound: "rewardProgram",
    e.CustomerNotFound: "customer",
    e.PurchaseNotFound: "purchase",
    e.ReceiptNotFound: "receipt",
    e.ShipmentNotFound: "shipment",
    e.InvoiceNotFound: "invoice",
    e.OfferNotFound: "offer",
    e.OfferEnded: "offer",
    e.DisputeNotFound: "dispute",
    e.DisputeNotPossible: "transaction",
    e.DisputeEnded: "dispute",
    e.CardNotFound: "card",
    e.CardEnded: "card",
    e.AccountClosed: "accountID",
    e.AccountLocked: "accountID",
    e.AccountTypeNotSupported: "accountID",
    e.StatementProcessing: "statementID",
    e.UnknownPath: "path",
    e.MethodNotAllowed: "method",
    e.NotAcceptable: "Accept",
    e.UnsupportedMediaType: "Content-Type",
    e.PayloadTooLarge: "body",
    e.NotModelled: "operation",
}
"""What `details` points at where no parameter is to blame; no entry: the bank gives no details."""

LISTS = {
    "searchForAccounts": "accounts",
    "getAccountCards": "cards",
    "searchForAccountStatements": "statements",
    "searchForAccountTransactions": "transactions",
}
"""Lists whose 404 carries an empty list beside the error."""

MARK = re.compile(r"[!-~]{1,64}")


def envelope(face: Face, error: e.SandbankError, _trace_id: str) -> dict[str, Any]:
    body = error_body(face, _details(error))
    empty = LISTS.get(error.operation)
    return {**body, empty: []} if empty and face.status == 404 else body


def error_body(face: Face, details: list[tuple[str, str]]) -> dict[str, Any]:
    shown = [{"attributeName": name[:128], "reason": reason[:1024]} for name, reason in details]
    return {"error": {"code": face.code, "message": face.message, "details": shown}}


def nothing_in(member: str, asked: object) -> dict[str, Any]:
    """The bank's quirk: an empty list with an error beside it, to be sent with HTTP 200."""
    return {**error_body(NO_RECORDS, [(member, value_of(asked))]), member: []}


def value_of(asked: object) -> str:
    return f"Value of '{asked}'"


def _details(error: e.SandbankError) -> list[tuple[str, str]]:
    """One per violation; else one for the record that was asked for (`asked`) or for what the error is about."""
    if error.violations:
        return [(violation.name.lstrip("/"), violation.message) for violation in error.violations]
    attribute = _attribute(error)
    if not attribute:
        return []
    asked = error.facts.get("asked")
    return [(attribute, error.detail if asked is None else value_of(asked))]


def _attribute(error: e.SandbankError) -> str:
    if isinstance(error, e.AccountNotFound) and error.operation == "searchForAccountTransactions":
        return "transactions"
    blamed = error.facts.get("parameter")
    return str(blamed) if blamed else next((ATTRIBUTES[kind] for kind in type(error).__mro__ if kind in ATTRIBUTES), "")


def echo(headers: Mapping[str, str], trace_id: Callable[[], str]) -> Mapping[str, str]:
    """The request's Correlation-ID; one of the server's own where it brought none that could be repeated."""
    sent = headers.get("correlation-id", "")
    return {"Correlation-ID": sent if MARK.fullmatch(sent) else ids.stable_uuid("usbank", "correlation", trace_id())}
