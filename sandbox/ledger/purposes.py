"""What data may be used for. A consent grants pairs of a data cluster and a purpose (12 CFR 1033.421(a): no more than
is reasonably necessary for what the customer asked for)."""

from dataclasses import dataclass, replace

from sandbox.ledger.clusters import Cluster


@dataclass(frozen=True, slots=True)
class Purpose:
    code: str
    """In capitals: BALANCE_ASSISTANT."""
    text: str
    """As the customer reads it, beginning with a verb."""
    clusters: tuple[Cluster, ...] = ()
    """What it needs; empty in a registration: whatever the client asks for. In a consent: what was granted for it."""


ASSISTANT = Purpose("BALANCE_ASSISTANT", "Show your balances and recent purchases in chat")


def limited(purposes: tuple[Purpose, ...], clusters: tuple[Cluster, ...]) -> tuple[Purpose, ...]:
    """A client's purposes with what each may use of the clusters that are shared. One that is left without any, though
    it needs some, falls away."""
    used = (
        replace(purpose, clusters=tuple(one for one in clusters if not purpose.clusters or one in purpose.clusters))
        for purpose in purposes
    )
    return tuple(purpose for purpose in used if purpose.clusters or not clusters)


def needed(purposes: tuple[Purpose, ...], clusters: tuple[Cluster, ...]) -> tuple[Cluster, ...]:
    """Of the clusters that a client asks for, those that its purposes use."""
    return tuple(one for one in clusters if any(not p.clusters or one in p.clusters for p in purposes))
