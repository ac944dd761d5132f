"""World time. The only file that reads the machine's clock.

An *instant* is an aware UTC `datetime` in the code and an integer of milliseconds since the epoch in storage.
A world's clock is three numbers (`Clock`), so that `now` is arithmetic and moving time is changing one of them.
"""

import time
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from sandbox.kernel.errors import ClockMovedBack

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)


def wall() -> int:
    """The machine's time, in milliseconds since the epoch: every other notion of now derives from it."""
    return time.time_ns() // 1_000_000


def to_millis(instant: datetime) -> int:
    return (instant - EPOCH) // MILLISECOND


@lru_cache(maxsize=1024)
def from_millis(millis: int) -> datetime:
    """Remembered, since one call asks several times what time it is."""
    return EPOCH + millis * MILLISECOND


def parse_instant(text: str) -> datetime:
    """An ISO 8601 date or date-time as an instant: a date is its midnight, no offset means UTC. Raises ValueError."""
    instant = datetime.fromisoformat(text)
    return instant.astimezone(UTC) if instant.tzinfo else instant.replace(tzinfo=UTC)


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock that showed `origin` when the machine's time was `since`, and runs `speed` times as fast (0: frozen).

    All in milliseconds since the epoch.
    """

    origin: int
    since: int
    speed: float = 1.0

    def millis(self, wall_now: int) -> int:
        if self.speed == 0:
            return self.origin
        return self.origin + int((wall_now - self.since) * self.speed)

    @property
    def frozen(self) -> bool:
        return self.speed == 0

    def moved_to(self, millis: int, wall_now: int) -> "Clock":
        """The same clock showing a later time. Raises ClockMovedBack for an earlier one: rows would un-happen."""
        now = self.millis(wall_now)
        if millis < now:
            raise ClockMovedBack(now=iso(from_millis(now)), asked=iso(from_millis(millis)))
        return replace(self, origin=millis, since=wall_now)

    def at_speed(self, speed: float, wall_now: int) -> "Clock":
        return Clock(origin=self.millis(wall_now), since=wall_now, speed=speed)


def iso(instant: datetime) -> str:
    """RFC 3339 in UTC, to the second where there are no milliseconds: 2026-11-23T09:30:00Z."""
    if instant.tzinfo is not UTC:
        instant = instant.astimezone(UTC)
    t = instant
    # Rows are rendered by the million; this takes less than half of what isoformat or an f-string does.
    text = "%04d-%02d-%02dT%02d:%02d:%02d" % (t.year, t.month, t.day, t.hour, t.minute, t.second)  # noqa: UP031
    return f"{text}.{t.microsecond // 1000:03d}Z" if t.microsecond else f"{text}Z"
