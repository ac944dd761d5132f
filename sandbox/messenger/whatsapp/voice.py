"""How WhatsApp says no: the platform's body, with the kind of fault as its message and the details beside."""

from collections.abc import Mapping

from sandbox.dialect.call import Reply
from sandbox.kernel.errors import InvalidRequest, SandbankError, UnknownPath, Violation
from sandbox.messenger import voice
from sandbox.messenger.whatsapp.errors import (
    EdgeUnknown,
    ParameterInvalid,
    ParameterMissing,
    ProductMissing,
    WhatsAppError,
)


def sound(error: SandbankError, trace: str) -> Reply:
    if isinstance(error, InvalidRequest) and error.violations:
        error = fault(error.violations[0])
    elif isinstance(error, UnknownPath):
        error = EdgeUnknown(error.detail)
    reply = voice.sound(error, trace)
    if isinstance(error, WhatsAppError):
        reply.body["error"] |= {"message": f"(#{error.code}) {error.title}", "error_data": error_data(error)}
    return reply


def error_data(error: WhatsAppError) -> Mapping[str, str]:
    return {"messaging_product": "whatsapp", "details": error.detail}


def fault(violation: Violation) -> WhatsAppError:
    """What the document found, as one of the channel's errors."""
    name = voice.param(violation.name)
    if name == "messaging_product":
        return ProductMissing("The parameter messaging_product is required, and is whatsapp.")
    kind = ParameterMissing if violation.rule == "required" else ParameterInvalid
    return kind(voice.worded(violation))
