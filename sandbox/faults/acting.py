"""What befalls one call: everything that acts on it, gathered before it is answered and done when it is."""

import math
from dataclasses import dataclass, field
from statistics import NormalDist

from sandbox.faults.kinds import in_order
from sandbox.faults.luck import Draw
from sandbox.ledger.faults import Fault, FaultKind, Latency

LONGEST = 120_000
"""Milliseconds: no answer is held back for longer."""


@dataclass(slots=True)
class Tampering:
    """The answer's content is to be changed, in the first of these ways that finds a place."""

    fault: FaultKind
    kinds: list[str]
    draw: Draw
    lever: str = ""
    """The preference that asks for it."""


@dataclass(slots=True)
class Acting:
    names: list[str] = field(default_factory=list)
    """What acted, for the journal: `latency:200`, `status:503`, `drift:new-enum`."""
    applied: list[str] = field(default_factory=list)
    """The preferences that were heeded."""
    milliseconds: int = 0
    refusal: Fault | None = None
    _refused_by: str = ""
    line: FaultKind | None = None
    """What becomes of the connection."""
    gateway: int = 0
    """The status with which a proxy answers in the bank's place."""
    spared: bool = False
    """Whether the call gets lost before anything was done."""
    bytes_per_second: int = 0
    tampering: list[Tampering] = field(default_factory=list)

    def take(self, fault: Fault, draw: Draw, lever: str = "") -> None:
        """Latencies add up; of refusals and broken connections the first one counts. What changes the content is
        heeded once it has found something to change, and a refusal once it is known that it can be had."""
        if lever and fault.kind not in (FaultKind.STATUS, FaultKind.DRIFT, FaultKind.SURPRISE):
            self.applied.append(lever)
        match fault.kind:
            case FaultKind.LATENCY:
                self._delay(fault.latency, draw)
            case FaultKind.STATUS:
                if self.refusal is None:
                    self.refusal, self._refused_by = fault, lever
            case FaultKind.DRIFT | FaultKind.SURPRISE:
                self.tampering.append(Tampering(fault.kind, in_order(fault.kind, fault.kinds, draw), draw, lever))
            case FaultKind.DRIBBLE:
                self.bytes_per_second = fault.bytes_per_second
                self.names.append(f"dribble:{fault.bytes_per_second}")
            case FaultKind.GATEWAY:
                self.gateway, self.spared = fault.status, not fault.acted
                self.names.append(f"gateway:{fault.status}")
            case FaultKind.RESET | FaultKind.EMPTY | FaultKind.TRUNCATED:
                if self.line is None:
                    self.line, self.spared = fault.kind, not fault.acted
                    self.names.append(fault.kind.value)

    def refuse(self, fault: Fault) -> None:
        """It can be had."""
        self.names.append(f"status:{fault.error or fault.status}")
        if self._refused_by:
            self.applied.insert(0, self._refused_by)

    def _delay(self, latency: Latency, draw: Draw) -> None:
        drawn = round(min(milliseconds(latency, draw("latency")), LONGEST))
        self.milliseconds = min(self.milliseconds + drawn, LONGEST)
        self.names.append(f"latency:{drawn}")


def milliseconds(latency: Latency, share: float) -> float:
    """Of a distribution the value that `share` of all values lie below."""
    match latency.distribution:
        case "fixed":
            return latency.milliseconds
        case "uniform":
            return latency.low + share * (latency.high - latency.low)
        case "lognormal":
            z = NormalDist().inv_cdf(min(max(share, 1e-9), 1 - 1e-9))
            return latency.milliseconds * math.exp(latency.sigma * z)
