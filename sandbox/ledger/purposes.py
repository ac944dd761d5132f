"""What data may be used for. A consent grants pairs of a data cluster and a purpose (12 CFR 1033.421(a): no more than
is reasonably necessary for what the customer asked for)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from sandbox.kernel.errors import PurposeUnknown
from sandbox.ledger.clusters import Cluster


@dataclass(frozen=True, slots=True)
class Purpose:
    code: str
    """In capitals: BALANCE_ASSISTANT."""
    text: str
    """As the customer reads it, beginning with a verb."""
    clusters: tuple[Cluster, ...] = ()
    """What it needs; empty in a registration: whatever the client asks for. In a consent: what was granted for it."""
    required: bool = False
    """The app does not work without it: it cannot be unticked."""


ASSISTANT = Purpose("BALANCE_ASSISTANT", "Show your balances and recent purchases in chat")


@lru_cache(maxsize=1024)
def limited(purposes: tuple[Purpose, ...], clusters: tuple[Cluster, ...]) -> tuple[Purpose, ...]:
    """A client's purposes with what each may use of the clusters that are shared. One that is left without any, though
    it needs some, falls away."""
    used = (
        replace(purpose, clusters=tuple(one for one in clusters if not purpose.clusters or one in purpose.clusters))
        for purpose in purposes
    )
    return tuple(purpose for purpose in used if purpose.clusters or not clusters)


def chosen(purposes: tuple[Purpose, ...], codes: Iterable[str] | None) -> tuple[Purpose, ...]:
    """Those of the codes, or all. Raises PurposeUnknown."""
    if codes is None:
        return purposes
    wanted, known = set(codes), [purpose.code for purpose in purposes]
    strange = sorted(wanted.difference(known))
    if strange:
        raise PurposeUnknown(f"there is no purpose {strange[0]!r}", known=known)
    return tuple(purpose for purpose in purposes if purpose.code in wanted)


def serving(purposes: tuple[Purpose, ...], clusters: Iterable[str]) -> list[str]:
    """The codes of purposes for which the clusters were granted: of one that covers them all, else of one for each."""
    wanted = list(clusters)
    for purpose in purposes:
        if all(cluster in purpose.clusters for cluster in wanted):
            return [purpose.code] if wanted else []
    first = (next((one.code for one in purposes if cluster in one.clusters), "") for cluster in wanted)
    return [code for code in dict.fromkeys(first) if code]


def needed(purposes: tuple[Purpose, ...], clusters: tuple[Cluster, ...]) -> tuple[Cluster, ...]:
    """Of the clusters that a client asks for, those that its purposes use."""
    return tuple(one for one in clusters if any(not p.clusters or one in p.clusters for p in purposes))
