"""Profiles: faults that go together, by the name of what they are like."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from sandbox.faults.kinds import ILLEGAL
from sandbox.ledger.faults import Fault, FaultKind, Latency, Match


@dataclass(frozen=True, slots=True)
class Profile:
    text: str
    faults: tuple[Fault, ...]

    def ordered(self, name: str, match: Match, seed: int) -> list[Fault]:
        """Its faults for the calls that are meant, each with luck of its own."""
        return [
            replace(fault, match=narrowed(fault.match, match), seed=seed + place, profile=name)
            for place, fault in enumerate(self.faults)
        ]


def narrowed(own: Match, wanted: Match) -> Match:
    told = {one.name: getattr(wanted, one.name) for one in fields(Match)}
    return replace(own, **{name: value for name, value in told.items() if value})


def _fault(kind: FaultKind, **members: object) -> Fault:
    return replace(Fault("", kind), **members)  # type: ignore[arg-type]


K = FaultKind
PROFILES: Mapping[str, Profile] = {
    "slow-bank": Profile(
        "Every answer takes its time: half of them over 0.8 s, some of them seconds.",
        (_fault(K.LATENCY, latency=Latency("lognormal", milliseconds=800, sigma=0.6)),),
    ),
    "maintenance-window": Profile(
        "Everything is down for maintenance, and says for how long.",
        (_fault(K.STATUS, error="Maintenance", retry_after=1800),),
    ),
    "rate-limited": Profile(
        "One call in four comes too soon, and is told to wait for two seconds.",
        (_fault(K.STATUS, status=429, retry_after=2, probability=0.25),),
    ),
    "flaky": Profile(
        "Answers come late; some calls fail, some connections break, some answers end in the middle or are a proxy's.",
        (
            _fault(K.LATENCY, latency=Latency("uniform", low=20, high=400)),
            _fault(K.STATUS, status=500, probability=0.05),
            _fault(K.STATUS, error="Maintenance", retry_after=5, probability=0.05),
            _fault(K.RESET, acted=False, probability=0.03),
            _fault(K.TRUNCATED, acted=True, probability=0.02),
            _fault(K.GATEWAY, status=502, acted=True, probability=0.02),
        ),
    ),
    "lost-answers": Profile(
        "Every third POST does its work, and its answer is lost.",
        (_fault(K.RESET, match=Match(method="POST", channel="bank"), acted=True, probability=0.34),),
    ),
    "sign-in-down": Profile(
        "The bank's data is there; its OAuth endpoints are not.",
        (_fault(K.STATUS, match=Match(channel="oauth"), status=503, retry_after=60),),
    ),
    "drifting": Profile(
        "One answer in five is not what the document says: a new value, a null, a number in quotation marks.",
        (_fault(K.DRIFT, kinds=ILLEGAL, probability=0.2),),
    ),
    "surprising": Profile(
        "One answer in two is legal, and not what one is used to: another order, a new member, an empty page.",
        (_fault(K.SURPRISE, probability=0.5),),
    ),
    "unreachable": Profile(
        "Connections are closed without an answer.",
        (_fault(K.EMPTY, acted=False),),
    ),
}
