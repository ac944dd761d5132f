"""The root of every error, and what is wrong with a message."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class Violation:
    """One way in which a message breaks its document.

    `location` is path, query, header, cookie, body or response; `name` the parameter or a JSON pointer into the body;
    `rule` the keyword broken (required, format, enum, unknown …).
    """

    location: str
    name: str
    rule: str
    message: str
    expected: object = None
    got: object = None

    def as_dict(self) -> dict[str, object]:
        return {key: value for key, value in asdict(self).items() if value is not None}


class SandbankError(Exception):
    """The root. `status` is what a neutral voice (control API, an unknown path) answers; banks choose their own."""

    status: ClassVar[int] = 500
    rule: ClassVar[str] = "Something inside Sandbank failed."
    challenge: str = ""
    """What `WWW-Authenticate` says with it (RFC 6750 3, RFC 9449 7.1)."""
    operation: str = ""
    """The operationId that was refused, once that is known: some banks word an error by it."""

    def __init__(self, detail: str = "", *, hint: str = "", **facts: object) -> None:
        self.detail = detail or self.rule
        self.hint = hint
        self.facts: Mapping[str, object] = facts
        super().__init__(self.detail)

    @property
    def name(self) -> str:
        return type(self).__name__

    @property
    def violations(self) -> Sequence[Violation]:
        return ()

    def explain(self) -> dict[str, Any]:
        """The whole story as JSON: error, rule, detail, facts, violations, hint."""
        story: dict[str, Any] = {"error": self.name, "rule": self.rule, "detail": self.detail}
        if self.facts:
            story["facts"] = dict(self.facts)
        if self.violations:
            story["violations"] = [violation.as_dict() for violation in self.violations]
        if self.hint:
            story["hint"] = self.hint
        return story
