"""A rule of the passport."""

from collections.abc import Callable
from dataclasses import dataclass

from sandbox.passport.evidence import Evidence
from sandbox.passport.findings import Looked


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
