"""The server."""

from collections.abc import Sequence

from sandbox.kernel.errors.root import SandbankError, Violation


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
