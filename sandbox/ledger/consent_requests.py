"""What a client asks a customer to agree to."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sandbox.ledger.clusters import Cluster
from sandbox.ledger.consents import DurationType


class GrantAction(StrEnum):
    """What becomes of an earlier grant (Grant Management for OAuth 2.0, 5)."""

    CREATE = "create"
    MERGE = "merge"
    REPLACE = "replace"


@dataclass(frozen=True, slots=True)
class ConsentRequest:
    """All but the accounts, which the customer chooses. Nobody is granted more than is asked for here."""

    scope: str
    clusters: tuple[Cluster, ...]
    duration: DurationType
    period: timedelta | None
    """None: as long as the consent is used."""
    lookback: timedelta
    detailed: bool = False
    """Asked by `authorization_details` (RFC 9396): the answer tells what was granted in the same way."""
    action: GrantAction | None = None
    """None: a client that does not know of grant management; it gets a grant of its own each time."""
    grant_id: str = ""
    """The grant to merge with or to replace."""
