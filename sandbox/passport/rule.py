"""A rule of the passport."""

from collections.abc import Callable
from dataclasses import dataclass

from sandbox.kernel.findings import Looked
from sandbox.passport.evidence import Evidence


@dataclass(frozen=True, slots=True)
class Rule:
    rule_id: str
    title: str
    says: str
    """What has to hold."""
    why: str
    mend: str
    """What to do where it does not hold."""
    look: Callable[[Evidence], Looked]
