"""How the platform says no. Its body has one shape; ours, longer, is behind the trace id."""

from collections.abc import Mapping
from typing import Any

from sandbox.dialect.call import Reply
from sandbox.kernel.errors import (
    InvalidRequest,
    MethodNotAllowed,
    PayloadTooLarge,
    SandbankError,
    UnknownPath,
    Violation,
)
from sandbox.messenger import advice
from sandbox.messenger.errors import GraphError


def sound(error: SandbankError, trace: str) -> Reply:
    if isinstance(error, UnknownPath):
        error.hint = error.hint or advice.on_edge(error)
    status, told = _told(error)
    return Reply({"error": {**told, "fbtrace_id": trace}}, status)


def _told(error: SandbankError) -> tuple[int, dict[str, Any]]:
    if isinstance(error, GraphError):
        told: dict[str, Any] = {"message": _numbered(error.code, error.detail), "type": error.kind, "code": error.code}
        if error.subcode is not None:
            told["error_subcode"] = error.subcode
        if error.transient:
            told["is_transient"] = True
        return error.status, told
    if isinstance(error, InvalidRequest) and error.violations:
        return 400, {"message": _numbered(100, worded(error.violations[0])), "type": "OAuthException", "code": 100}
    if isinstance(error, UnknownPath):
        message = f"Tried accessing nonexisting field ({error.path.rpartition('/')[2]}) on node type (Page)"
        return 400, {"message": _numbered(100, message), "type": "OAuthException", "code": 100}
    if isinstance(error, MethodNotAllowed):
        message = "Unsupported request: the edge does not take this method"
        return 400, {"message": _numbered(100, message), "type": "GraphMethodException", "code": 100}
    if isinstance(error, PayloadTooLarge):
        return 413, {"message": _numbered(100, "The request is too large"), "type": "OAuthException", "code": 100}
    if error.status >= 500:
        message = "An unexpected error has occurred. Please retry your request later."
        return 500, {"message": _numbered(2, message), "type": "OAuthException", "code": 2, "is_transient": True}
    return 400, {"message": _numbered(100, error.detail), "type": "OAuthException", "code": 100}


def _numbered(code: int, message: str) -> str:
    return message if message.startswith("(#") or code == 190 else f"(#{code}) {message}"


def worded(violation: Violation) -> str:
    """A fault that the document found, in the platform's words where it has some."""
    name = param(violation.name)
    if violation.rule == "required":
        return f"The parameter {name} is required"
    if violation.rule == "unknown":
        parent, _, key = violation.name.rpartition("/")
        return f'Invalid keys "{key}" were found in param "{param(parent) or "the body"}"'
    expected = violation.expected
    if violation.rule == "pattern" and "://" in str(expected):
        return f"Param {name} should represent a valid URL"
    words = WORDS.get(violation.rule, "Param {name} is not valid")
    listed = ", ".join(str(one) for one in expected) if isinstance(expected, list | tuple) else expected
    return words.format(name=name, expected=listed)


WORDS: Mapping[str, str] = {
    "maxLength": "Length of param {name} must be less than or equal to {expected}",
    "maxItems": "Param {name} has too many elements: at most {expected} are allowed",
    "minItems": "Param {name} has too few elements: at least {expected} are needed",
    "minLength": "Param {name} must be a non-empty text",
    "enum": "Param {name} must be one of {{{expected}}}",
    "type": "Param {name} must be of the type {expected}",
    "pattern": "Param {name} must match {expected}",
}
"""By the keyword that was broken."""


def param(pointer: str) -> str:
    """`/message/attachment/payload` as the platform writes it: message[attachment][payload]."""
    first, *rest = [part for part in pointer.split("/") if part] or [pointer]
    return first + "".join(f"[{part}]" for part in rest)
