"""How often a page was called: within the last second, and within the last 24 hours."""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import perf_counter

BY_PERSON = 200
"""Calls in 24 hours for each person whom the page can write to."""
DAY = timedelta(hours=24)


@dataclass(slots=True)
class Meter:
    """Of one page."""

    seconds: dict[str, deque[float]] = field(default_factory=dict)
    """When the calls of the last second were made, by what they are."""
    hours: dict[datetime, int] = field(default_factory=dict)
    """Calls by hour of the world."""
    people: int = 1
    """Whom the page can write to, when that was last asked."""

    def count(self, now: datetime) -> int:
        """One more call; all of the last 24 hours."""
        hour = now.replace(minute=0, second=0, microsecond=0)
        self.hours[hour] = self.hours.get(hour, 0) + 1
        self.hours = {one: calls for one, calls in self.hours.items() if now - DAY < one <= now}
        return sum(self.hours.values())

    def is_full(self, what: str, per_second: int) -> bool:
        """Whether one more within this second is too many. If not, it is counted."""
        times, now = self.seconds.setdefault(what, deque()), perf_counter()
        while times and times[0] <= now - 1:
            times.popleft()
        if len(times) >= per_second:
            return True
        times.append(now)
        return False

    def used(self) -> int:
        """Per cent."""
        return min(100, sum(self.hours.values()) * 100 // (BY_PERSON * self.people))
