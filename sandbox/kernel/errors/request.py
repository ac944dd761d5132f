"""The request itself."""

from collections.abc import Callable, Sequence
from typing import Any

from sandbox.kernel.errors.root import SandbankError, Violation


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
