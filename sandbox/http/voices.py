"""Errors in the voice of whoever was addressed: the bank's envelope under its paths, a neutral one elsewhere."""

import logging
from collections.abc import Callable, Mapping

from werkzeug.exceptions import HTTPException

from sandbox.dialect.bank import Bank
from sandbox.dialect.call import Reply
from sandbox.http.message import Request, Response
from sandbox.http.replies import response_of
from sandbox.kernel.errors import (
    BadRequest,
    ControlForbidden,
    InternalError,
    MethodNotAllowed,
    PayloadTooLarge,
    RateLimited,
    SandbankError,
    SubsystemUnavailable,
    UnknownPath,
    UnsupportedMediaType,
)
from sandbox.oauth.dpop import NONCE

Respond = Callable[[Request], Response]
OAuthSound = Callable[[Bank, Request, SandbankError], Reply | None]
Speak = Callable[[Request, SandbankError], Reply]
Check = Callable[[Request, Reply, Response], None]
Sound = Callable[[SandbankError, str], Reply]
"""From an error and its trace id to how somebody says it."""

log = logging.getLogger("sandbank")

KINDS: Mapping[int, type[SandbankError]] = {
    400: BadRequest,
    403: ControlForbidden,
    413: PayloadTooLarge,
    415: UnsupportedMediaType,
}
"""What Flask's refusals are, by their status; anything else is a path that leads nowhere."""


def speaker(banks: Mapping[str, Bank], oauth_sound: OAuthSound, platforms: Mapping[str, Sound]) -> Speak:
    """`oauth_sound` speaks at a bank's OAuth endpoints (None: not one); `platforms` by the first segment of their
    paths."""

    def speak(request: Request, error: SandbankError) -> Reply:
        error.operation = request.notes.get("operation", "")
        bank = banks.get(request.bank)
        if bank is None:
            return platforms.get(request.path[1:].partition("/")[0], neutral)(error, request.trace_id)
        return oauth_sound(bank, request, error) or bank.sound(error, request.trace_id)

    return speak


def voices(banks: Mapping[str, Bank], speak: Speak, check: Check) -> Callable[[Respond], Respond]:
    """`check` holds an error against its document."""

    def say(request: Request, error: SandbankError) -> Response:
        request.notes["error"] = error
        bank = banks.get(request.bank)
        reply = speak(request, error)
        response = response_of(reply)
        response.with_headers({**_headers(request, error), "Sandbank-Trace": request.trace_id})
        if bank is not None:
            response.with_headers(bank.echo(request.headers, lambda: request.trace_id))
        check(request, reply, response)
        return response

    def layer(inner: Respond) -> Respond:
        def respond(request: Request) -> Response:
            response = attempt(inner, request)
            if NONCE in request.notes:
                response.with_headers({"DPoP-Nonce": request.notes[NONCE]})
            return response

        def attempt(inner: Respond, request: Request) -> Response:
            try:
                return inner(request)
            except SandbankError as error:
                if isinstance(error, InternalError) and "fault" not in error.facts:
                    log.error("%s %s: %s", request.method, request.path, error, exc_info=error)
                return say(request, error)
            except HTTPException as error:
                return say(request, _translated(request, error))
            except Exception as error:
                log.exception("%s %s failed", request.method, request.path)
                return say(request, InternalError(f"{type(error).__name__} inside Sandbank"))

        return respond

    return layer


def neutral(error: SandbankError, trace: str) -> Reply:
    return Reply({**error.explain(), "trace": trace}, error.status)


def _headers(request: Request, error: SandbankError) -> dict[str, str]:
    if isinstance(error, MethodNotAllowed):
        return {"Allow": ", ".join(error.allowed)}
    if isinstance(error, (RateLimited, SubsystemUnavailable)):
        return {"Retry-After": str(error.retry_after)}
    if error.challenge:
        by_proof = request.headers.get("authorization", "")[:5].lower() == "dpop "
        return {"WWW-Authenticate": error.challenge.replace("Bearer", "DPoP", 1) if by_proof else error.challenge}
    return {}


def _translated(request: Request, error: HTTPException) -> SandbankError:
    """Flask's own refusals. Where it knows no more than the contract layer did, that layer's word stands: it can name
    the nearest operations."""
    unmatched = request.notes.get("unmatched")
    if error.code == 404 and isinstance(unmatched, SandbankError):
        return unmatched
    if error.code == 405:
        allowed = sorted(getattr(error, "valid_methods", None) or ["GET"])
        return MethodNotAllowed(f"{request.method} is not offered at {request.path}", allowed=allowed)
    if error.code is not None and error.code in KINDS:
        return KINDS[error.code](str(error.description))
    return UnknownPath(f"there is nothing at {request.path}")
