"""How often a page was called: within the last second by what this process answered, within the last 24 hours by what
all have."""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import perf_counter

from sandbox.store.quotas import Quotas

BY_PERSON = 200
"""Calls in 24 hours for each person whom the page can write to."""
SPAN = timedelta(hours=23)
"""From the hour that is counted first to this one."""
HOUR = "%Y-%m-%dT%H"


@dataclass(slots=True)
class Meter:
    """Of one page."""

    world_id: str
    page_id: str
    quotas: Quotas
    seconds: dict[str, deque[float]] = field(default_factory=dict)
    """When the calls of the last second were made, by what they are."""
    calls: int = 0
    """In 24 hours, when that was last counted."""
    people: int = 1
    """Whom the page can write to, when that was last asked."""

    def count(self, now: datetime) -> int:
        """One more call; all of the last 24 hours, by the world's clock."""
        hour = now.strftime(HOUR)
        self.quotas.add(self.world_id, self.page_id, hour)
        self.calls = self.quotas.taken(self.world_id, self.page_id, (now - SPAN).strftime(HOUR), hour)
        return self.calls

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
        return min(100, self.calls * 100 // (BY_PERSON * self.people))
