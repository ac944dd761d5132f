"""Errors on order: from a status, or an error's name, to the error that whoever was addressed would speak of."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from types import ModuleType

from sandbox.http.message import Request
from sandbox.http.voices import Speak
from sandbox.kernel import errors
from sandbox.kernel.errors import (
    InternalError,
    InvalidRequest,
    LeverMisused,
    MethodNotAllowed,
    RateLimited,
    SandbankError,
    SubsystemUnavailable,
    UnknownPath,
)
from sandbox.kernel.names import did_you_mean
from sandbox.ledger.faults import Fault
from sandbox.oauth.refusals import SENTENCES, Because, OAuthRefused

Kinds = Sequence[type[SandbankError]]

TYPICAL: Kinds = (
    errors.BadRequest, errors.TokenExpired, errors.ClusterNotGranted, errors.NotFound, MethodNotAllowed,
    errors.NotAcceptable, errors.Conflict, errors.AccountTypeNotSupported, errors.PayloadTooLarge,
    errors.UnsupportedMediaType, RateLimited, InternalError, errors.NotModelled, SubsystemUnavailable,
    errors.Maintenance,
)  # fmt: skip
"""What is meant by a status where no name says it: the first that has it at the bank."""
UNSPEAKABLE: Kinds = (
    SandbankError, errors.ContractBroken, errors.ControlForbidden, errors.ClockMovedBack, errors.SeedDataInvalid,
    errors.DataFileForeign,
)  # fmt: skip
"""What is the sandbox's own affair, at no operation of anybody's."""
UNPROVEN = ("invalid_client", "invalid_token")
"""OAuth's errors that are a 401."""


def kinds_of(module: ModuleType) -> Kinds:
    """The errors that a module or a package defines, each of which can be asked for by its name."""
    found = [one for one in vars(module).values() if isinstance(one, type) and issubclass(one, SandbankError)]
    own = [one for one in found if f"{one.__module__}.".startswith(f"{module.__name__}.")]
    return [one for one in own if one not in UNSPEAKABLE]


BANKS: Kinds = (*TYPICAL, *kinds_of(errors))


def names(platforms: Mapping[str, Kinds]) -> set[str]:
    """Of every error that somebody could refuse with."""
    return {*SENTENCES, *(kind.__name__ for kind in (*BANKS, *chain(*platforms.values())))}


class Refusing:
    def __init__(self, speak: Speak, platforms: Mapping[str, Kinds]) -> None:
        """`platforms` are the errors of the APIs that are no bank's, by the first segment of their paths."""
        self.speak = speak
        self.platforms = platforms
        self.names = names(platforms)

    def error(self, request: Request, fault: Fault) -> SandbankError:
        """Raises LeverMisused for what the document of the operation does not know."""
        error = self.find(request, fault)
        if error is not None:
            return error
        operation = request.notes["matched"]
        if fault.error and fault.error not in self.names:
            raise LeverMisused(f"there is no error {fault.error!r}", hint=did_you_mean(fault.error, self.names))
        raise LeverMisused(
            f"{operation.operation_id} never answers {fault.error or fault.status}: its document does not say so",
            documented=sorted(operation.responses),
        )

    def find(self, request: Request, fault: Fault) -> SandbankError | None:
        """None where the operation does not know it."""
        for error in self._candidates(request, fault, self._kinds(request)):
            status = self.speak(request, error).status
            if fault.status in (0, status) and is_declared(status, request.notes["matched"].responses):
                error.facts = {**error.facts, "fault": fault.fault_id}
                return error
        return None

    def _kinds(self, request: Request) -> Kinds:
        return BANKS if request.bank else self.platforms.get(request.path[1:].partition("/")[0], ())

    def _candidates(self, request: Request, fault: Fault, kinds: Kinds) -> Iterator[SandbankError]:
        if request.notes["matched"].oauth_endpoint:
            if fault.error in SENTENCES:
                yield _of_oauth(fault.error)
            elif fault.status == 401:
                yield _of_oauth("invalid_client")
        for kind in kinds:
            if not fault.error or kind.__name__ == fault.error:
                yield made(kind, request, fault)


def is_declared(status: int, declared: Mapping[str, object]) -> bool:
    return any(key in declared for key in (str(status), f"{status // 100}XX", "default"))


def made(kind: type[SandbankError], request: Request, fault: Fault) -> SandbankError:
    if issubclass(kind, MethodNotAllowed):
        return kind("", allowed=[request.notes["matched"].method])
    if issubclass(kind, UnknownPath):
        return kind("")
    if issubclass(kind, InvalidRequest):
        return kind([])
    if issubclass(kind, RateLimited):
        return kind(retry_after=30 if fault.retry_after is None else fault.retry_after)
    error = kind()
    if isinstance(error, SubsystemUnavailable) and fault.retry_after is not None:
        error.retry_after = fault.retry_after
    return error


def _of_oauth(error: str) -> SandbankError:
    return OAuthRefused(Because(error, SENTENCES[error], status=401 if error in UNPROVEN else 400))
