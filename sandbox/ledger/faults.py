"""Faults on order: which calls of a world they befall, what they do, and how often."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal


class FaultKind(StrEnum):
    LATENCY = "latency"
    STATUS = "status"
    """A refusal in the bank's own words."""
    RESET = "reset"
    """The connection breaks, without a byte of the answer."""
    EMPTY = "empty"
    """The connection is closed in good order, without a byte of the answer."""
    TRUNCATED = "truncated"
    """The connection is closed in the middle of the answer."""
    DRIBBLE = "dribble"
    """The answer comes a few bytes at a time."""
    GATEWAY = "gateway"
    """Not the bank answers but a proxy in front of it, with a page of its own."""
    DRIFT = "drift"
    """The answer is not what the document says: `kinds` says how."""
    SURPRISE = "surprise"
    """The answer keeps to the document, and is not what one is used to: `kinds` says how."""


@dataclass(frozen=True, slots=True)
class Match:
    """Which calls are meant. What is empty lets every call pass; `*` stands for anything."""

    bank: str = ""
    operation: str = ""
    method: str = ""
    path: str = ""
    """Below the bank's prefix, as the client wrote it."""
    client: str = ""
    consent: str = ""
    persona: str = ""
    channel: str = ""


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds by the machine's clock, of which the distribution uses some."""

    distribution: Literal["fixed", "uniform", "lognormal"] = "fixed"
    milliseconds: float = 0.0
    """The whole of a fixed one, the median of a log-normal one."""
    low: float = 0.0
    high: float = 0.0
    sigma: float = 0.5
    """Of the logarithm."""


@dataclass(frozen=True, slots=True)
class Fault:
    fault_id: str
    kind: FaultKind
    match: Match = field(default_factory=Match)
    status: int = 0
    error: str = ""
    """The name of an error, where the status alone does not say which is meant."""
    retry_after: int | None = None
    """Seconds; None: what the bank says by itself."""
    latency: Latency = field(default_factory=Latency)
    bytes_per_second: int = 0
    kinds: tuple[str, ...] = ()
    """Of drift and surprises; empty: any of them."""
    acted: bool = False
    """Whether the call does its work all the same, so that the answer alone is lost."""
    probability: float = 1.0
    times: int | None = None
    """How often it acts in all; None: without end."""
    after: int = 0
    """So many calls that it could befall are spared at first."""
    seed: int = 0
    begins: datetime | None = None
    """By the world's clock."""
    ends: datetime | None = None
    profile: str = ""
    """The profile that it came with."""
