"""What somebody expects of a world's exchanges, and whether it is so. What a cut journal cannot know is refused."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sandbox.kernel.clock import from_millis, iso, parse_instant
from sandbox.kernel.durations import parse_duration
from sandbox.kernel.errors import JournalCut
from sandbox.ledger.exchanges import PREFIX, Cut, number_of
from sandbox.proof.matching import Compared, Pattern
from sandbox.proof.seen import Seen

NEAREST = 3
SHOWN = 100
"""Ids of exchanges that an answer names."""
COUNTS = ("times", "at_least", "at_most", "never")
Bound = int | datetime
"""The number of an exchange, or an instant."""


@dataclass(frozen=True, slots=True)
class Expectation:
    pattern: Pattern
    low: int = 1
    high: int | None = None
    name: str = ""
    after: Bound | None = None
    before: Bound | None = None
    within: timedelta | None = None
    """Counted from `after`; without it from the first that fits."""
    by_machine: bool = False
    """By the machine's clock, not the world's."""

    @classmethod
    def of(cls, wish: Mapping[str, Any], after: Bound | None = None) -> "Expectation":
        """As the control API describes it. Raises ValueError."""
        low, high = _counts(wish)
        return cls(
            Pattern.of(wish["request"]),
            low,
            high,
            wish.get("name", ""),
            bound(wish["after"]) if "after" in wish else after,
            bound(wish["before"]) if "before" in wish else None,
            parse_duration(wish["within"]) if "within" in wish else None,
            wish.get("clock") == "machine",
        )

    @property
    def wanted(self) -> str:
        if self.high == 0:
            return "none"
        if self.low == self.high:
            return f"exactly {self.low}"
        least = f"at least {self.low}" if self.low else ""
        return " and ".join(filter(None, (least, f"at most {self.high}" if self.high is not None else "")))

    def at(self, seen: Seen) -> datetime:
        return from_millis(seen.one.wall) if self.by_machine else seen.one.at

    def is_between(self, seen: Seen) -> bool:
        return self._is_after(seen) and not (self.before is not None and not self._precedes(seen, self.before))

    def _is_after(self, seen: Seen) -> bool:
        if isinstance(self.after, datetime):
            return self.at(seen) > self.after
        return self.after is None or seen.one.number > self.after

    def _precedes(self, seen: Seen, end: Bound) -> bool:
        return self.at(seen) < end if isinstance(end, datetime) else seen.one.number < end

    def reaches(self, cut: Cut, oldest: Seen | None) -> bool:
        """Whether what the journal has lost could have counted. Neither clock goes back."""
        if not cut:
            return False
        if isinstance(self.after, datetime):
            return oldest is None or self.at(oldest) > self.after
        return self.after is None or self.after < cut.upto


@dataclass(frozen=True, slots=True)
class Judged:
    expectation: Expectation
    verified: bool
    found: Sequence[Seen]
    late: Sequence[Seen]
    """They fit, but for the time within which they had to come."""
    nearest: Sequence[tuple[Seen, Compared]]

    def shown(self) -> dict[str, Any]:
        told: dict[str, Any] = {
            "verified": self.verified,
            "expected": self.expectation.wanted,
            "found": len(self.found),
            "requests": [seen.one.id for seen in self.found[:SHOWN]],
            "late": [seen.one.id for seen in self.late[:SHOWN]],
            "nearest": [near(seen, compared) for seen, compared in self.nearest],
        }
        return told | ({"name": self.expectation.name} if self.expectation.name else {})


@dataclass(frozen=True, slots=True)
class Verdict:
    expectations: Sequence[Judged]
    out_of_order: str = ""
    """Why the order is not the wanted one; empty where it is, or where any will do."""
    others: Sequence[Seen] = field(default=())
    """What nobody expected, where nothing else was to come."""

    @property
    def verified(self) -> bool:
        return all(one.verified for one in self.expectations) and not self.out_of_order and not self.others


def verify(
    expected: Sequence[Expectation],
    exchanges: Sequence[Seen],
    cut: Cut,
    *,
    strictly: bool = False,
    nothing_else: bool = False,
    after: Bound | None = None,
) -> Verdict:
    """`exchanges`: the oldest first, with their bodies. Raises JournalCut where the answer could be wrong."""
    judged = [judge(one, exchanges, cut) for one in expected]
    reason = _disorder(judged) if strictly and all(one.verified for one in judged) else ""
    if reason and cut:
        raise JournalCut(f"the order cannot be told: {_lost(cut)}")
    others: list[Seen] = []
    if nothing_else:
        everything = Expectation(Pattern({}, {}), after=after)
        if everything.reaches(cut, exchanges[0] if exchanges else None):
            raise JournalCut(f"whether anything else came cannot be told: {_lost(cut)}")
        known = {id(seen) for one in judged for seen in (*one.found, *one.late)}
        others = [seen for seen in exchanges if everything.is_between(seen) and id(seen) not in known]
    return Verdict(judged, reason, others)


@dataclass(frozen=True, slots=True)
class Weighed:
    """What is there, whatever was lost."""

    found: Sequence[Seen]
    late: Sequence[Seen]
    unknown: Sequence[Seen]
    """They may fit: the journal does not have their bodies whole."""
    nearest: Sequence[tuple[Seen, Compared]]


def weigh(one: Expectation, exchanges: Sequence[Seen]) -> Weighed:
    compared = [(seen, one.pattern.compare(seen)) for seen in exchanges if one.is_between(seen)]
    found, late = _in_time(one, [seen for seen, how in compared if how.fits], exchanges)
    unknown = [seen for seen, how in compared if how.unknown and not how.differences]
    return Weighed(
        found, late, unknown, sorted((pair for pair in compared if pair[1].differences), key=_distance)[:NEAREST]
    )


def judge(one: Expectation, exchanges: Sequence[Seen], cut: Cut) -> Judged:
    """Raises JournalCut where it cannot be known."""
    there = weigh(one, exchanges)
    lost = one.reaches(cut, exchanges[0] if exchanges else None)
    least, most = len(there.found), None if lost else len(there.found) + len(there.unknown)
    enough = least >= one.low and (one.high is None or (most is not None and most <= one.high))
    too_few = most is not None and most < one.low
    too_many = one.high is not None and least > one.high
    if not (enough or too_few or too_many):
        raise JournalCut(_unknowable(one, cut, there.unknown, lost=lost), expected=one.wanted, found=least)
    return Judged(one, enough, there.found, there.late, there.nearest if too_few else ())


def bound(text: str) -> Bound:
    """`req_12`, or an instant. Raises ValueError."""
    number = number_of(text)
    return parse_instant(text) if number is None else number


def near(seen: Seen, compared: Compared) -> dict[str, Any]:
    one = seen.one
    return {
        "request": one.id,
        "method": one.method,
        "path": one.path,
        "at": iso(one.at),
        "differs": [
            {"member": each.member, "expected": dict(each.expected), "got": list(each.got), "why": each.why}
            for each in compared.differences
        ],
    }


def _counts(wish: Mapping[str, Any]) -> tuple[int, int | None]:
    """Raises ValueError."""
    given = [name for name in COUNTS if name in wish and wish[name] is not False]
    if len(given) > 1 and set(given) != {"at_least", "at_most"}:
        raise ValueError(f"{' and '.join(given)} cannot be expected together")
    if "never" in given:
        return 0, 0
    if "times" in given:
        return wish["times"], wish["times"]
    if "at_most" in given:
        low, high = wish.get("at_least", 0), wish["at_most"]
        if low > high:
            raise ValueError(f"at least {low} and at most {high} is never so")
        return low, high
    return wish.get("at_least", 1), None


def _in_time(one: Expectation, found: Sequence[Seen], exchanges: Iterable[Seen]) -> tuple[list[Seen], list[Seen]]:
    if one.within is None or not found:
        return list(found), []
    start = one.after
    if isinstance(start, int):
        start = next((one.at(seen) for seen in exchanges if seen.one.number >= start), None)
    end = (start or one.at(found[0])) + one.within
    return [seen for seen in found if one.at(seen) <= end], [seen for seen in found if one.at(seen) > end]


def _disorder(judged: Sequence[Judged]) -> str:
    """Each expectation takes the first that came after those of the one before it: no other choice leaves more."""
    last = 0
    for number, one in enumerate(judged, 1):
        later = [seen.one.number for seen in one.found if seen.one.number > last]
        if len(later) < one.expectation.low:
            name = one.expectation.name or f"number {number}"
            where = f" behind {PREFIX}{last}, where those before it end" if last else ""
            return f"expectation {name} wants {one.expectation.wanted}, and there are {len(later)}{where}"
        last = later[one.expectation.low - 1] if one.expectation.low else last
    return ""


def _distance(pair: tuple[Seen, Compared]) -> tuple[int, int]:
    """The newest first of those that are equally far off."""
    return pair[1].distance, -pair[0].one.number


def _lost(cut: Cut) -> str:
    return f"the journal was full, and lost its {cut.exchanges} oldest exchanges, up to {PREFIX}{cut.upto}"


def _unknowable(one: Expectation, cut: Cut, unknown: Sequence[Seen], *, lost: bool) -> str:
    name = f" of {one.name!r}" if one.name else ""
    if lost:
        return f"the count{name} cannot be told: {_lost(cut)}"
    ids = ", ".join(seen.one.id for seen in unknown[:5])
    return f"the count{name} cannot be told: the journal does not have the bodies of {ids} whole"
